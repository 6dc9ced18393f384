//! A plan as a Mermaid flowchart. Does not wrap it into a fence.

use std::fmt::Write as _;

use stepmark_core::plan::{Plan, Step, StepKind};

use super::edge::{EdgeKind, edges};
use super::label::label;

/// The flowchart of `plan`: hexagons for manual steps, round nodes and dotted edges for what is attached.
pub(super) fn mermaid(plan: &Plan) -> String {
    let mut text = "flowchart TD\n".to_owned();
    for (index, step) in plan.indexed() {
        let lines: Vec<String> = label(step).iter().map(|line| escaped(line)).collect();
        let (open, close) = shape(step);
        let label = lines.join("<br/>");
        writeln!(text, "  s{}{open}\"{label}\"{close}", index.0 + 1).expect(INFALLIBLE);
    }
    for edge in edges(plan) {
        let (from, to) = (edge.from.0 + 1, edge.to.0 + 1);
        match edge.kind {
            EdgeKind::Needs => writeln!(text, "  s{from} --> s{to}"),
            EdgeKind::Rollback | EdgeKind::Probe => {
                writeln!(text, "  s{from} -. {} .-> s{to}", edge.kind.word())
            }
        }
        .expect(INFALLIBLE);
    }
    text
}

const INFALLIBLE: &str = "writing to a String never fails";

fn shape(step: &Step) -> (&'static str, &'static str) {
    match (step.is_main(), step.kind) {
        (false, _) => ("(", ")"),
        (true, StepKind::Manual) => ("{{", "}}"),
        (true, _) => ("[", "]"),
    }
}

/// Mermaid knows `#35;` for any character by its number; everything that could be markup is written so.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '"' | '#' | '&' | '<' | '>' | '`' | '\\' | '*' | '_' | '%' | ';' | '\t' => {
                write!(escaped, "#{};", u32::from(character)).expect(INFALLIBLE);
            }
            _ => escaped.push(character),
        }
    }
    escaped
}
