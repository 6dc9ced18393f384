//! What our queries print: a JSON array of kind, name and lines for each thing. Reads text; runs nothing.

/// One thing that a query found.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Printed {
    /// What it is; empty for what is not compared.
    pub(super) kind: String,
    pub(super) name: String,
    pub(super) lines: Vec<String>,
}

/// The things in `output`, one a line.
pub(super) fn printed(output: &str) -> Result<Vec<Printed>, String> {
    output
        .lines()
        .filter(|line| !line.is_empty())
        .map(one)
        .collect()
}

fn one(line: &str) -> Result<Printed, String> {
    let wrong = || format!("psql printed what our query does not ask for: {line}");
    let (kind, name, lines): (String, String, Vec<Option<String>>) =
        serde_json::from_str(line).map_err(|_| wrong())?;
    Ok(Printed {
        kind,
        name,
        lines: lines.into_iter().flatten().collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::{Printed, printed};

    #[test]
    fn a_thing_is_a_line_and_nulls_say_nothing() {
        let things = printed("[\"role\",\"a\\nb\",[\"x\",null]]\n\n").unwrap();
        let expected = Printed {
            kind: "role".to_owned(),
            name: "a\nb".to_owned(),
            lines: vec!["x".to_owned()],
        };
        assert_eq!(things, [expected]);
        assert!(printed("NOTICE").is_err());
    }
}
