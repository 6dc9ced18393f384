//! Names that inputs and captures can have: they become environment variables and psql variables, so some are taken.

/// Names that programs, shells or psql already read; a trailing `*` stands for every name that starts so.
#[rustfmt::skip]
const TAKEN: &[&str] = &[
    "AUTOCOMMIT", "BASHOPTS", "BASH_*", "CDPATH", "COMP_KEYWORD_CASE", "DBNAME", "DYLD_*", "ECHO", "ECHO_HIDDEN",
    "ENCODING", "ENV", "ERROR", "EUID", "FETCH_COUNT", "GLOBIGNORE", "HIDE_*", "HISTCONTROL", "HISTFILE", "HISTSIZE",
    "HOME", "HOST", "IFS", "IGNOREEOF", "LANG", "LANGUAGE", "LASTOID", "LAST_ERROR_*", "LC_*", "LD_*", "OLDPWD",
    "ON_ERROR_*", "OPTARG", "OPTERR", "OPTIND", "PATH", "PG*", "PORT", "POSIXLY_CORRECT", "PPID", "PROMPT*", "PS1",
    "PS2", "PS3", "PS4", "PSQL_*", "PWD", "QUIET", "ROW_COUNT", "SERVER_VERSION_*", "SHELL", "SHELLOPTS", "SHLVL",
    "SHOW_*", "SINGLELINE", "SINGLESTEP", "SQLSTATE", "STEPMARK_*", "TERM", "TMPDIR", "TZ", "UID", "USER",
    "VERBOSITY", "VERSION*", "ZDOTDIR",
];

/// Why a text cannot be a variable's name, and what to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NameObjection {
    /// The end of a sentence that starts with the name.
    pub(crate) why: &'static str,
    pub(crate) help: &'static str,
}

/// Whether `text` is `[A-Za-z_][A-Za-z0-9_]*`, of at most 63 characters.
pub(crate) fn is_variable_name(text: &str) -> bool {
    is_environment_name(text) && text.len() <= 63
}

/// Whether `text` is the name of an environment variable as shells write them, of any length.
pub(crate) fn is_environment_name(text: &str) -> bool {
    text.bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && text
            .bytes()
            .next()
            .is_some_and(|first| !first.is_ascii_digit())
}

/// What keeps `text` from naming a variable of a runbook.
pub(crate) fn name_objection(text: &str) -> Option<NameObjection> {
    if !is_variable_name(text) {
        return Some(NameObjection {
            why: "is no variable's name",
            help: "a name is up to 63 ASCII letters, digits and `_`, and starts with no digit",
        });
    }
    let taken = TAKEN.iter().any(|name| match name.strip_suffix('*') {
        Some(start) => text.starts_with(start),
        None => *name == text,
    });
    taken.then_some(NameObjection {
        why: "means something to shells or psql already",
        help: "give it another name; lower case is never taken",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_words_that_nobody_else_reads() {
        let long = "a".repeat(64);
        let cases = [
            ("app_db", true),
            ("_x", true),
            ("A1", true),
            ("path", true),
            ("PATHS", true),
            ("", false),
            ("1a", false),
            ("a-b", false),
            ("ä", false),
            ("PATH", false),
            ("PGHOST", false),
            ("LC_ALL", false),
            ("STEPMARK_WORK", false),
            ("ON_ERROR_STOP", false),
            (long.as_str(), false),
        ];
        for (text, free) in cases {
            assert_eq!(name_objection(text).is_none(), free, "{text}");
        }
        let sorted = TAKEN.windows(2).all(|pair| pair[0] < pair[1]);
        assert!(sorted && TAKEN.iter().all(|name| name.to_ascii_uppercase() == *name));
    }
}
