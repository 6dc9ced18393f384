//! Starts one step's process: its environment, folder, descriptors, session. Does not wait for it.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, PipeReader, Write};
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::fs::FileExt;
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::sync::Arc;

use duct::Handle;
use rustix::fs::{MemfdFlags, Mode};
use rustix::io::FdFlags;
use rustix::process::{self, Pid, Resource, Rlimit, Signal};
use stepmark_core::plan::Interpreter;

use super::carried::Carried;
use super::shell_work::ShellWork;
use super::tree::{self, Tree};
use super::unstartable::Unstartable;
use super::{environment, psql_variables, save};

/// Descriptors that the shell inherits are numbered from here, out of the way of those that scripts open.
const DESCRIPTOR_MIN: i32 = 100;
const STATE_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// A step's process, started.
#[derive(Debug)]
pub(super) struct Launched {
    /// To reap it with.
    pub(super) handle: Handle,
    /// It and what it will start.
    pub(super) tree: Tree,
    /// What it prints.
    pub(super) stdout: PipeReader,
    /// What it complains.
    pub(super) stderr: PipeReader,
    /// Where a shell leaves its state at its end; none for `psql`.
    pub(super) state: Option<File>,
    /// The state it started from.
    pub(super) before: Option<Carried>,
}

/// How the program is called so that it reads the step's text.
struct Invocation {
    arguments: Vec<OsString>,
    /// Files in memory that it finds by their numbers.
    inherited: Vec<OwnedFd>,
    state: Option<File>,
}

/// What the new process does between fork and exec.
struct Birth {
    parent: Option<Pid>,
    umask: Option<Mode>,
    mark: Option<Vec<u8>>,
    inherited: Vec<OwnedFd>,
}

/// Starts the process of `work`, whose descendants will carry `tag`. The process dies with the calling thread.
///
/// # Errors
/// Why it could not be started.
pub(super) fn launch(
    work: ShellWork,
    tag: &str,
    mark: Option<u32>,
) -> Result<Launched, Unstartable> {
    if work.text.contains('\0') {
        return Err(Unstartable::TextHoldsNul);
    }
    let psql_variables = match work.interpreter {
        Interpreter::Psql => psql_variables::script(&work.psql_variables)?,
        Interpreter::Bash | Interpreter::Sh | Interpreter::Zsh | Interpreter::Other => {
            String::new()
        }
    };
    let before = load_state(&work)?;
    let environment = environment::compose(
        std::env::vars_os(),
        before.as_ref(),
        &work.removed,
        &work.variables,
        tag,
    )?;
    let folder = before
        .as_ref()
        .map_or(&work.folder, |before| &before.folder)
        .clone();
    let program = program(&work);
    start(work, &psql_variables, before.as_ref(), &environment, mark)
        .map(|(handle, leader, stdout, stderr, state)| Launched {
            handle,
            tree: Tree::new(leader, tag, mark),
            stdout,
            stderr,
            state,
            before,
        })
        .map_err(|error| {
            let path = environment
                .get(OsStr::new("PATH"))
                .map(|path| path.to_string_lossy());
            Unstartable::from_start(&program, &path.unwrap_or_default(), &folder, error)
        })
}

type Started = (Handle, Pid, PipeReader, PipeReader, Option<File>);

fn start(
    work: ShellWork,
    psql_variables: &str,
    before: Option<&Carried>,
    environment: &BTreeMap<OsString, OsString>,
    mark: Option<u32>,
) -> io::Result<Started> {
    let program = work_program(&work);
    let script = in_memory("stepmark-step", work.text.as_bytes())?;
    let Invocation {
        arguments,
        mut inherited,
        state,
    } = match work.interpreter {
        Interpreter::Psql => Invocation::of_psql(&script, psql_variables)?,
        Interpreter::Bash | Interpreter::Sh | Interpreter::Zsh => {
            Invocation::of_shell(&work, &script, before)?
        }
        Interpreter::Other => Invocation::of_program(&work.program, &script),
    };
    inherited.push(script.into());
    inherited.extend(work.lock.map(OwnedFd::from));

    let birth = Birth {
        parent: Pid::from_raw(std::process::id().cast_signed()),
        umask: before.map(|before| Mode::from_raw_mode(before.umask)),
        mark: mark.map(|mark| format!("{mark:#x}").into_bytes()),
        inherited,
    };
    let (stdout, stdout_write) = io::pipe()?;
    let (stderr, stderr_write) = io::pipe()?;
    let folder = before.map_or(&work.folder, |before| &before.folder);
    let starting = tree::while_starting();
    let handle = duct::cmd(program, arguments)
        .full_env(environment)
        .dir(folder)
        .stdin_null()
        .stdout_file(stdout_write)
        .stderr_file(stderr_write)
        .unchecked()
        .before_spawn(birth.into_hook())
        .start()?;
    drop(starting);
    let leader = handle
        .pids()
        .first()
        .and_then(|pid| Pid::from_raw(pid.cast_signed()));
    let leader = leader.expect("a started command is one process");
    Ok((handle, leader, stdout, stderr, state))
}

impl Invocation {
    fn of_psql(script: &File, variables: &str) -> io::Result<Self> {
        let fixed = ["-X", "-v", "ON_ERROR_STOP=1", "-P", "pager=off"];
        let mut arguments: Vec<OsString> = fixed.map(OsString::from).into();
        let mut inherited = Vec::new();
        if !variables.is_empty() {
            let variables = in_memory("stepmark-variables", variables.as_bytes())?;
            arguments.push(format!("--file=/dev/fd/{}", variables.as_raw_fd()).into());
            inherited.push(variables.into());
        }
        arguments.push(format!("--file=/dev/fd/{}", script.as_raw_fd()).into());
        Ok(Self {
            arguments,
            inherited,
            state: None,
        })
    }

