//! A plan's graph for programs. `docs/listing.md` lists the members.

use serde_json::{Value, json};
use stepmark_core::VariableName;
use stepmark_core::plan::Role;

use super::edge::edges;
use crate::command::check::{CheckedFile, LineStarts};

/// The graph of `file` as one object.
pub(super) fn graph(file: &CheckedFile) -> Value {
    let plan = &file.plan;
    let lines = LineStarts::of(&file.sources);
    let nodes: Vec<Value> = plan
        .steps
        .iter()
        .map(|step| {
            json!({
                "id": step.id.as_str(),
                "kind": step.kind.word(),
                "role": match step.role {
                    Role::Main => "main",
                    Role::RollbackOf(_) => "rollback",
                    Role::ProbeOf(_) => "probe",
                },
                "title": step.title,
                "when": step.flow.when.as_ref().map(VariableName::as_str),
                "always": step.flow.always,
                "file": step.body.file.as_deref(),
                "line": lines.line(&step.span),
            })
        })
        .collect();
    let edges: Vec<Value> = edges(plan)
        .into_iter()
        .map(|edge| {
            json!({
                "from": plan.step(edge.from).id.as_str(),
                "to": plan.step(edge.to).id.as_str(),
                "kind": edge.kind.word(),
            })
        })
        .collect();
    json!({ "title": plan.title, "nodes": nodes, "edges": edges })
}
