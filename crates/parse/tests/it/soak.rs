//! A fuzzer that needs no special compiler: seeded mutations of the documents at hand. Short by default; with
//! `STEPMARK_SOAK=1` each test goes on for as many seconds as `STEPMARK_SOAK_SECONDS` says, 120 when it says nothing.

use std::time::{Duration, Instant};

use crate::documents::documents;
use crate::invariants;
use crate::mutation::{Random, WORDS, mutated};

/// Documents in a short run.
const DOCUMENTS: u64 = 3000;

/// Calls `one` with seed after seed.
#[expect(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "how long to go on is said from outside, and how far it came is said there"
)]
pub(crate) fn go_on(name: &str, one: impl Fn(u64)) {
    if std::env::var_os("STEPMARK_SOAK").is_none() {
        return (0..DOCUMENTS).for_each(one);
    }
    let seconds = std::env::var("STEPMARK_SOAK_SECONDS").map_or(120, |text| text.parse().unwrap());
    let start = Instant::now();
    let mut seed = 0;
    while start.elapsed() < Duration::from_secs(seconds) {
        one(seed);
        seed += 1;
    }
    println!("{name}: {seed} documents in {seconds} s");
}

#[test]
fn broken_documents_break_nothing() {
    let documents: Vec<Vec<u8>> = documents()
        .into_iter()
        .map(|(_, text)| text.into_bytes())
        .collect();
    go_on("documents", |seed| {
        let mut random = Random::new(seed);
        let document = &documents[random.below(documents.len())];
        invariants::hold(&mutated(document, &documents, &mut random));
    });
}

#[test]
fn broken_attributes_break_nothing() {
    let lists: Vec<Vec<u8>> = LISTS.iter().map(|list| list.as_bytes().to_vec()).collect();
    go_on("attribute lists", |seed| {
        let mut random = Random::new(seed);
        let list = mutated(&lists[random.below(lists.len())], &lists, &mut random);
        let list = String::from_utf8_lossy(&list);
        let text = match random.below(4) {
            0 => format!("- [ ] task <!-- {list} -->\n\n```sh {{name=a}}\n:\n```\n"),
            1 => format!("```python {list}\n:\n```\n"),
            2 => format!(
                "- ```sql {list}\n  SELECT 1;\n  ```\n{}",
                random.pick(WORDS)
            ),
            _ => format!("```sh {list}\n:\n```\n\n```sql {{name=a}}\nSELECT 1;\n```\n"),
        };
        invariants::hold(text.as_bytes());
    });
}

const LISTS: &[&str] = &[
    "{}",
    "{name=a}",
    "{name=b needs=a,b timeout=30s}",
    "{name=c needs=none required confirm}",
    "{confirm=\"type \\\"this\\\" \\\\ in\"}",
    "{rollback=a}",
    "{probe=a check}",
    "{needs=\"a, b\" on=default}",
    "{check=false required=true live idempotent retry=3 retry-delay=5s}",
    "{skip}",
    "{\"name\":\"a\",\"interactive\":\"false\",\"n\":1.5}",
    "{\"name\":\"\\u0061\\n\\\"\"}",
    "{wait every=2s for=60s timeout=1h30m}",
    "{expect=/a.*b/ capture=x,y when=z}",
];
