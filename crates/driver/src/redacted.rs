//! Masks secrets in what engines report, before `decide` hears it.

use stepmark_core::VariableName;
use stepmark_core::plan::{Captured, CapturedValue, Finding};
use stepmark_core::record::{Comparison, Conclusion, Event, ServerError, UndoProof};
use stepmark_core::runner::{OpenFailure, ShellEnded, SqlEnded, SqlStop, Watch, WorkEnded};
use stepmark_engines::redact::{Redactor, without_written};

use crate::vault::Vault;

/// `ended` with secrets masked. Captured values that hold one go to the vault under `names`.
pub(crate) fn work(vault: &mut Vault, names: &[VariableName], ended: WorkEnded) -> WorkEnded {
    match ended {
        WorkEnded::Sql(sql) => {
            let captured = captured(vault, names, sql.captured);
            let redactor = vault.redactor();
            WorkEnded::Sql(SqlEnded {
                tag: sql.tag.map(|tag| text(redactor, &tag)),
                stop: sql.stop.map(|stop| stopped(redactor, stop)),
                finding: sql.finding.map(|found| finding(redactor, found)),
                captured,
                ..sql
            })
        }
        WorkEnded::Shell(shell) => {
            let captured = captured(vault, names, shell.captured);
            let redactor = vault.redactor();
            WorkEnded::Shell(ShellEnded {
                state_lost: shell.state_lost.map(|why| text(redactor, &why)),
                finding: shell.finding.map(|found| finding(redactor, found)),
                captured,
                ..shell
            })
        }
        WorkEnded::Unstartable { message } => WorkEnded::Unstartable {
            message: text(vault.redactor(), &message),
        },
    }
}

/// The intent of a step with secrets masked, those too that are written down in its text.
pub(crate) fn intent(vault: &mut Vault, mut event: Event) -> Event {
    if let Event::StepStarted {
        step, kind, text, ..
    } = &mut event
    {
        vault.learn(step, *kind, [text.as_str()]);
        *text = self::text(vault.redactor(), &without_written(*kind, text));
    }
    event
}

/// `plain` with secrets masked.
pub(crate) fn text(redactor: &Redactor, plain: &str) -> String {
    redactor.text(plain).into_owned()
}

/// Why a connection could not be opened, with secrets masked.
pub(crate) fn refusal(redactor: &Redactor, mut failure: OpenFailure) -> OpenFailure {
    failure.message = text(redactor, &failure.message);
    failure.hint = failure.hint.map(|hint| text(redactor, &hint));
    failure
}

/// What two states of the clusters differ in, with secrets masked.
pub(crate) fn comparison(redactor: &Redactor, mut compared: Comparison) -> Comparison {
    for difference in &mut compared.differences {
        difference.what = text(redactor, &difference.what);
        for line in &mut difference.lines {
            *line = text(redactor, line);
        }
    }
    compared
}

/// What a rehearsal comes to, with secrets masked.
pub(crate) fn conclusion(redactor: &Redactor, mut concluded: Conclusion) -> Conclusion {
    for line in &mut concluded.because {
        *line = text(redactor, line);
    }
    for step in &mut concluded.steps {
        match &mut step.undo {
            UndoProof::Broken { why }
            | UndoProof::Proven {
                taken_away: Some(why),
                ..
            } => *why = text(redactor, why),
            UndoProof::Proven { .. }
            | UndoProof::NotNeeded
            | UndoProof::NotDeclared
            | UndoProof::NotRun { .. }
            | UndoProof::AfterNoReturn
            | UndoProof::NotReached => {}
        }
    }
    concluded
}

/// What an observer saw with secrets masked.
pub(crate) fn watch(redactor: &Redactor, mut watch: Watch) -> Watch {
    for blocker in &mut watch.blockers {
        for field in [&mut blocker.query, &mut blocker.application] {
            *field = field.take().map(|plain| text(redactor, &plain));
        }
    }
    watch
}

fn captured(
    vault: &mut Vault,
    names: &[VariableName],
    captured: Option<Captured>,
) -> Option<Captured> {
    let values = match captured? {
        Ok(values) => values,
        Err(message) => return Some(Err(text(vault.redactor(), &message))),
    };
    let masked = values
        .into_iter()
        .zip(names)
        .map(|(value, name)| match value {
            CapturedValue::Plain(plain) if vault.redactor().is_in(&plain) => {
                vault.keep(name.clone(), plain);
                CapturedValue::Secret
            }
            other => other,
        });
    Some(Ok(masked.collect()))
}

fn stopped(redactor: &Redactor, stop: SqlStop) -> SqlStop {
    match stop {
        SqlStop::Refused(error) => SqlStop::Refused(Box::new(server_error(redactor, *error))),
        SqlStop::RolledBack => SqlStop::RolledBack,
        SqlStop::Lost { message, in_doubt } => SqlStop::Lost {
            message: text(redactor, &message),
            in_doubt,
        },
    }
}

fn server_error(redactor: &Redactor, mut error: ServerError) -> ServerError {
    error.message = text(redactor, &error.message);
    for field in [
        &mut error.detail,
        &mut error.hint,
        &mut error.context,
        &mut error.schema,
        &mut error.table,
        &mut error.column,
        &mut error.constraint,
    ] {
        *field = field.take().map(|plain| text(redactor, &plain));
    }
    error
}

fn finding(redactor: &Redactor, mut found: Finding) -> Finding {
    found.seen = text(redactor, &found.seen);
    found
}
