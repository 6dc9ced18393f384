//! The tables of `rehearsal: ignore:`, which an undo keeps on purpose.

/// The tables that are left out of every comparison.
pub(super) struct Ignored(Vec<String>);

impl Ignored {
    pub(super) fn of(tables: &[String]) -> Self {
        Self(tables.iter().map(|table| bare(table)).collect())
    }

    /// Whether the table called `name`, with its schema, is one of them.
    pub(super) fn holds(&self, name: &str) -> bool {
        let name = bare(name);
        self.0.iter().any(|table| {
            name == *table
                || !table.contains('.')
                    && name
                        .strip_suffix(table.as_str())
                        .is_some_and(|schema| schema.ends_with('.'))
        })
    }

    /// Patterns that keep them, and the sequences of their columns, out of a dump.
    pub(super) fn patterns(&self) -> Vec<String> {
        let patterns = |table: &String| {
            let (schema, name) = match table.split_once('.') {
                Some((schema, name)) => (format!("\"{schema}\""), name),
                None => ("*".to_owned(), table.as_str()),
            };
            [
                format!("{schema}.\"{name}\""),
                format!("{schema}.\"{name}_\"*_seq"),
            ]
        };
        self.0.iter().flat_map(patterns).collect()
    }
}

/// A name without the quotes of identifiers.
pub(super) fn bare(name: &str) -> String {
    name.replace('"', "")
}

#[cfg(test)]
mod tests {
    use super::Ignored;

    #[test]
    fn a_table_is_known_with_and_without_its_schema() {
        let ignored = Ignored::of(&["audit_copy".to_owned(), "app.\"Old\"".to_owned()]);
        let known = [
            "public.audit_copy",
            "app.\"Old\"",
            "public.\"Old\"",
            "public.my_audit_copy",
        ]
        .map(|name| ignored.holds(name));
        assert_eq!(known, [true, true, false, false]);
        assert_eq!(
            ignored.patterns()[..2],
            ["*.\"audit_copy\"", "*.\"audit_copy_\"*_seq"]
        );
        assert_eq!(ignored.patterns()[2], "\"app\".\"Old\"");
    }
}
