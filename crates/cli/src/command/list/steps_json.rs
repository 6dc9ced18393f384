//! The steps of a runbook for programs. `docs/listing.md` lists the members.

use std::collections::HashMap;
use std::time::Duration;

use serde_json::{Map, Value, json};
use stepmark_core::plan::{Confirm, IdOrigin, Plan, Role, Step};
use stepmark_core::{ConnectionName, StepId};
use stepmark_parse::Severity;

use super::LastRun;
use super::past_step::PastStep;
use crate::app::History;
use crate::command::check::{CheckedFile, LineStarts};

/// The file, its last run and its steps as one object.
pub(super) fn steps_json(
    file: &CheckedFile,
    last: Option<&LastRun>,
    past: &HashMap<StepId, PastStep>,
    history: &History,
) -> Value {
    let plan = &file.plan;
    let lines = LineStarts::of(&file.sources);
    let mut number = 0;
    let steps: Vec<Value> = plan
        .steps
        .iter()
        .map(|step| {
            number += usize::from(step.is_main());
            let mut members = members(plan, step);
            members.insert("number".to_owned(), json!(step.is_main().then_some(number)));
            members.insert("file".to_owned(), json!(step.body.file.as_deref()));
            members.insert("line".to_owned(), json!(lines.line(&step.span)));
            let usual = history.usual(step).map(micros);
            members.insert("usual_us".to_owned(), json!(usual));
            let last = past.get(&step.id).map(|past| past_json(past, step));
            members.insert("last".to_owned(), json!(last));
            Value::Object(members)
        })
        .collect();
    json!({
        "file": file.shown,
        "title": plan.title,
        "digest": plan.digest.to_string(),
        "errors": file.count(Severity::Error),
        "warnings": file.count(Severity::Warning),
        "last_run": last.map(LastRun::json),
        "steps": steps,
    })
}

fn members(plan: &Plan, step: &Step) -> Map<String, Value> {
    let id = |index| plan.step(index).id.as_str();
    let needs: Vec<&str> = step.needs.iter().map(|&need| id(need)).collect();
    let (role, of) = match step.role {
        Role::Main => ("main", None),
        Role::RollbackOf(of) => ("rollback", Some(id(of))),
        Role::ProbeOf(of) => ("probe", Some(id(of))),
    };
    let confirm = step.confirm.as_ref().map(|confirm| match confirm {
        Confirm::Ask => json!(true),
        Confirm::Typed(text) => json!(text),
    });
    let attributes = step.attributes.iter().map(|attribute| {
        let value = attribute
            .value
            .as_deref()
            .map_or(json!(true), |value| json!(value));
        (attribute.name.clone(), value)
    });
    let attributes: Map<String, Value> = attributes.collect();
    let members = json!({
        "id": step.id.as_str(),
        "named": step.id_origin == IdOrigin::Named,
        "kind": step.kind.word(),
        "title": step.title,
        "role": role,
        "of": of,
        "needs": needs,
        "connection": step.connection.as_ref().map(ConnectionName::as_str),
        "required": step.required,
        "confirm": confirm,
        "check": step.expectation.is_some(),
        "timeout_us": step.timeout.map(micros),
        "attributes": attributes,
    });
    match members {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

fn past_json(past: &PastStep, step: &Step) -> Value {
    json!({
        "state": past.state,
        "duration_us": past.took.map(micros),
        "changed": past.is_changed(step),
    })
}

/// Whole microseconds; no timeout is longer than these can say.
fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}
