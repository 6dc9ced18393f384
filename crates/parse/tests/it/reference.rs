//! The reference in `docs/runbook-format.md` says what the code does.

use stepmark_parse::{
    AttributeSpec, AttributeStatus, AttributeTarget, RunmeTreatment, RunmeWord, attribute_table,
    runme_words,
};

const TEXT: &str = include_str!("../../../../docs/runbook-format.md");

fn row(spec: &AttributeSpec) -> String {
    let targets: Vec<&str> = spec
        .targets
        .iter()
        .copied()
        .map(AttributeTarget::word)
        .collect();
    let status = match spec.status {
        AttributeStatus::CarriedOut => "works",
        AttributeStatus::Kept => "kept",
        AttributeStatus::Unsupported => "an error",
    };
    let example = spec.form.example(spec.name);
    format!(
        "| `{example}` | {} | {} | {status} |\n",
        targets.join(", "),
        spec.meaning
    )
}

fn runme_row(word: &RunmeWord) -> String {
    let meaning = match word.treatment {
        RunmeTreatment::SameAs(ours) => format!("the same as `{ours}`"),
        RunmeTreatment::NoEffect => "no effect on a run".to_owned(),
        RunmeTreatment::Instead(help) => format!("an error: {help}"),
    };
    format!("| `{}` | {meaning} |\n", word.name)
}

/// The rows of the table under `header`.
fn table(header: &str) -> String {
    let (_, table) = TEXT.split_once(header).unwrap();
    let (table, _) = table.split_once("\n\n").unwrap();
    format!("{table}\n")
}

#[test]
fn the_reference_has_exactly_the_rows_of_the_code() {
    let expected: String = attribute_table().iter().map(row).collect();
    let header = "| attribute | on | meaning | in this version |\n| --- | --- | --- | --- |\n";
    assert_eq!(table(header), expected, "\n--- the code says\n{expected}");
    let expected: String = runme_words().iter().map(runme_row).collect();
    let header = "| Runme's word | here |\n| --- | --- |\n";
    assert_eq!(table(header), expected, "\n--- the code says\n{expected}");
}

#[test]
fn the_examples_of_the_reference_have_no_mistake() {
    let examples: Vec<&str> = TEXT
        .split("```yaml\n")
        .skip(1)
        .filter_map(|rest| rest.split_once("```").map(|(example, _)| example))
        .collect();
    assert!(!examples.is_empty());
    for example in examples {
        let found = crate::common::parsed(&format!("---\n{example}---\n")).diagnostics;
        assert!(found.is_empty(), "{example}: {found:?}");
    }
}
