//! The values that a step hands out by writing them to the file that `STEPMARK_OUTPUT` names. Reads them, and nothing else:
//! what a step prints is never searched for commands.
//!
//! A value is a line `name=value`, or several lines between `name<<WORD` and a line that is `WORD`. The file lies in memory,
//! so that a secret handed out is on no disk, and only the step's own processes inherit it.

use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

use stepmark_core::VariableName;
use stepmark_core::plan::{CAPTURE_BYTES_MAX, Captured, CapturedValue};

use super::exports::is_name;

/// The variable that names the file.
pub(super) const VARIABLE: &str = "STEPMARK_OUTPUT";

/// Beside the values there are names, words and line ends.
const ROOM_BYTES: usize = 1024;

/// What the file holds for these names; none when nothing was written to it.
pub(super) fn read(file: &File, names: &[VariableName]) -> io::Result<Option<Captured>> {
    let length = usize::try_from(file.metadata()?.len()).unwrap_or(usize::MAX);
    if length == 0 {
        return Ok(None);
    }
    if length > names.len() * (CAPTURE_BYTES_MAX + ROOM_BYTES) {
        return Ok(Some(Err(format!(
            "${VARIABLE} holds {length} bytes, more than the values of `capture=` can have (64 KiB each)"
        ))));
    }
    let mut bytes = vec![0; length];
    file.read_exact_at(&mut bytes, 0)?;
    Ok(Some(parse(&bytes, names)))
}

fn parse(bytes: &[u8], names: &[VariableName]) -> Captured {
    let text =
        std::str::from_utf8(bytes).map_err(|_| format!("what ${VARIABLE} holds is not UTF-8"))?;
    let mut values = BTreeMap::new();
    let mut lines = text.split('\n').zip(1_usize..);
    while let Some((line, number)) = lines.next() {
        if line.is_empty() {
            continue;
        }
        let wrong = |why: &str| format!("line {number} of ${VARIABLE}: {why}");
        let end = line
            .find(['=', '<'])
            .ok_or_else(|| wrong("it is neither `name=value` nor `name<<WORD`"))?;
        let (name, rest) = line.split_at(end);
        if !is_name(name) {
            return Err(wrong(
                "what stands before `=` or `<<` is no name: letters, digits and `_`, without blanks",
            ));
        }
        let value = match (rest.strip_prefix('='), rest.strip_prefix("<<")) {
            (Some(value), _) => value.to_owned(),
            (None, Some(word)) => {
                let several = until(word, lines.by_ref().map(|(line, _)| line));
                several.map_err(|why| wrong(&why))?
            }
            (None, None) => return Err(wrong("it is neither `name=value` nor `name<<WORD`")),
        };
        let known = names.iter().find(|known| known.as_str() == name);
        let known = known.ok_or_else(|| wrong(&format!("{name} is not in `capture=`")))?;
        checked(&value).map_err(|why| wrong(&format!("{name} {why}")))?;
        if values.insert(known, value).is_some() {
            return Err(wrong(&format!("{name} was given a value before")));
        }
    }
    let value = |name: &VariableName| {
        let value = values.remove(name).map(CapturedValue::Plain);
        value.ok_or_else(|| format!("the step gave {name} no value in ${VARIABLE}"))
    };
    names.iter().map(value).collect()
}

/// The lines up to one that is `word`.
fn until<'a>(word: &str, lines: impl Iterator<Item = &'a str>) -> Result<String, String> {
    if word.is_empty() || word.contains(|char: char| char.is_whitespace() || char.is_control()) {
        return Err("`<<` needs a word without blanks right behind it".to_owned());
    }
    let mut value: Vec<&str> = Vec::new();
    for line in lines {
        if line == word {
            return Ok(value.join("\n"));
        }
        value.push(line);
    }
    Err(
        "no line that ends this value follows; it holds the word after `<<` and nothing else"
            .to_owned(),
    )
}

