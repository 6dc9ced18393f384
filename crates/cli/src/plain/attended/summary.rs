//! What is told before the first question: what is peculiar about the steps, what was before, and how to answer.

use std::fmt::Write as _;

use stepmark_core::Timestamp;
use stepmark_core::plan::StepKind;
use stepmark_core::progress::{StepState, TakenUp};
use stepmark_core::runner::Command;
use stepmark_tui::Reach;

use super::known::Known;

/// Steps that are listed; of more, only the number.
const STEPS_MAX: usize = 200;
/// Names that are listed of one kind.
const NAMES_MAX: usize = 12;

/// How to answer, told once.
pub(super) const HOW: &str = "\
Nothing runs by itself. Answer with a number, a letter or a word, and Enter; 8 tells what else can be said.
While a step runs: Ctrl-C cancels it (again: harder), b and Enter tells who is in its way, n TEXT and Enter writes a note,
q and Enter cancels it and leaves. What is typed before a question stands there is dropped.
";

/// The same where the run is taken up by somebody who was told.
pub(super) const HOW_SHORT: &str = "Nothing runs by itself; 8 tells what can be answered.\n";

/// The steps and what is peculiar about them.
pub(super) fn steps(known: Known<'_>) -> String {
    let mut text = String::new();
    if known.opening.scratch {
        text.push_str("  on throwaway clusters, made for this run and removed after it\n");
    }
    for target in &known.opening.targets {
        let Reach::Failed(failure) = &target.reach else {
            continue;
        };
        for setting in &failure.settings {
            let (name, value, origin) = (&setting.name, &setting.value, &setting.origin);
            let _ = writeln!(text, "    {name} = {value}, from {origin}");
        }
        if let Some(hint) = &failure.hint {
            let _ = writeln!(text, "    {hint}");
        }
    }
    if let Some(cautions) = cautions(known) {
        let _ = writeln!(text, "  {cautions}");
    }
    text.push_str("Steps:\n");
    text.push_str(&list(known));
    text
}

/// The steps of the main flow, a line each: number, state, name, title.
pub(super) fn list(known: Known<'_>) -> String {
    listed(known, |_| true)
}

/// Those of them that are not done with.
pub(super) fn left(known: Known<'_>) -> String {
    let is_left = |state: &StepState| {
        !matches!(
            state,
            StepState::Succeeded | StepState::Skipped | StepState::NotNeeded
        )
    };
    let text = listed(known, is_left);
    match text.is_empty() {
        true => "  Nothing is left.\n".to_owned(),
        false => text,
    }
}

fn listed(known: Known<'_>, is_wanted: fn(&StepState) -> bool) -> String {
    let all = known.plan.indexed().filter(|(_, step)| step.is_main());
    let wanted: Vec<_> = (1..)
        .zip(all)
        .filter(|(_, (index, _))| is_wanted(known.state(*index)))
        .collect();
    let more = wanted.len().saturating_sub(STEPS_MAX);
    let mut text = String::new();
    for (number, (index, step)) in wanted.into_iter().take(STEPS_MAX) {
        let state = known.state(index).word();
        let (id, kind, title) = (&step.id, step.kind.word(), &step.title);
        let _ = writeln!(text, "  {number}. {id} ({kind}, {state}) {title}");
        for attached in known.plan.undo_of(index).chain(known.plan.probes_of(index)) {
            let state = known.state(attached);
            if *state != StepState::Pending {
                let (place, id) = (known.place(attached), known.id(attached));
                let _ = writeln!(text, "     {id} ({place}, {})", state.word());
            }
        }
    }
    if more > 0 {
        let _ = writeln!(text, "  and {more} more");
    }
    text
}

fn cautions(known: Known<'_>) -> Option<String> {
    let main = || known.plan.steps.iter().filter(|step| step.is_main());
    let counts = [
        (
            main().filter(|step| step.confirm.is_some()).count(),
            ("asks first", "ask first"),
        ),
        (
            main().filter(|step| step.required).count(),
            ("cannot be skipped", "cannot be skipped"),
        ),
        (
            main().filter(|step| step.kind == StepKind::Manual).count(),
            ("is done by hand", "are done by hand"),
        ),
        (
            main().filter(|step| step.flow.no_return).count(),
            ("has no way back", "have no way back"),
        ),
    ];
    let parts: Vec<String> = counts
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, (one, several))| match count {
            1 => format!("1 step {one}"),
            count => format!("{count} steps {several}"),
        })
        .collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// Who ran the run before, how it was left, and where each step stands.
pub(super) fn taken_up(known: Known<'_>, before: &TakenUp) -> String {
    let begun = known.progress.started_at().map(Timestamp::readable);
    let left = before.left_at.map(Timestamp::readable).unwrap_or_default();
    let mut text = format!(
        "This run is taken up. Run by {}, begun {}.\n",
        before.runners.join(", then "),
        begun.unwrap_or_default()
    );
    let _ = match &before.put_down {
        Some(how) => writeln!(text, "  put down {left}: {how}"),
        None => writeln!(
            text,
            "  its runner was gone without a word; last heard of {left}"
        ),
    };
    if let (Some(all), Some(_)) = (known.progress.rollback(), known.progress.next_undo()) {
        let _ = writeln!(text, "  a rollback of {} steps was cut off", all.len());
    }
    let is_undoing = matches!(known.opening.first, Some(Command::RollBack { .. }));
    for (word, wanted) in KINDS {
        let word = match (is_undoing, word.split_once(',')) {
            (true, Some((word, _))) => word,
            (true, None) | (false, _) => word,
        };
        if let Some(names) = names(known, *wanted) {
            let _ = writeln!(text, "  {word}: {names}");
        }
    }
    text
}

/// What a step can be, and which states are that.
type Kind = (&'static str, fn(&StepState) -> bool);

/// What needs a person comes first.
const KINDS: &[Kind] = &[
    ("unknown, asked about first", |state| {
        *state == StepState::Unknown
    }),
    ("failed, to be tried again", |state| {
        *state == StepState::Failed
    }),
    ("undone with its transaction", |state| {
        matches!(state, StepState::Undone { .. })
    }),
    ("rolled back", |state| *state == StepState::RolledBack),
    ("done", |state| *state == StepState::Succeeded),
    ("passed over", |state| {
        matches!(state, StepState::Skipped | StepState::NotNeeded)
    }),
];

fn names(known: Known<'_>, wanted: fn(&StepState) -> bool) -> Option<String> {
    let main = known.plan.indexed().filter(|(_, step)| step.is_main());
    let mut found: Vec<&str> = main
        .filter(|(index, _)| wanted(known.state(*index)))
        .map(|(_, step)| step.id.as_str())
        .collect();
    let more = found.len().saturating_sub(NAMES_MAX);
    found.truncate(NAMES_MAX);
    let names = found.join(", ");
    match (names.is_empty(), more) {
        (true, _) => None,
        (false, 0) => Some(names),
        (false, more) => Some(format!("{names} and {more} more")),
    }
}
