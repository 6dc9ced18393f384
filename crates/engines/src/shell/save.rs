//! The lines that a shell runs before and after a step's text, in builtins only. Does not read what they print: see
//! [`super::carried::Carried::from_shell`].
//!
//! The state goes to an anonymous file in memory whose descriptor the shell inherits, so it is on no disk before it was
//! filtered, and no process is needed to write it. It is written only when the step succeeds.

use std::os::fd::RawFd;

use stepmark_core::plan::Interpreter;

/// What the shell is told to do: set the trap, load functions, read the text.
pub(super) fn command(
    interpreter: Interpreter,
    script: RawFd,
    state: RawFd,
    functions: Option<RawFd>,
) -> String {
    let builtin = match interpreter {
        Interpreter::Sh => "command",
        Interpreter::Bash | Interpreter::Zsh | Interpreter::Psql | Interpreter::Other => "builtin",
    };
    let (print_functions, kept) = match interpreter {
        Interpreter::Bash => ("builtin declare -f; builtin declare -Fx; ", "functions"),
        Interpreter::Sh | Interpreter::Zsh | Interpreter::Psql | Interpreter::Other => {
            ("", "no functions")
        }
    };
    // Only so does zsh print PATH as a value rather than as an array.
    let adapt = match interpreter {
        Interpreter::Zsh => "builtin emulate sh; ",
        Interpreter::Bash | Interpreter::Sh | Interpreter::Psql | Interpreter::Other => "",
    };
    let load = functions.map_or_else(String::new, |fd| format!(". /dev/fd/{fd} || :; "));
    format!(
        "trap '{{ stepmark_status=$?; {builtin} set +exv; }} 2>/dev/null; {adapt}\
         if [ \"$stepmark_status\" = 0 ] && {builtin} cd . && [ -n \"$PWD\" ]; then {{ \
         {builtin} umask; {builtin} printf \"\\000%s\\000\" \"$PWD\"; \
         {print_functions}{builtin} printf \"\\000\"; {builtin} export -p; \
         {builtin} printf \"\\000%s\\000\" \"{kept}\"; }} >|/dev/fd/{state}; fi 2>/dev/null; \
         {builtin} exit \"$stepmark_status\"' EXIT; {load}. /dev/fd/{script}"
    )
}
