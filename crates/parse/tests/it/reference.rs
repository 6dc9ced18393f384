//! The reference in `docs/runbook-format.md` says what the code does.

use stepmark_parse::{
    AttributeSpec, AttributeTarget, RunmeTreatment, RunmeWord, attribute_table, runme_words,
};

const TEXT: &str = include_str!("../../../../docs/runbook-format.md");

fn row(spec: &AttributeSpec) -> String {
    let targets: Vec<&str> = spec
        .targets
        .iter()
        .copied()
        .map(AttributeTarget::word)
        .collect();
    let example = spec.form.example(spec.name);
    format!(
        "| `{example}` | {} | {} |\n",
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
    let header = "| attribute | on | meaning |\n| --- | --- | --- |\n";
    assert_eq!(table(header), expected, "\n--- the code says\n{expected}");
    let expected: String = runme_words().iter().map(runme_row).collect();
    let header = "| Runme's word | here |\n| --- | --- |\n";
    assert_eq!(table(header), expected, "\n--- the code says\n{expected}");
}

/// The fences of the reference in `language`, whole, with what stands in each.
fn fences(language: &str) -> Vec<(&str, &str)> {
    let mut fences = Vec::new();
    for (at, _) in TEXT.match_indices(&format!("\n```{language}")) {
        let from = at + 1;
        let (opening, rest) = TEXT[from..].split_once('\n').unwrap();
        let inside = rest.split_once("```").unwrap().0;
        let whole = opening.len() + 1 + inside.len() + "```".len();
        fences.push((&TEXT[from..from + whole], inside));
    }
    fences
}

#[test]
fn the_examples_of_the_reference_have_no_mistake() {
    let front: Vec<&str> = fences("yaml")
        .into_iter()
        .map(|(_, inside)| inside)
        .collect();
    let steps = ["sql", "bash"].iter().flat_map(|language| fences(language));
    let mut steps: Vec<&str> = steps.map(|(whole, _)| whole).collect();
    steps.sort_by_key(|step| step.as_ptr());
    assert!(front.len() == 1 && steps.len() >= 6, "{front:?} {steps:?}");
    let runbook = format!("---\n{}---\n\n{}\n", front[0], steps.join("\n\n"));
    let parsed = crate::common::parsed(&runbook);
    assert_eq!(parsed.plan.steps.len(), steps.len());
    assert_eq!(crate::common::findings(&parsed), Vec::<String>::new());
}
