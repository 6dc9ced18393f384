//! The passwords that are written down in what a step does, so that they are masked like other secrets. One that could not be
//! told from a word that everybody may read, because it is short or because it is a name too, is masked only where it is
//! written as a password: masking it everywhere would take the word away from what a step prints, and say with it what the
//! password is.

use std::collections::HashSet;

use stepmark_core::plan::{Step, StepKind};
use stepmark_sql::{
    SecretLiteral, names_in_sql, names_in_text, secrets_in_sql, secrets_in_text, without_secrets,
};

use super::ANYWHERE_BYTES_MIN;

/// What in a run is a name, and thus masked nowhere but where it is written as a password.
#[derive(Clone, Debug, Default)]
pub struct Names(HashSet<String>);

impl Names {
    /// The names in `steps`, and those `given` besides.
    pub fn new<'a>(steps: &'a [Step], given: impl IntoIterator<Item = &'a str>) -> Self {
        let mut names: HashSet<&str> = given.into_iter().collect();
        for step in steps {
            match step.kind.is_sql() {
                Some(true) => names_in_sql(&step.body.text, &mut names),
                Some(false) => names_in_text(&step.body.text, &mut names),
                None => {}
            }
        }
        Self(names.into_iter().map(str::to_owned).collect())
    }

    /// The passwords written down in `text`, which a step of `kind` does, that are masked wherever they turn up.
    pub fn written_passwords(&self, kind: StepKind, text: &str) -> Vec<String> {
        let values = found(kind, text).into_iter().map(|secret| secret.value);
        values.filter(|value| self.is_masked(value)).collect()
    }

    fn is_masked(&self, value: &str) -> bool {
        value.len() >= ANYWHERE_BYTES_MIN && !self.0.contains(value)
    }
}

/// `text`, which a step of `kind` does, with each password that is written down in it masked where it is written.
pub fn without_written(kind: StepKind, text: &str) -> String {
    without_secrets(text, &found(kind, text))
}

fn found(kind: StepKind, text: &str) -> Vec<SecretLiteral> {
    match kind.is_sql() {
        Some(true) => secrets_in_sql(text),
        Some(false) => secrets_in_text(text),
        None => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_passwords_and_such_as_are_names_are_masked_only_where_they_are_written() {
        let names = Names::new(&[], ["postgres"]);
        let text = "ALTER ROLE a PASSWORD 'postgres'; ALTER ROLE b PASSWORD 'short'; ALTER ROLE c PASSWORD 'long enough';";
        assert_eq!(
            names.written_passwords(StepKind::Sql, text),
            ["long enough"]
        );
        let shown = "ALTER ROLE a PASSWORD '‹password›'; ALTER ROLE b PASSWORD '‹password›'; ALTER ROLE c PASSWORD '‹password›';";
        assert_eq!(without_written(StepKind::Sql, text), shown);
    }
}
