//! What is known of a step whose outcome nobody knows, and what each thing that can be done leads to.

use stepmark_core::StepIndex;
use stepmark_core::plan::Step;
use stepmark_core::record::{Outcome, Resolution};

use super::says::Said;
use crate::paint::target_text;
use crate::screen::Screen;
use crate::unknown::{Search, Ways, announced};

/// The evidence there is, and the ways out.
pub(super) fn says(screen: &Screen, step: StepIndex, ways: Ways) -> Vec<Said> {
    let palette = screen.palette;
    let plain = palette.plain();
    let planned = screen.plan().step(step);
    let mut said = vec![(under_way(screen, step, planned), palette.strong())];
    if let Some(name) = &planned.connection {
        said.push((format!("on {name}: {}", target_text(screen, name)), plain));
    }
    said.push((ended(screen, step), plain));
    said.extend(left_over(screen, step).map(|text| (text, plain)));
    if planned.sql.transaction {
        let text = match announced(screen, step) {
            Some(id) => format!("COMMIT of its transaction {id} was announced."),
            None => "Its COMMIT was never announced, so it should not have committed.".to_owned(),
        };
        said.push((text, plain));
    }
    said.push((attached(screen, step), plain));
    said.push((twice(planned).to_owned(), plain));
    said.push((String::new(), plain));
    said.extend(choices(screen, ways).map(|text| (text, plain)));
    said
}

/// What is asked for with the operator's word.
pub(super) fn resolve(screen: &Screen, step: StepIndex, resolution: Resolution) -> Vec<Said> {
    let plain = screen.palette.plain();
    let id = &screen.plan().step(step).id;
    let leads_to = match resolution {
        Resolution::Done => "It counts as done, and the steps that need it may run.",
        Resolution::NotDone => "It counts as failed: r tries it again, and so does running on.",
    };
    vec![
        (
            format!("How is it known that {id} {}?", resolution.words()),
            screen.palette.strong(),
        ),
        (leads_to.to_owned(), plain),
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

fn ended(screen: &Screen, step: StepIndex) -> String {
    match &screen.progress.step(step).outcome {
        Some(Outcome::Unknown { because }) => format!("It ended in doubt: {because}."),
        Some(Outcome::Succeeded { .. }) => {
            "It did its work, and the end of its transaction is unknown.".to_owned()
        }
        Some(Outcome::Failed { .. }) | None => {
            "Its runner was gone before an outcome was recorded.".to_owned()
        }
    }
}

fn left_over(screen: &Screen, step: StepIndex) -> Option<String> {
    let up = screen.taken_up.as_ref()?;
    let (_, end) = up.left_over.iter().rev().find(|(of, _)| *of == step)?;
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

fn twice(planned: &Step) -> &'static str {
    match () {
        () if planned.flow.idempotent => "It is idempotent: it may run again.",
        () if planned.is_repeatable() => "It only looks: it may run again.",
        () => "It is not idempotent: a second run could do its work twice.",
    }
}

fn choices(screen: &Screen, ways: Ways) -> impl Iterator<Item = String> {
    let id = |step: StepIndex| &screen.plan().step(step).id;
    let evidence = ways.evidence.map(|search| match search {
        Search::Server => "e  asks the server what became of the transaction".to_owned(),
        Search::Again => "e  starts it again, which is safe since it is idempotent".to_owned(),
        Search::Probe(probe) => format!("e  runs {}, which sees whether it was done", id(probe)),
    });
    let probe = ways
        .probe
        .map(|probe| format!("p  runs {}, which sees whether it was done", id(probe)));
    let again = ways
        .again
        .then(|| "r  runs it again, as an undo may be".to_owned());
    let said = [
        "d  you know that it was done: the steps after it may run",
        "n  you know that it was not: it failed, and is tried again",
    ];
    let undo = ways
        .undo
        .then(|| "u  undoes it, and what came after it, and then it can run again".to_owned());
    let said = said.into_iter().map(str::to_owned);
    let before = evidence.into_iter().chain(probe).chain(again);
    before.chain(said).chain(undo)
}
