//! Any bytes as a runbook: the invariants of the parser's tests hold.

#![no_main]

#[path = "../../crates/parse/tests/it/invariants.rs"]
mod invariants;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    invariants::hold(bytes);
});
