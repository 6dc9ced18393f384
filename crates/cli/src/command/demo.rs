//! `stepmark demo`: the guided runbook on a throwaway PostgreSQL.

use std::path::{Path, PathBuf};

use crate::app::{
    Asked, Fixture, Folders, Runbook, Scratch, gather_unasked, resolve_scratch, run as run_asked,
};
use crate::arguments::DemoArguments;
use crate::say::say_on_stderr;
use crate::signals::Signals;
use crate::{Complaint, Exit};

const RUNBOOK: &str = include_str!("../../../../runbooks/postgres-migration-steps.md");
const FIXTURE: &str = include_str!("../../../../runbooks/fixtures/shop.sql");
const NAME: &str = "postgres-migration-steps.md";

/// Starts a cluster, fills it with the fixture, and opens the runbook.
pub(crate) fn demo(arguments: &DemoArguments) -> Result<Exit, Complaint> {
    let signals = Signals::hear()?;
    let runbook = Runbook::load(&place()?)?;
    // A demonstration begins with its first step and not with a riddle: what is not given is as the runbook has it.
    let inputs = gather_unasked(&runbook, &arguments.terms)?;
    say_on_stderr("starting a throwaway PostgreSQL…\n");
    let fixture = Fixture {
        name: "shop.sql".to_owned(),
        sql: FIXTURE.to_owned(),
    };
    let scratch = Scratch::start(&runbook, Some(fixture), &inputs)?;
    let connections = resolve_scratch(&runbook, scratch.urls())?;
    run_asked(Asked {
        runbook,
        inputs,
        connections,
        terms: &arguments.terms,
        variables: scratch.path_variable().into_iter().collect(),
        scratch: true,
        signals,
    })
}

/// The runbook in the working tree when we stand in it, else a copy of the built-in one in the state folder. A file of that
/// name with other bytes is somebody else's: it is not what `demo` promises to run.
fn place() -> Result<PathBuf, Complaint> {
    let near = Path::new("runbooks").join(NAME);
    if std::fs::read(&near).is_ok_and(|bytes| bytes == RUNBOOK.as_bytes()) {
        return Ok(near);
    }
    let folder = Folders::here()
        .state
        .unwrap_or_else(std::env::temp_dir)
        .join("demo");
    let path = folder.join(NAME);
    std::fs::create_dir_all(&folder)
        .and_then(|()| std::fs::write(&path, RUNBOOK))
        .map_err(|error| {
            Complaint::new(
                Exit::Refused,
                format!("cannot write {}: {error}", path.display()),
            )
            .hint("set XDG_STATE_HOME to a folder that can be written")
        })?;
    Ok(path)
}
