//! What is known of a step whose outcome nobody knows, and what each thing that can be done leads to.

use stepmark_core::StepIndex;
use stepmark_core::plan::Step;
use stepmark_core::record::Resolution;
use stepmark_core::runner::{Ways, Witness};

use super::says::Said;
use crate::action::Action;
use crate::paint::target_text;
use crate::screen::Screen;
use crate::unknown::last_look;

/// The evidence there is, and the ways out.
pub(super) fn says(screen: &Screen, step: StepIndex, ways: Ways) -> Vec<Said> {
    let palette = screen.palette;
    let plain = palette.plain();
    let planned = screen.plan().step(step);
    let mut said = vec![(under_way(screen, step, planned), palette.strong())];
    if let Some(name) = &planned.connection {
        said.push((format!("on {name}: {}", target_text(screen, name)), plain));
    }
    said.push((screen.progress.step(step).doubt(), plain));
    said.extend(left_over(screen, step).map(|text| (text, plain)));
    if planned.sql.transaction {
        let text = match &screen.progress.step(step).transaction_id {
            Some(id) => format!("COMMIT of its transaction {id} was announced."),
            None => "Its COMMIT was never announced, so none was sent.".to_owned(),
        };
        said.push((text, plain));
    }
    said.push((attached(screen, step), plain));
    said.extend(last_look(screen, step).map(|text| (text, palette.warn())));
    said.push((twice(planned), plain));
    said.push((String::new(), plain));
    said.extend(choices(screen, planned, ways).map(|(_, text)| (text, plain)));
    said
}

/// What a click on each of those paragraphs does.
pub(super) fn links(screen: &Screen, step: StepIndex, ways: Ways) -> Vec<Option<Action>> {
    let choices: Vec<Action> = choices(screen, screen.plan().step(step), ways)
        .map(|(action, _)| action)
        .collect();
    let before = says(screen, step, ways).len() - choices.len();
    let told = std::iter::repeat_n(None, before);
    told.chain(choices.into_iter().map(Some)).collect()
}

/// What is asked for with the operator's word.
pub(super) fn resolve(screen: &Screen, step: StepIndex, resolution: Resolution) -> Vec<Said> {
    let plain = screen.palette.plain();
    let id = &screen.plan().step(step).id;
    let retry = screen.keys.named(Action::Retry);
    let leads_to = match resolution {
        Resolution::Done => "It counts as done, and the steps that need it may run.".to_owned(),
        Resolution::NotDone => {
            format!("It counts as failed: {retry} tries it again, and so does running on.")
        }
    };
    vec![
        (
            format!("How is it known that {id} {}?", resolution.words()),
            screen.palette.strong(),
        ),
        (leads_to, plain),
        ("The reason is recorded with your name.".to_owned(), plain),
    ]
}

fn under_way(screen: &Screen, step: StepIndex, planned: &Step) -> String {
    let known = screen.progress.step(step);
    let attempt = known.attempt.map_or(1, |attempt| attempt.0);
    let when = known
        .started_at
        .map_or_else(String::new, |at| format!(", begun {}", at.readable()));
    format!("{}: attempt {attempt}{when}", planned.id)
}

fn left_over(screen: &Screen, step: StepIndex) -> Option<String> {
    let up = screen.before.taken_up.as_ref()?;
    let end = up.left_over(&screen.plan().step(step).id)?;
    Some(format!("Processes that it had left {}.", end.words()))
}

/// Its probe and its undo, in one line.
fn attached(screen: &Screen, step: StepIndex) -> String {
    let plan = screen.plan();
    let named = |what: &str, found: Option<StepIndex>| match found {
        Some(index) => format!("{what}: {}", plan.step(index).id),
        None => format!("{what}: none"),
    };
    let probe = named("Probe", plan.probes_of(step).next());
    let undo = named("undo", plan.undo_of(step).next());
    format!("{probe}{}{undo}", screen.glyphs.dot())
}

fn twice(planned: &Step) -> String {
    match planned.why_repeatable() {
        Some(why) => format!("It may run again: {why}."),
        None => "It is not idempotent: a second run could do its work twice.".to_owned(),
    }
}

/// The ways out, each with what its line says.
fn choices(screen: &Screen, planned: &Step, ways: Ways) -> impl Iterator<Item = (Action, String)> {
    let id = |step: StepIndex| &screen.plan().step(step).id;
    let settle = ways.witness.map(|witness| match witness {
        Witness::NeverCommitted => {
            "e  records that it was not done: its COMMIT was never announced".to_owned()
        }
        Witness::Server => "e  asks the server what became of the transaction".to_owned(),
        Witness::Again => {
            let why = planned.why_repeatable().unwrap_or_default();
            format!("e  runs it again, which is safe: {why}")
        }
        Witness::Probe(probe) => format!("e  runs {}, which sees whether it was done", id(probe)),
    });
    let probe = ways
        .probe
        .map(|probe| format!("p  runs {}, which sees whether it was done", id(probe)));
    let again = ways
        .again
        .then(|| "r  runs it again, as an undo may be".to_owned());
    let done = "d  you know that it was done: the steps after it may run".to_owned();
    let not_done = "n  you know that it was not: it failed, and is tried again".to_owned();
    let undo = ways
        .undo
        .then(|| "u  undoes it, and what came after it, and then it can run again".to_owned());
    [
        (Action::Settle, settle),
        (Action::Probe, probe),
        (Action::UndoAgain, again),
        (Action::WasDone, Some(done)),
        (Action::WasNotDone, Some(not_done)),
        (Action::UndoFirst, undo),
    ]
    .into_iter()
    .filter_map(|(action, text)| Some((action, text?)))
}
