//! Tests of the parser through its public face, one binary.

#![expect(
    clippy::unwrap_used,
    reason = "all of it is test code, helpers included"
)]

mod attribute_conflicts;
mod attributes;
mod codes;
mod common;
mod corpus;
mod documents;
mod fences;
mod flow;
mod front_matter;
mod front_matter_mistakes;
mod front_matter_texts;
mod include;
mod include_front_matter;
mod include_properties;
mod invariants;
mod mutation;
mod properties;
mod reference;
mod second_opinion;
mod slots;
mod soak;
mod warnings;
