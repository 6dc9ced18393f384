//! What holds for every document: no panic, lines stand where they say, plans can be walked, and prose elsewhere
//! changes nothing about a named step.

use proptest::prelude::*;
use stepmark_core::plan::{IdOrigin, Plan};
use stepmark_core::{Digest, StepId};

use crate::common::parsed;
use crate::invariants;

/// A runbook of named steps in all places a step can have, with room between them.
const NAMED: [&str; 7] = [
    "```sql {name=s1 needs=none}\nSELECT 1;\n```\n",
    "```bash {name=s2 needs=s1}\nls\n```\n",
    "~~~psql {name=s3 needs=s1,s2}\n\\d\n~~~\n",
    "- [ ] Tell them <!-- {name=s4 needs=s3} -->\n",
    "1. first\n\n   ```sh {name=s5 needs=s4}\n   x\n\n     y\n   ```\n",
    "```sql {name=s6 rollback=s1}\nSELECT 2;\n```\n",
    "```console {name=s7 needs=s5,s2}\n$ ls \\\n> -l\nout\n```\n",
];

/// The runbook of named steps with `edits` before, between and after them.
fn with_edits(edits: &[String]) -> String {
    let mut text = String::from("# Title\n\n");
    for (edit, step) in edits.iter().zip(NAMED) {
        text.push_str(edit);
        text.push_str("\n\n");
        text.push_str(step);
        text.push_str("\n\n");
    }
    text.push_str(&edits[NAMED.len()]);
    text
}

/// What the author wrote about each named step: id, digest, and the ids it says it needs.
fn written(plan: &Plan) -> Vec<(StepId, Digest, Vec<StepId>)> {
    plan.steps
        .iter()
        .filter(|step| step.id_origin == IdOrigin::Named && step.id.as_str().starts_with('s'))
        .map(|step| {
            let needs = step.needs.iter().map(|&need| plan.step(need).id.clone());
            (step.id.clone(), step.digest, needs.collect())
        })
        .collect()
}

type Named = Vec<(StepId, Digest, Vec<StepId>)>;

/// The named steps with digest and edges.
fn named(plan: &Plan) -> Named {
    plan.steps
        .iter()
        .map(|step| {
            let needs = step
                .needs
                .iter()
                .map(|&need| plan.step(need).id.clone())
                .collect();
            (step.id.clone(), step.digest, needs)
        })
        .collect()
}

pub(crate) fn fragment() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "# Heading\n",
            "## Other\n",
            "text\n",
            "\n",
            "---\n",
            "- item\n",
            "- [ ] task\n",
            "- [x] task\n",
            "1. [ ] task <!-- {name=t} -->\n",
            "  - [ ] nested\n",
            "> quote\n",
            "> ```sh\n",
            "<!--\n",
            "-->\n",
            "<div>\n",
            "```\n",
            "````\n",
            "~~~\n",
            "```sql\n",
            "```sh {name=a}\n",
            "```bash {needs=a}\n",
            "```sql {needs=a,b rollback=b}\n",
            "```console\n",
            "$ ls \\\n",
            "> more\n",
            "~~~psql\n",
            "  ```sh\n",
            "    ```sh\n",
            "\t```sh\n",
            "select 1;\n",
            "\\d\n",
            "select 'x\n",
            "| a | b |\n",
            "|---|---|\n",
            "title: x\n",
            "{\n",
            "}",
            "\"",
            "\\",
            "\r\n",
            "\u{200b}",
            "\u{202e}",
            "\u{feff}",
            "ä",
            "`",
            "*",
            "[x](y)",
            "```sh {\"name\":\"b\"}\n",
            "```sh {name=b probe=a check}\n",
            "  text <!-- {required} -->\n",
            "+++\n",
        ])
        .prop_map(str::to_owned),
        "[ \\t\\n`~{}\"=a-c#>-]{0,12}",
    ]
}

fn prose() -> impl Strategy<Value = String> {
    prop::collection::vec(
        prop::sample::select(vec![
            "Some *prose*.\n",
            "## Another heading\n",
            "- a list\n- of things\n",
            "> a quote\n> ```sh\n> ls\n> ```\n",
            "```yaml\nkey: value\n```\n",
            "<!-- a comment\n```sh\nx\n```\n-->\n",
            "| a |\n|---|\n| b |\n",
            "```sh {skip}\nls\n```\n",
            "---\n",
            "![image](x.png)\n",
        ]),
        0..4,
    )
    .prop_map(|parts| format!("\n{}\n\n", parts.join("\n")))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) })]

    #[test]
    fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let parsed = invariants::hold(&bytes);
        prop_assert_eq!(std::str::from_utf8(&bytes).is_err(), parsed.diagnostics.iter().any(|found| found.code.word() == "invalid-utf8"));
    }

    #[test]
    fn any_text_is_read(text in "\\PC{0,200}") {
        invariants::hold(text.as_bytes());
    }

    #[test]
    fn any_heap_of_fragments_is_read(fragments in prop::collection::vec(fragment(), 0..40)) {
        let text = fragments.concat();
        invariants::hold(text.as_bytes());
    }

    #[test]
    fn any_attributes_are_read(list in "[{}\"\\\\a-z=,: 0-9-]{0,60}", task in any::<bool>()) {
        let text = if task {
            format!("- [ ] t <!-- {{{list}}} -->\n")
        } else {
            format!("```sh {{{list}}}\n:\n```\n")
        };
        invariants::hold(text.as_bytes());
    }

    /// Any edit at all: an open fence or comment may swallow a step, and then it is gone; what is there is unchanged.
    #[test]
    fn any_edit_elsewhere_leaves_named_steps_as_they_are_or_removes_them(
        edits in prop::collection::vec(prop::collection::vec(fragment(), 0..6).prop_map(|parts| parts.concat()), NAMED.len() + 1)
    ) {
        let text = with_edits(&edits);
        let before = written(&parsed(&with_edits(&vec![String::new(); NAMED.len() + 1])).plan);
        let after = written(&parsed(&text).plan);
        prop_assert_eq!(before.len(), NAMED.len());
        for (id, digest, needs) in &after {
            let (_, digest_before, needs_before) = before.iter().find(|(known, ..)| known == id).unwrap();
            prop_assert_eq!(digest, digest_before, "{}\n{}", id, text);
            let left: Vec<&StepId> = needs_before.iter().filter(|need| after.iter().any(|(there, ..)| there == *need)).collect();
            let said: Vec<&StepId> = needs.iter().filter(|need| before.iter().any(|(known, ..)| known == *need)).collect();
            prop_assert_eq!(said, left, "{}\n{}", id, text);
        }
    }

    #[test]
    fn prose_elsewhere_changes_no_named_step(prose in prop::collection::vec(prose(), 6)) {
        let steps = [
            "```sql {name=a}\nselect 1;\n```\n",
            "1. first\n\n   ```bash {name=b required}\n   ls\n   ```\n",
            "- [ ] Tell them <!-- {name=c needs=a} -->\n- [ ] Ask them <!-- {name=d} -->\n",
            "```sql {name=e rollback=a}\nselect 2;\n```\n",
            "~~~psql {name=f}\n\\d\n~~~\n",
        ];
        let plain = format!("# T\n\n{}", steps.join("\nx\n\n"));
        let mut edited = format!("# T\n{}", prose[5]);
        for (step, prose) in steps.iter().zip(&prose) {
            edited.push_str(step);
            edited.push_str(prose);
            edited.push_str("x\n\n");
        }
        let (before, after) = (parsed(&plain).plan, parsed(&edited).plan);
        prop_assert_eq!(named(&before), named(&after));
    }
}
