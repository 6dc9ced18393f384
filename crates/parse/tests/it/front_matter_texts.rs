//! Any text as front matter: read or refused, never a panic, and places that exist.

use proptest::prelude::*;

use crate::common::parsed;

/// Pieces that YAML and our keys are made of, so that texts get past the first character.
#[rustfmt::skip]
const PIECES: &[&str] = &[
    "title: ", "connections:\n", "inputs:\n", "requires: ", "rehearsal:\n", "steps: ", "environment: ", "  a: ", "  b: ",
    "{ ", " }", "[", "]", ", ", "url: $A", "like: a", "like: b", "default: ", "pattern: '(", "choices: ", "settings: ",
    "'", "\"", "\\", "\n", "\r\n", "\t", " ", ": ", "- ", "? ", "&x ", "*x", "!t ", "|\n", ">\n", "# ", "%YAML 1.2\n",
    "---\n", "...\n", "<<: ", "~", "null", "true", "12", ">=12", "é", "\u{202e}", "\u{0}", "\u{feff}", "😀",
];

proptest! {
    #[test]
    fn any_front_matter_is_read_or_refused_at_a_place_that_exists(
        pieces in prop::collection::vec(prop::sample::select(PIECES), 0..40)
    ) {
        let source = format!("---\nowner: x\n{}\n---\n```sh\n:\n```\n", pieces.concat());
        let parsed = parsed(&source);
        for found in &parsed.diagnostics {
            prop_assert!(source.get(found.span.clone()).is_some(), "{found:?}");
            prop_assert!(found.help.is_some(), "{found:?}");
            for label in &found.related {
                prop_assert!(source.get(label.span.clone()).is_some(), "{label:?}");
            }
        }
        for spec in &parsed.plan.front.connections {
            let mut like = spec.like.as_ref();
            for _ in 0..=parsed.plan.front.connections.len() {
                let next = like.and_then(|name| {
                    parsed.plan.front.connections.iter().find(|other| other.name == *name)
                });
                like = next.and_then(|next| next.like.as_ref());
            }
            prop_assert!(like.is_none(), "a circle is left: {:?}", parsed.plan.front);
        }
    }
}
