//! What a shell step asks for. Does not start anything.

use std::fs::File;
use std::path::PathBuf;

use stepmark_core::VariableName;
use stepmark_core::plan::{Expectation, Interpreter};

use super::ShellMode;
use crate::redact::Redactor;

/// One attempt's work for [`super::Shells::run`].
#[derive(Debug)]
pub struct ShellWork {
    /// What reads the text.
    pub interpreter: Interpreter,
    /// The program for [`Interpreter::Other`] with its arguments; the text's file comes last.
    pub program: Vec<String>,
    /// What it is to the run while it goes on.
    pub mode: ShellMode,
    /// The fence's text, of any length.
    pub text: String,
    /// The program for [`Interpreter::Psql`]; found through the step's `PATH` when it is a bare name.
    pub psql: PathBuf,
    /// Variables to set, over everything else: `PG*`, `STEPMARK_*`, inputs. Never carried to the next step.
    pub variables: Vec<(String, String)>,
    /// Variables of our own environment to withhold; `PG*` with a star stands for every name that begins so.
    pub removed: Vec<String>,
    /// Variables for psql itself, set before the text, whose lines keep their numbers; only for [`Interpreter::Psql`].
    pub psql_variables: Vec<(String, String)>,
    /// What its standard output must be.
    pub expectation: Option<Expectation>,
    /// The variables it captures, in order.
    pub captures: Vec<VariableName>,
    /// Where the first step starts; later ones start where the one before ended.
    pub folder: PathBuf,
    /// Where this one starts instead, if it says so.
    pub starts_in: Option<PathBuf>,
    /// The folder that keeps the state carried from step to step; made, 0700, when it is missing.
    pub state: PathBuf,
    /// Knows the secrets: a variable or function that holds one is not carried to the next step, which would put it on disk.
    pub redactor: Redactor,
    /// The attempt's lock, inherited by everything the step starts, so that survivors of a crash of ours can be told.
    pub lock: Option<File>,
}