    fn of_program(program: &[String], script: &File) -> Self {
        let given = program.iter().skip(1).map(OsString::from);
        let text = OsString::from(format!("/dev/fd/{}", script.as_raw_fd()));
        Self {
            arguments: given.chain([text]).collect(),
            inherited: Vec::new(),
            state: None,
        }
    }

    fn of_shell(work: &ShellWork, script: &File, before: Option<&Carried>) -> io::Result<Self> {
        let state = in_memory("stepmark-state", b"")?;
        let functions = match before.map(|before| before.functions.as_slice()) {
            Some(functions) if work.interpreter == Interpreter::Bash && !functions.is_empty() => {
                Some(in_memory("stepmark-functions", functions)?)
            }
            _ => None,
        };
        let command = save::command(
            work.interpreter,
            script.as_raw_fd(),
            state.as_raw_fd(),
            functions.as_ref().map(AsRawFd::as_raw_fd),
        );
        let options = shell_options(work.interpreter);
        let mut arguments: Vec<OsString> = options.iter().map(OsString::from).collect();
        let program = work_program(work);
        arguments.extend(["-e".into(), "-c".into(), command.into(), program]);
        let kept = state.try_clone()?;
        let mut inherited = vec![OwnedFd::from(state)];
        inherited.extend(functions.map(OwnedFd::from));
        Ok(Self {
            arguments,
            inherited,
            state: Some(kept),
        })
    }
}

/// The signals that stop steps, and those a shell counts on.
const HEARD: [libc::c_int; 5] = [
    libc::SIGINT,
    libc::SIGQUIT,
    libc::SIGTERM,
    libc::SIGHUP,
    libc::SIGTSTP,
];

/// Undoes what was ignored when we were started, as `&` of a script and `nohup` do: it would be inherited through exec
/// (POSIX, "exec"), bash could not even trap it, and a cancel would have to kill.
fn listen_to_signals() {
    for number in HEARD {
        // SAFETY: signal() is async-signal-safe (POSIX, "Signal Concepts"), and SIG_DFL runs no code of ours.
        unsafe {
            libc::signal(number, libc::SIG_DFL);
        }
    }
}

impl Birth {
    fn into_hook(self) -> impl Fn(&mut Command) -> io::Result<()> + Send + Sync + 'static {
        let birth = Arc::new(self);
        move |command| {
            let birth = Arc::clone(&birth);
            // SAFETY: between fork and exec the closure makes system calls only: it neither allocates nor takes a lock.
            unsafe {
                command.pre_exec(move || birth.run());
            }
            Ok(())
        }
    }

    fn run(&self) -> io::Result<()> {
        // A session of its own has no controlling terminal, so /dev/tty and TIOCSTI lead nowhere.
        process::setsid()?;
        process::set_parent_process_death_signal(Some(Signal::KILL))?;
        if process::getppid() != self.parent {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        listen_to_signals();
        let core = process::getrlimit(Resource::Core);
        process::setrlimit(
            Resource::Core,
            Rlimit {
                current: Some(0),
                maximum: core.maximum,
            },
        )?;
        if let Some(umask) = self.umask {
            process::umask(umask);
        }
        if let Some(mark) = &self.mark {
            // Without the mark there are still tag, session, group and descent.
            let _ = tree::set_mark(mark);
        }
        for descriptor in &self.inherited {
            rustix::io::fcntl_setfd(descriptor, FdFlags::empty())?;
        }
        Ok(())
    }
}

/// What a shell left in `state`, whole.
pub(super) fn read_state(state: &File) -> io::Result<Vec<u8>> {
    let length = state.metadata()?.len().min(STATE_BYTES_MAX);
    let mut bytes = vec![0; usize::try_from(length).unwrap_or_default()];
    state.read_exact_at(&mut bytes, 0)?;
    Ok(bytes)
}

fn load_state(work: &ShellWork) -> Result<Option<Carried>, Unstartable> {
    Carried::make_folder(&work.state)
        .and_then(|()| Carried::load(&work.state))
        .map_err(|error| Unstartable::StateUnreadable {
            file: Carried::file(&work.state),
            error,
        })
}

fn work_program(work: &ShellWork) -> OsString {
    match work.interpreter {
        Interpreter::Bash => "bash".into(),
        Interpreter::Sh => "sh".into(),
        Interpreter::Zsh => "zsh".into(),
        Interpreter::Psql => work.psql.clone().into_os_string(),
        Interpreter::Other => work.program.first().map(OsString::from).unwrap_or_default(),
    }
}

fn program(work: &ShellWork) -> String {
    work_program(work).to_string_lossy().into_owned()
}

/// Options that keep a shell from reading anybody's start-up files.
fn shell_options(interpreter: Interpreter) -> &'static [&'static str] {
    match interpreter {
        Interpreter::Bash => &["--norc", "--noprofile"],
        Interpreter::Zsh => &["-f"],
        Interpreter::Sh | Interpreter::Psql | Interpreter::Other => &[],
    }
}

fn in_memory(name: &str, content: &[u8]) -> io::Result<File> {
    let low = rustix::fs::memfd_create(name, MemfdFlags::CLOEXEC)?;
    let mut file = File::from(rustix::io::fcntl_dupfd_cloexec(&low, DESCRIPTOR_MIN)?);
    file.write_all(content)?;
    Ok(file)
}
