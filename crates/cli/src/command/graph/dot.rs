//! A plan in Graphviz' language. Does not choose colours or fonts.

use std::fmt::Write as _;

use stepmark_core::plan::{Plan, StepKind};

use super::edge::{EdgeKind, edges};
use super::label::label;
use crate::diagnostics::visible;

/// The digraph of `plan`: hexagons for manual steps, ellipses and dotted edges for what is attached.
pub(super) fn dot(plan: &Plan) -> String {
    let title = quoted(&[visible(&plan.title)]);
    let mut text = format!("digraph runbook {{\n  label={title};\n  node [shape=box];\n");
    for (index, step) in plan.indexed() {
        let shape = match (step.is_main(), step.kind) {
            (false, _) => ", shape=ellipse",
            (true, StepKind::Manual) => ", shape=hexagon",
            (true, _) => "",
        };
        let label = quoted(&label(step));
        writeln!(text, "  s{} [label={label}{shape}];", index.0 + 1).expect(INFALLIBLE);
    }
    for edge in edges(plan) {
        let (from, to) = (edge.from.0 + 1, edge.to.0 + 1);
        let style = match edge.kind {
            EdgeKind::Needs => String::new(),
            EdgeKind::Rollback | EdgeKind::Probe => {
                format!(" [style=dotted, label=\"{}\"]", edge.kind.word())
            }
        };
        writeln!(text, "  s{from} -> s{to}{style};").expect(INFALLIBLE);
    }
    text.push_str("}\n");
    text
}

const INFALLIBLE: &str = "writing to a String never fails";

/// A quoted string of `lines`; a backslash would begin one of Graphviz' escapes, `&` one of its entities.
fn quoted(lines: &[String]) -> String {
    let lines: Vec<String> = lines
        .iter()
        .map(|line| {
            line.replace('&', "&amp;")
                .replace('\\', "\\\\")
                .replace('"', "\\\"")
        })
        .collect();
    format!("\"{}\"", lines.join("\\n"))
}
