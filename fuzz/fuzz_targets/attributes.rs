//! Any text as the attribute list of a fence and of a task: the invariants of the parser's tests hold.

#![no_main]

#[path = "../../crates/parse/tests/it/invariants.rs"]
mod invariants;

libfuzzer_sys::fuzz_target!(|list: &str| {
    for text in [
        format!("```sql {list}\nSELECT 1;\n```\n\n```sh {{name=a}}\n:\n```\n"),
        format!("```sh {{{list}}}\n:\n```\n"),
        format!("- [ ] task <!-- {list} -->\n- [ ] other <!-- {{name=b {list}}} -->\n"),
    ] {
        invariants::hold(text.as_bytes());
    }
});