fn checked(value: &str) -> Result<(), &'static str> {
    match value.len() {
        0 => Err("is empty and cannot be captured"),
        length if length > CAPTURE_BYTES_MAX => Err("is longer than 64 KiB and cannot be captured"),
        _ if value.contains('\0') => Err("holds a NUL byte and cannot be captured"),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::parse;
    use stepmark_core::VariableName;
    use stepmark_core::plan::{CAPTURE_BYTES_MAX, CapturedValue};

    fn parsed(text: impl AsRef<[u8]>) -> Result<Vec<String>, String> {
        let values = parse(text.as_ref(), &["a", "b"].map(VariableName::new))?;
        let plain = |value| match value {
            CapturedValue::Plain(value) => value,
            CapturedValue::Secret => panic!("nothing is known of secrets here"),
        };
        Ok(values.into_iter().map(plain).collect())
    }

    #[test]
    fn values_are_taken_as_they_stand_in_any_order() {
        for (text, expected) in [
            ("a=1\nb=2", ["1", "2"]),
            ("\nb= 2 \n\na==<<\n", ["=<<", " 2 "]),
            (
                "a<<EOF\nx\n\ny=1\nEOF\nb=\"$HOME\"\n",
                ["x\n\ny=1", "\"$HOME\""],
            ),
            ("a<<=\n=x\n=\nb<<b\nb \nb\n", ["=x", "b "]),
            ("a=x\r\nb=::set-output\n", ["x\r", "::set-output"]),
        ] {
            let expected = expected.map(str::to_owned);
            assert_eq!(parsed(text).as_deref(), Ok(&expected[..]), "{text:?}");
        }
        let most = "ż".repeat(CAPTURE_BYTES_MAX / 2);
        assert_eq!(parsed(format!("a=1\nb={most}")), Ok(vec!["1".into(), most]));
    }

    #[test]
    fn what_is_not_a_value_is_refused_by_its_line() {
        for (text, why) in [
            (
                "a=1\nb=2\nc=3\n",
                "line 3 of $STEPMARK_OUTPUT: c is not in `capture=`",
            ),
            ("a=1\n", "the step gave b no value in $STEPMARK_OUTPUT"),
            ("\n\n", "the step gave a no value in $STEPMARK_OUTPUT"),
            (
                "a=1\nb=2\na=1\n",
                "line 3 of $STEPMARK_OUTPUT: a was given a value before",
            ),
            (
                "a=\n",
                "line 1 of $STEPMARK_OUTPUT: a is empty and cannot be captured",
            ),
            (
                "a<<E\nE\n",
                "line 1 of $STEPMARK_OUTPUT: a is empty and cannot be captured",
            ),
            (
                "a=\0\n",
                "line 1 of $STEPMARK_OUTPUT: a holds a NUL byte and cannot be captured",
            ),
            (
                "hello\n",
                "line 1 of $STEPMARK_OUTPUT: it is neither `name=value` nor `name<<WORD`",
            ),
            (
                "a<1\n",
                "line 1 of $STEPMARK_OUTPUT: it is neither `name=value` nor `name<<WORD`",
            ),
        ] {
            assert_eq!(parsed(text), Err(why.to_owned()), "{text:?}");
        }
        for (text, why) in [
            (" a=1", "is no name"),
            ("a =1", "is no name"),
            ("a\n=1", "line 1"),
            ("=1", "is no name"),
            ("1a=1", "is no name"),
            ("a<< EOF\nx\nEOF\n", "needs a word"),
            ("a<<\nx\n\n", "needs a word"),
            (
                "a=1\nb<<EOF\nx\n EOF\nEOF \n",
                "line 2 of $STEPMARK_OUTPUT: no line that ends",
            ),
        ] {
            let said = parsed(text).unwrap_err();
            assert!(said.contains(why), "{text:?}: {said}");
        }
        assert!(parsed(b"a=\xff\n").unwrap_err().ends_with("is not UTF-8"));
        let long = "x".repeat(CAPTURE_BYTES_MAX + 1);
        assert!(parsed(format!("a={long}")).unwrap_err().contains("64 KiB"));
    }
}
