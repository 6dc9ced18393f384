//! How a step's program is called so that it reads the step's text. Does not start it.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Seek, Write};
use std::os::fd::{AsRawFd, OwnedFd};

use rustix::fs::MemfdFlags;
use stepmark_core::plan::Interpreter;

use super::carried::Carried;
use super::save;
use super::script::{Script, ScriptFile};
use super::shell_mode::ShellMode;
use super::shell_work::ShellWork;

/// Descriptors that a program inherits are numbered from here, out of the way of those that scripts open.
const DESCRIPTOR_MIN: i32 = 100;

/// How a program is called.
#[derive(Debug, Default)]
pub(super) struct Invocation {
    /// What follows its name.
    pub(super) arguments: Vec<OsString>,
    /// Files in memory that it finds by their numbers.
    pub(super) inherited: Vec<OwnedFd>,
    /// Where a shell leaves its state.
    pub(super) state: Option<File>,
    /// The text, when it is read from standard input.
    pub(super) input: Option<File>,
    /// The text, when it lies in a file.
    pub(super) file: Option<ScriptFile>,
}

impl Invocation {
    /// How the program of `work` is called.
    pub(super) fn of(
        work: &ShellWork,
        tag: &str,
        psql_variables: &str,
        before: Option<&Carried>,
    ) -> io::Result<Self> {
        let text = || in_memory("stepmark-step", work.text.as_bytes());
        match work.interpreter {
            Interpreter::Psql => Self::of_psql(text()?, psql_variables, work.mode),
            Interpreter::Bash | Interpreter::Sh | Interpreter::Zsh => {
                Self::of_shell(work, text()?, before)
            }
            Interpreter::Other => {
                let place = (work.state.as_path(), tag);
                let script = Script::for_program(&work.program, place, &work.text, text)?;
                Ok(Self::of_program(&work.program, script))
            }
        }
    }

    fn of_psql(script: File, variables: &str, mode: ShellMode) -> io::Result<Self> {
        let fixed = ["-X", "-v", "ON_ERROR_STOP=1"];
        let mut arguments: Vec<OsString> = fixed.map(OsString::from).into();
        if mode != ShellMode::Terminal {
            arguments.extend(["-P", "pager=off"].map(OsString::from));
        }
        let mut inherited = Vec::new();
        if !variables.is_empty() {
            let variables = in_memory("stepmark-variables", variables.as_bytes())?;
            arguments.push(format!("--file=/dev/fd/{}", variables.as_raw_fd()).into());
            inherited.push(variables.into());
        }
        arguments.push(format!("--file=/dev/fd/{}", script.as_raw_fd()).into());
        inherited.push(script.into());
        Ok(Self {
            arguments,
            inherited,
            ..Self::default()
        })
    }

    fn of_program(program: &[String], script: Script) -> Self {
        let given = program.iter().skip(1).map(OsString::from);
        let text = script.path().map(OsString::from);
        let mut invocation = Self {
            arguments: given.chain(text).collect(),
            ..Self::default()
        };
        match script {
            Script::Memory(file) => invocation.inherited.push(file.into()),
            Script::Input(file) => invocation.input = Some(file),
            Script::File(file) => invocation.file = Some(file),
        }
        invocation
    }

    fn of_shell(work: &ShellWork, script: File, before: Option<&Carried>) -> io::Result<Self> {
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
        let program = program(work);
        arguments.extend(["-e".into(), "-c".into(), command.into(), program]);
        let kept = state.try_clone()?;
        let mut inherited = vec![OwnedFd::from(state), script.into()];
        inherited.extend(functions.map(OwnedFd::from));
        Ok(Self {
            arguments,
            inherited,
            state: Some(kept),
            ..Self::default()
        })
    }
}

/// The program that reads the text of `work`.
pub(super) fn program(work: &ShellWork) -> OsString {
    match work.interpreter {
        Interpreter::Bash => "bash".into(),
        Interpreter::Sh => "sh".into(),
        Interpreter::Zsh => "zsh".into(),
        Interpreter::Psql => work.psql.clone().into_os_string(),
        Interpreter::Other => work.program.first().map(OsString::from).unwrap_or_default(),
    }
}

/// Options that keep a shell from reading anybody's start-up files.
fn shell_options(interpreter: Interpreter) -> &'static [&'static str] {
    match interpreter {
        Interpreter::Bash => &["--norc", "--noprofile"],
        Interpreter::Zsh => &["-f"],
        Interpreter::Sh | Interpreter::Psql | Interpreter::Other => &[],
    }
}

/// A file in memory, whose number is out of the way of those that scripts open.
pub(super) fn in_memory(name: &str, content: &[u8]) -> io::Result<File> {
    let low = rustix::fs::memfd_create(name, MemfdFlags::CLOEXEC)?;
    let mut file = File::from(rustix::io::fcntl_dupfd_cloexec(&low, DESCRIPTOR_MIN)?);
    file.write_all(content)?;
    // Perl reads the descriptor itself and not what its path names.
    file.rewind()?;
    Ok(file)
}
