//! What undoing would do: in which order, what stays, and where it ends.

use stepmark_core::StepIndex;
use stepmark_core::plan::{IdOrigin, StepKind};
use stepmark_core::record::TransactionStatus;
use stepmark_core::runner::rollback_plan;

use super::says::Said;
use crate::action::Action;
use crate::dialog::UNDO;
use crate::screen::Screen;
use crate::undoing::main_step;

/// What undoing all of the run would do, with a mark where undoing `down` to a step would end.
pub(super) fn says(screen: &Screen, down: Option<StepIndex>) -> Vec<Said> {
    let palette = screen.palette;
    let plan = screen.plan();
    let all = rollback_plan(plan, &screen.progress, None);
    let mark = down.map(|step| {
        let found = rollback_plan(plan, &screen.progress, Some(step));
        (step, found.undo.len())
    });
    let mut said = before(screen);
    said.push((
        "Undone one after the other, newest first:".to_owned(),
        palette.plain(),
    ));
    for (at, undo) in all.undo.iter().enumerate() {
        said.push((row(screen, at + 1, *undo), palette.strong()));
        if let Some((step, _)) = mark.filter(|(_, count)| *count == at + 1) {
            let line = screen.glyphs.horizontal().repeat(2);
            let id = &plan.step(step).id;
            said.push((
                format!("  {line} down to {id} ends here {line}"),
                palette.dim(),
            ));
        }
    }
    if !all.lasting.is_empty() {
        said.push((String::new(), palette.plain()));
        let ids = ids(screen, &all.lasting);
        said.push((format!("Has no undo and stays: {ids}."), palette.warn()));
    }
    if let Some(step) = all.barrier {
        let id = &plan.step(step).id;
        let text = format!("{id} is the point of no return: nothing before it is undone.");
        said.push((text, palette.warn()));
    }
    if screen.is_production() {
        said.push((String::new(), palette.plain()));
        let text = format!("This is PRODUCTION: {UNDO} must be typed before it begins.");
        said.push((text, palette.bad()));
    }
    said
}

/// What is asked for before something is undone in production.
pub(super) fn typed(screen: &Screen, to: Option<StepIndex>) -> Vec<Said> {
    let found = rollback_plan(screen.plan(), &screen.progress, to);
    let far = match to {
        Some(step) => format!("down to {}", screen.plan().step(step).id),
        None => "all of the run".to_owned(),
    };
    let count = match found.undo.len() {
        1 => "1 step runs".to_owned(),
        count => format!("{count} steps run"),
    };
    let palette = screen.palette;
    vec![
        (
            format!("This undoes {far} in PRODUCTION; {count}."),
            palette.bad(),
        ),
        (ids(screen, &found.undo), palette.plain()),
        (String::new(), palette.plain()),
        (format!("Type {UNDO} to begin."), palette.strong()),
    ]
}

/// Why the rollback has stopped, and what each choice leads to.
pub(super) fn stopped(screen: &Screen, step: StepIndex, may_skip: bool) -> Vec<Said> {
    let palette = screen.palette;
    let planned = screen.plan().step(step);
    let of = &screen.plan().step(main_step(screen.plan(), step)).id;
    let state = screen.progress.step(step).state.word();
    let id = &planned.id;
    let mut said = vec![
        (format!("{id}, which undoes {of}: {state}."), palette.bad()),
        (
            "Its output says why. What is left of the rollback waits.".to_owned(),
            palette.plain(),
        ),
        (String::new(), palette.plain()),
        (
            "r  runs it again, and goes on when it succeeds".to_owned(),
            palette.plain(),
        ),
    ];
    if may_skip {
        let text = format!("s  goes on without it; {of} does not count as undone");
        said.push((text, palette.plain()));
    }
    let text = "q  leaves: `stepmark resume` goes on with the rollback";
    said.push((text.to_owned(), palette.plain()));
    said
}

/// What a click on each of those paragraphs does.
pub(super) fn links(screen: &Screen, step: StepIndex, may_skip: bool) -> Vec<Option<Action>> {
    let skip = may_skip.then_some(Action::Skip);
    let choices: Vec<Action> = [Some(Action::UndoAgain), skip, Some(Action::Leave)]
        .into_iter()
        .flatten()
        .collect();
    let before = stopped(screen, step, may_skip).len() - choices.len();
    let told = std::iter::repeat_n(None, before);
    told.chain(choices.into_iter().map(Some)).collect()
}

/// What ends before anything is undone.
fn before(screen: &Screen) -> Vec<Said> {
    let plain = screen.palette.plain();
    let mut said = Vec::new();
    let open = screen
        .progress
        .connections()
        .filter(|(_, known)| known.transaction != TransactionStatus::Idle);
    for (name, known) in open {
        let held = ids(screen, &known.held);
        let what = match known.held.is_empty() {
            true => String::new(),
            false => format!(", and with it {held}"),
        };
        said.push((
            format!("First the transaction open on {name} is rolled back{what}."),
            plain,
        ));
    }
    let up: Vec<StepIndex> = screen.up().collect();
    if !up.is_empty() {
        let text = format!(
            "What is up in the background ends first: {}.",
            ids(screen, &up)
        );
        said.push((text, plain));
    }
    said
}

fn row(screen: &Screen, number: usize, undo: StepIndex) -> String {
    let planned = screen.plan().step(undo);
    let by_hand = match planned.kind {
        StepKind::Manual => ", by hand",
        StepKind::Sql | StepKind::Shell(_) => "",
    };
    let of = &screen.plan().step(main_step(screen.plan(), undo)).id;
    match planned.id_origin {
        IdOrigin::Named => format!("{number:>4}  {} undoes {of}{by_hand}", planned.id),
        IdOrigin::Derived => format!("{number:>4}  undo of {of}{by_hand}"),
    }
}

fn ids(screen: &Screen, steps: &[StepIndex]) -> String {
    let ids: Vec<&str> = steps
        .iter()
        .map(|step| screen.plan().step(*step).id.as_str())
        .collect();
    ids.join(", ")
}
