//! Starts one step's process: its environment, folder, descriptors, session. Does not wait for it.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, PipeReader};
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use duct::Handle;
use rustix::fs::Mode;
use rustix::io::FdFlags;
use rustix::process::{self, Pid, Signal};
use stepmark_core::plan::Interpreter;

use super::carried::Carried;
use super::invocation::{Invocation, in_memory, program};
use super::script::ScriptFile;
use super::shell_mode::ShellMode;
use super::shell_work::ShellWork;
use super::terminal::{self, Terminal};
use super::tree::{self, Mark, Tree};
use super::unstartable::Unstartable;
use super::{environment, handed_out, psql_variables};

/// A step's process, started.
#[derive(Debug)]
pub(super) struct Launched {
    /// It and what it will start.
    pub(super) tree: Tree,
    /// The process and what belongs to it.
    pub(super) started: Started,
    /// The state it started from.
    pub(super) before: Option<Carried>,
    /// The terminal, when it has it.
    pub(super) terminal: Option<Terminal>,
}

/// A process and what belongs to it.
#[derive(Debug)]
pub(super) struct Started {
    /// To reap it with.
    pub(super) handle: Handle,
    /// What it prints; nothing when it has the terminal.
    pub(super) stdout: PipeReader,
    /// What it complains; nothing when it has the terminal.
    pub(super) stderr: PipeReader,
    /// Where a shell leaves its state at its end; none for other programs.
    pub(super) state: Option<File>,
    /// What it hands out, when it captures.
    pub(super) handed_out: Option<File>,
    /// Its text, when that lies in a file.
    pub(super) script: Option<ScriptFile>,
}

/// What a process is started with.
struct Start<'a> {
    work: &'a ShellWork,
    tag: &'a str,
    mark: Mark,
    psql_variables: &'a str,
    before: Option<&'a Carried>,
    environment: &'a mut BTreeMap<OsString, OsString>,
    lock: Option<File>,
    terminal: Option<&'a Terminal>,
}

/// What the new process does between fork and exec.
struct Birth {
    parent: Option<Pid>,
    umask: Option<Mode>,
    mark: Mark,
    mark_text: Vec<u8>,
    inherited: Vec<OwnedFd>,
    /// The terminal that it takes, instead of a session of its own.
    terminal: Option<File>,
}

/// Starts the process of `work`, whose descendants will carry `tag` and `mark`. The process dies with the calling thread.
///
/// # Errors
/// Why it could not be started.
pub(super) fn launch(mut work: ShellWork, tag: &str, mark: Mark) -> Result<Launched, Unstartable> {
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
    let mut environment = environment::compose(
        std::env::vars_os(),
        before.as_ref(),
        &work.removed,
        &work.variables,
        tag,
    )?;
    let terminal = match work.mode {
        ShellMode::Terminal => Some(Terminal::open()?),
        ShellMode::Foreground | ShellMode::Background => None,
    };
    let lock = work.lock.take();
    let start = Start {
        work: &work,
        tag,
        mark,
        psql_variables: &psql_variables,
        before: before.as_ref(),
        environment: &mut environment,
        lock,
        terminal: terminal.as_ref(),
    };
    match start.run() {
        Ok((leader, started)) => Ok(Launched {
            tree: Tree::new(leader, tag, mark),
            started,
            before,
            terminal,
        }),
        Err(error) => {
            let path = environment.get(OsStr::new("PATH"));
            Err(Unstartable::from_start(
                &program(&work).to_string_lossy(),
                &path.map(|path| path.to_string_lossy()).unwrap_or_default(),
                (folder(&work, before.as_ref()), work.starts_in.is_some()),
                error,
            ))
        }
    }
}

impl Start<'_> {
    fn run(self) -> io::Result<(Pid, Started)> {
        let Invocation {
            arguments,
            mut inherited,
            state,
            input,
            file,
        } = Invocation::of(self.work, self.tag, self.psql_variables, self.before)?;
        inherited.extend(self.lock.map(OwnedFd::from));
        let mut handed_out = None;
        if !self.work.captures.is_empty() {
            let output = in_memory("stepmark-output", b"")?;
            let path = format!("/dev/fd/{}", output.as_raw_fd());
            self.environment
                .insert(handed_out::VARIABLE.into(), path.into());
            handed_out = Some(output.try_clone()?);
            inherited.push(output.into());
        }
        let birth = Birth {
            parent: Pid::from_raw(std::process::id().cast_signed()),
            umask: self.before.map(|before| Mode::from_raw_mode(before.umask)),
            mark: self.mark,
            mark_text: self.mark.text(),
            inherited,
            terminal: self.terminal.map(Terminal::stream).transpose()?,
        };
        let (stdout, stdout_write) = io::pipe()?;
        let (stderr, stderr_write) = io::pipe()?;
        let command = duct::cmd(program(self.work), arguments)
            .full_env(&*self.environment)
            .dir(folder(self.work, self.before));
        let command = match (input, self.terminal) {
            (Some(text), _) => command.stdin_file(text),
            (None, Some(terminal)) => command.stdin_file(terminal.stream()?),
            (None, None) => command.stdin_null(),
        };
        let command = match self.terminal {
            Some(terminal) => command
                .stdout_file(terminal.stream()?)
                .stderr_file(terminal.stream()?),
            None => command.stdout_file(stdout_write).stderr_file(stderr_write),
        };
        let starting = tree::while_starting();
        let handle = command
            .unchecked()
            .before_spawn(birth.into_hook())
            .start()?;
        drop(starting);
        let leader = handle
            .pids()
            .first()
            .and_then(|pid| Pid::from_raw(pid.cast_signed()));
        let leader = leader.expect("a started command is one process");
        let started = Started {
            handle,
            stdout,
            stderr,
            state,
            handed_out,
            script: file,
        };
        Ok((leader, started))
    }
}

/// The signals that end and stop steps, and those a shell counts on.
const HEARD: [libc::c_int; 7] = [
    libc::SIGINT,
    libc::SIGQUIT,
    libc::SIGTERM,
    libc::SIGHUP,
    libc::SIGTSTP,
    libc::SIGTTIN,
    libc::SIGTTOU,
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
        match &self.terminal {
            Some(terminal) => terminal::come_to_the_front(terminal)?,
            // A session of its own has no controlling terminal, so /dev/tty and TIOCSTI lead nowhere.
            None => drop(process::setsid()?),
        }
        process::set_parent_process_death_signal(Some(Signal::KILL))?;
        if process::getppid() != self.parent {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        listen_to_signals();
        if let Some(umask) = self.umask {
            process::umask(umask);
        }
        self.mark.put_on(&self.mark_text);
        for descriptor in &self.inherited {
            rustix::io::fcntl_setfd(descriptor, FdFlags::empty())?;
        }
        Ok(())
    }
}

fn load_state(work: &ShellWork) -> Result<Option<Carried>, Unstartable> {
    Carried::make_folder(&work.state)
        .and_then(|()| Carried::load(&work.state))
        .map_err(|error| Unstartable::StateUnreadable {
            file: Carried::file(&work.state),
            error,
        })
}

/// Where the step starts.
fn folder<'a>(work: &'a ShellWork, before: Option<&'a Carried>) -> &'a Path {
    let carried = before.map_or(&work.folder, |before| &before.folder);
    work.starts_in.as_ref().unwrap_or(carried)
}
