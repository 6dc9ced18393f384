//! What is said before a rehearsal begins: on what, and what of the runbook it can show. Pure.

use stepmark_core::plan::Role;
use stepmark_core::runner::why_not;

use super::super::Scratch;
use super::Rehearsal;

/// What is said before `rehearsal` begins on `scratch`.
pub(super) fn opening(rehearsal: &Rehearsal<'_>, scratch: &Scratch) -> String {
    let plan = &rehearsal.runbook.plan;
    let mut text = format!("rehearsing {}\n", plan.title);
    for started in scratch.started() {
        let names: Vec<&str> = started
            .databases
            .iter()
            .map(|(name, _)| name.as_str())
            .collect();
        let setup = match &started.setup {
            Some(setup) => format!("set up from {setup}"),
            None => "empty".to_owned(),
        };
        let version = started.cluster.programs().version();
        text.push_str(&format!(
            "  {}: a throwaway PostgreSQL {version}, {setup}\n",
            names.join(", ")
        ));
    }
    for (name, schema) in rehearsal.schemas {
        text.push_str(&format!("  {name}: {}\n", schema.sizes()));
    }
    let main = || plan.indexed().filter(|(_, step)| step.is_main());
    let undone = main()
        .filter(|(index, _)| plan.undo_of(*index).next().is_some())
        .count();
    let live = main()
        .filter(|(index, _)| why_not(plan, *index).is_some())
        .count();
    let undoes = plan
        .steps
        .iter()
        .filter(|step| matches!(step.role, Role::RollbackOf(_)))
        .count();
    let plural = |count: usize, word: &str| match count {
        1 => format!("1 {word}"),
        count => format!("{count} {word}s"),
    };
    let mut line = format!(
        "  {}, {undone} with an undo",
        plural(main().count(), "step")
    );
    if undoes != undone {
        line.push_str(&format!(" ({undoes} steps that undo)"));
    }
    if live > 0 {
        line.push_str(&format!(", {live} not run in a rehearsal"));
    }
    text.push_str(&line);
    text.push('\n');
    text
}
