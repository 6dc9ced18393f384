//! What `--set` gives: values by name. Does not know which names there are.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read as _;

use stepmark_core::VariableName;
use stepmark_core::record::InputOrigin;

use super::runbook::reason;
use crate::{Complaint, Exit};

/// The most a value may hold, in bytes: as much as a captured one.
pub(crate) const VALUE_BYTES_MAX: usize = 64 * 1024;

/// A value that was given, and how.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct GivenValue {
    pub(crate) value: String,
    pub(crate) origin: InputOrigin,
}

/// Values by name, as `--set` gave them.
pub(crate) type SetValues = BTreeMap<VariableName, GivenValue>;

/// Reads each `NAME=VALUE`, and the file of each `NAME=@FILE`. No message repeats a value, which may be secret.
pub(crate) fn set_values(flags: &[String]) -> Result<SetValues, Complaint> {
    let mut values = SetValues::new();
    for flag in flags {
        let Some((name, text)) = flag.split_once('=').filter(|(name, _)| !name.is_empty()) else {
            return Err(Complaint::new(Exit::Usage, "a --set names no variable").hint(FORMS));
        };
        let given = match text.strip_prefix('@') {
            None => flag_value(text),
            Some(literal) if literal.starts_with('@') => flag_value(literal),
            Some(path) => GivenValue {
                value: file_value(name, path)?,
                origin: InputOrigin::File {
                    path: path.to_owned(),
                },
            },
        };
        if values.insert(VariableName::new(name), given).is_some() {
            let message = format!("--set {name}=… is given twice");
            return Err(Complaint::new(Exit::Usage, message));
        }
    }
    Ok(values)
}

const FORMS: &str = "write --set NAME=VALUE, --set NAME=@FILE for a file's text, or --set NAME=@@TEXT for a value that begins with @";

fn flag_value(text: &str) -> GivenValue {
    GivenValue {
        value: text.to_owned(),
        origin: InputOrigin::Flag,
    }
}

/// The text of the file at `path` without one newline at its end.
fn file_value(name: &str, path: &str) -> Result<String, Complaint> {
    let refuse = |why: &str| {
        let message = format!("--set {name}=@{path}: {why}");
        Complaint::new(Exit::Usage, message).hint(FORMS)
    };
    let mut bytes = Vec::new();
    let limit = VALUE_BYTES_MAX as u64 + 3;
    File::open(path)
        .and_then(|file| file.take(limit).read_to_end(&mut bytes))
        .map_err(|error| refuse(&reason(&error)))?;
    let mut text = String::from_utf8(bytes).map_err(|_| refuse("the file is not UTF-8"))?;
    if text.ends_with('\n') {
        text.pop();
        if text.ends_with('\r') {
            text.pop();
        }
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(flags: &[&str]) -> Result<Vec<(String, String, InputOrigin)>, String> {
        let flags: Vec<String> = flags.iter().map(ToString::to_string).collect();
        let values = set_values(&flags).map_err(|complaint| complaint.text())?;
        Ok(values
            .into_iter()
            .map(|(name, given)| (name.to_string(), given.value, given.origin))
            .collect())
    }

    #[test]
    fn a_value_stands_after_the_first_sign_or_in_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("value");
        let flag = |text: &str| ("x".to_owned(), text.to_owned(), InputOrigin::Flag);
        assert_eq!(given(&["x=a=b"]), Ok(vec![flag("a=b")]));
        assert_eq!(given(&["x="]), Ok(vec![flag("")]));
        assert_eq!(given(&["x=@@home"]), Ok(vec![flag("@home")]));
        for (text, value) in [("a\n\n", "a\n"), ("a\r\n", "a"), ("", ""), (" a", " a")] {
            std::fs::write(&path, text).unwrap();
            let path = path.display().to_string();
            let found = given(&[&format!("x=@{path}")]);
            let origin = InputOrigin::File { path };
            assert_eq!(found, Ok(vec![("x".to_owned(), value.to_owned(), origin)]));
        }
    }

    #[test]
    fn what_gives_no_value_is_refused_without_repeating_it() {
        let cases = [
            (&["hunter22"][..], "error: a --set names no variable\n"),
            (&["=hunter22"], "error: a --set names no variable\n"),
            (
                &["x=hunter22", "x=hunter23"],
                "error: --set x=… is given twice\n",
            ),
            (
                &["x=@/nowhere/at/all"],
                "error: --set x=@/nowhere/at/all: No such file or directory\n",
            ),
        ];
        for (flags, expected) in cases {
            let text = given(flags).unwrap_err();
            assert!(text.starts_with(expected), "{text}");
            assert!(!text.contains("hunter"), "{text}");
        }
    }
}
