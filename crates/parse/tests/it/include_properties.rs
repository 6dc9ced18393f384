//! What holds for runbooks that include others, whatever all of them say: places are in the file they name, plans can be
//! walked, and a part that is included is the part that is pasted.

use std::collections::HashSet;

use proptest::prelude::*;
use stepmark_core::plan::{SourceFile, Sources};
use stepmark_parse::Parsed;

use crate::common::steps;
use crate::include::joined;
use crate::invariants::stands;
use crate::properties::fragment;

fn places_are_in_their_files(sources: &Sources, parsed: &Parsed) {
    for found in &parsed.diagnostics {
        let related = found
            .related
            .iter()
            .map(|label| (&label.span, label.position));
        for (span, position) in related.chain([(&found.span, found.position)]) {
            assert!(sources.row().get(span.clone()).is_some(), "{found:?}");
            let start = sources.file_at(span.start).span.start;
            let text = &sources.row()[start..];
            assert!(stands(text, span.start - start, position), "{found:?}");
        }
    }
    for step in &parsed.plan.steps {
        let file: &SourceFile = sources.file_at(step.span.start);
        let path = step.body.file.as_deref().unwrap_or("book.md");
        assert_eq!(file.path, path, "{}", step.id);
        assert!(step.span.end <= file.span.end, "{}", step.id);
        for line in &step.body.lines {
            let lines = sources.text(file).split('\n').count();
            assert!(line.position.line as usize <= lines, "{}", step.id);
        }
    }
}

fn plan_is_sound(parsed: &Parsed) {
    let plan = &parsed.plan;
    let blocks = &plan.document.blocks;
    let mut shown = vec![0; plan.steps.len()];
    for block in blocks {
        if let Some(step) = block.step {
            shown[step.0] += 1;
            assert!(block.span.start >= plan.step(step).span.start);
        }
    }
    assert!(shown.iter().all(|&times| times == 1), "{shown:?}");
    let mut ids = HashSet::new();
    for (at, step) in plan.indexed() {
        assert!(ids.insert(&step.id), "{} twice", step.id);
        assert!(step.id.as_str().len() <= 128, "{}", step.id);
        assert!(step.headings.iter().all(|&heading| heading < blocks.len()));
        assert!(step.headings.is_sorted(), "{:?}", step.headings);
        assert!(step.needs.iter().all(|need| need.0 < plan.steps.len()));
        let waits_for_itself = step.needs.iter().any(|&need| plan.descends(need, at));
        assert!(!waits_for_itself, "{} needs itself", step.id);
    }
}

fn page() -> impl Strategy<Value = String> {
    let include = prop_oneof![
        Just("[A](a.md) <!-- {include=a.md} -->\n".to_owned()),
        Just("[B](x/b.md) <!-- {include=x/b.md name=n} -->\n".to_owned()),
        Just("- [A](a.md) <!-- {include=a.md name=m} -->\n".to_owned()),
        Just("## [B](../b.md) <!-- {include=../b.md name=o} -->\n".to_owned()),
        Just("```text {include=../a.md}\nx\n```\n".to_owned()),
        Just("- [ ] t\n\n  ```text {include=x/b.md name=p}\n  ```\n".to_owned()),
    ];
    prop::collection::vec(prop_oneof![3 => fragment(), 1 => include], 0..12)
        .prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn any_pages_that_include_each_other_are_read(book in page(), a in page(), b in page()) {
        let (sources, parsed) = joined(&[("book.md", &book), ("a.md", &a), ("x/b.md", &b)]);
        places_are_in_their_files(&sources, &parsed);
        plan_is_sound(&parsed);
    }

    #[test]
    fn a_part_that_is_included_is_the_part_that_is_pasted(
        before in prop::collection::vec(prop::sample::select(BLOCKS.to_vec()), 0..4),
        part in prop::collection::vec(prop::sample::select(BLOCKS.to_vec()), 0..4),
        after in prop::collection::vec(prop::sample::select(BLOCKS.to_vec()), 0..4),
    ) {
        let mut number = 0;
        let mut text = |blocks: &[&str]| -> String {
            let numbered = blocks.iter().map(|block| {
                number += 1;
                block.replace("ID", &format!("s{number}")) + "\n"
            });
            numbered.collect()
        };
        let (before, part, after) = (text(&before), text(&part), text(&after));
        let book = format!("{before}[P](p.md) <!-- {{include=p.md}} -->\n\nEnd.\n\n{after}");
        let pasted = format!("{before}[P](p.md)\n\n{part}\nEnd.\n\n{after}");
        let (_, included) = joined(&[("book.md", &book), ("p.md", &part)]);
        let (_, pasted) = joined(&[("book.md", &pasted)]);
        prop_assert_eq!(steps(&included.plan), steps(&pasted.plan));
        let digests = |parsed: &Parsed| -> Vec<_> {
            parsed.plan.steps.iter().map(|step| (step.digest, step.title.clone())).collect()
        };
        prop_assert_eq!(digests(&included), digests(&pasted));
    }
}

/// Blocks that mean the same wherever they stand.
const BLOCKS: [&str; 8] = [
    "```sql {name=ID}\nSELECT 1;\n```\n",
    "```bash {name=ID needs=none}\nls\n```\n",
    "- [ ] Tell them <!-- {name=ID} -->\n- [ ] Wait <!-- {name=IDb} -->\n",
    "- [ ] Do <!-- {name=ID} -->\n\n  ```sh {name=IDb}\n  x\n  ```\n",
    "Prose.\n",
    "```sh {name=ID}\n:\n```\n\n```sh {rollback=ID}\n:\n```\n",
    "1. one\n\n   ```sh {name=ID check}\n   :\n   ```\n\n2. two\n",
    "> ```sh\n> :\n> ```\n",
];
