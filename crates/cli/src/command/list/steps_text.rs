//! The steps of a runbook for people. Does not read anything.

use std::collections::HashMap;

use stepmark_core::plan::{BlockKind, Document, Plan, Role, Step};
use stepmark_core::report::duration;
use stepmark_core::{StepId, StepIndex};

use super::flags::flags;
use super::needs::needs;
use super::past_step::PastStep;
use super::table::Table;
use super::{LastRun, counted};
use crate::app::History;
use crate::command::check::{CheckedFile, LineStarts};
use crate::diagnostics::visible;

/// Title, last run, and a table of the steps under their headings.
pub(super) fn steps_text(
    file: &CheckedFile,
    last: Option<&LastRun>,
    past: &HashMap<StepId, PastStep>,
    history: &History,
) -> String {
    let plan = &file.plan;
    let main = plan.steps.iter().filter(|step| step.is_main()).count();
    let mut text = format!(
        "{}\n{}: {}\n",
        visible(&plan.title),
        visible(&file.shown),
        counted(main, "step")
    );
    if let Some(run) = last {
        let (id, result) = (run.directory.run(), visible(&run.result.phrase()));
        text.push_str(&format!("last run {id}: {result}\n"));
    }
    if plan.steps.is_empty() {
        return text;
    }
    text.push('\n');
    text + &table(file, past, history).text(2)
}

fn table(file: &CheckedFile, past: &HashMap<StepId, PastStep>, history: &History) -> Table {
    let plan = &file.plan;
    let lines = LineStarts::of(&file.sources);
    let mut table = Table::new(&[
        ">#", "id", "kind", ">line", "needs", "flags", ">usually", "last run",
    ]);
    let mut under: &[usize] = &[];
    let mut number = 0;
    let attached = attached(plan);
    for (index, step) in plan.indexed().filter(|(_, step)| step.is_main()) {
        if step.headings != under {
            under = &step.headings;
            let heading = heading(&plan.document, under, &plan.title);
            if !heading.is_empty() {
                table.free(heading);
            }
        }
        number += 1;
        let row = |first: String, id: String, needs: String, step: &Step| {
            vec![
                first,
                id,
                step.kind.word().to_owned(),
                match &step.body.file {
                    Some(file) => visible(&format!("{file}:{}", lines.line(&step.span))),
                    None => lines.line(&step.span).to_string(),
                },
                needs,
                flags(step),
                history.usual(step).map_or_else(String::new, duration),
                past.get(&step.id)
                    .map_or_else(String::new, |past| past.phrase(step)),
            ]
        };
        let id = visible(step.id.as_str());
        table.row(row(number.to_string(), id, needs(plan, index, step), step));
        for &(role, other) in attached.get(&index).into_iter().flatten() {
            let id = format!("  {role} {}", visible(other.id.as_str()));
            table.row(row(String::new(), id, String::new(), other));
        }
    }
    table
}

/// What is attached to each step of the main flow, directly or by way of another, in document order.
fn attached(plan: &Plan) -> HashMap<StepIndex, Vec<(&'static str, &Step)>> {
    let mut attached: HashMap<StepIndex, Vec<(&'static str, &Step)>> = HashMap::new();
    for (_, step) in plan.indexed() {
        let (role, mut to) = match step.role {
            Role::Main => continue,
            Role::RollbackOf(to) => ("rollback", to),
            Role::ProbeOf(to) => ("probe", to),
        };
        for _ in 0..plan.steps.len() {
            match plan.step(to).role {
                Role::Main => break,
                Role::RollbackOf(next) | Role::ProbeOf(next) => to = next,
            }
        }
        attached.entry(to).or_default().push((role, step));
    }
    attached
}

/// The headings as one line, without a first one that is the runbook's title.
fn heading(document: &Document, headings: &[usize], title: &str) -> String {
    let texts = headings
        .iter()
        .filter_map(|&at| match &document.blocks.get(at)?.kind {
            BlockKind::Heading { content, .. } => {
                let text: String = content.iter().map(|run| run.text.as_str()).collect();
                Some(text.replace('\n', " "))
            }
            _ => None,
        });
    let texts: Vec<String> = texts.collect();
    let below = match texts.first() {
        Some(first) if first == title => &texts[1..],
        _ => &texts[..],
    };
    visible(&below.join(" / "))
}
