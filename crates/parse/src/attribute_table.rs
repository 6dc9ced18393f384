//! The one table of attributes: parser, tests and reference read it. Does not interpret values.

use AttributeTarget::{Link, OtherFence, Psql, Shell, Sql, Task};

use crate::{AttributeSpec, AttributeTarget, ValueForm};

const ALL: &[AttributeTarget] = &[Sql, Psql, Shell, Task];
const SQL: &[AttributeTarget] = &[Sql];
const SQL_SHELL: &[AttributeTarget] = &[Sql, Shell];

const fn row(
    name: &'static str,
    targets: &'static [AttributeTarget],
    form: ValueForm,
    meaning: &'static str,
) -> AttributeSpec {
    AttributeSpec {
        name,
        targets,
        form,
        meaning,
    }
}

#[rustfmt::skip]
const TABLE: &[AttributeSpec] = &[
    row("name", &[Sql, Psql, Shell, Task, Link], ValueForm::NewId, "the step's stable id; of an include, what stands before the ids of its steps"),
    row("on", &[Sql, Psql, Shell, Link], ValueForm::Connection, "the connection it works on; the only one where there is one"),
    row("needs", ALL, ValueForm::StepIds, "the steps that come before it; `none` starts a branch"),
    row("required", ALL, ValueForm::Flag, "cannot be skipped"),
    row("confirm", ALL, ValueForm::FlagOrText, "asks first; a text must be typed"),
    row("when", ALL, ValueForm::Name, "only if that variable is true"),
    row("always", ALL, ValueForm::Flag, "runs before the run ends, after failure or stop too"),
    row("live", &[Shell, Task], ValueForm::Flag, "touches the outside world: not run in a rehearsal"),
    row("timeout", ALL, ValueForm::Duration, "cancelled after this long"),
    row("retry", SQL_SHELL, ValueForm::Count, "tried again this often after a definite failure"),
    row("retry-delay", SQL_SHELL, ValueForm::Duration, "how long to wait before trying again"),
    row("idempotent", SQL_SHELL, ValueForm::Flag, "safe to run again after any partial run"),
    row("check", SQL_SHELL, ValueForm::Flag, "a verification: rows that are all true, or exit 0"),
    row("expect", SQL_SHELL, ValueForm::Expectation, "a check on rows or output: none, some, the only cell or all output, a match somewhere"),
    row("same", SQL, ValueForm::StepId, "a check: rows equal that step's"),
    row("wait", SQL_SHELL, ValueForm::Flag, "a check polled until it holds"),
    row("every", SQL_SHELL, ValueForm::Duration, "how often `wait` asks"),
    row("for", SQL_SHELL, ValueForm::Duration, "how long it must go on holding"),
    row("capture", &[Sql, Shell, Task], ValueForm::Names, "variables taken from its result"),
    row("gexec", SQL, ValueForm::FlagOrConnection, "runs each cell of its result as a statement"),
    row("transaction", SQL, ValueForm::Flag, "the whole fence in one transaction"),
    row("lock-timeout", SQL, ValueForm::Duration, "`lock_timeout` for this step"),
    row("statement-timeout", SQL, ValueForm::Duration, "`statement_timeout` for this step"),
    row("rollback", ALL, ValueForm::StepId, "undoes that step; not in the main flow"),
    row("probe", SQL_SHELL, ValueForm::StepId, "true when that step's effect is there; not in the main flow"),
    row("no-return", ALL, ValueForm::Flag, "from its start on, nothing before it can be rolled back"),
    row("interactive", &[Shell, Psql], ValueForm::Flag, "gets the terminal"),
    row("background", &[Shell], ValueForm::Flag, "stays up until the run ends or a step stops it"),
    row("stop", ALL, ValueForm::StepId, "ends that background step before it starts"),
    row("interpreter", &[OtherFence], ValueForm::Text, "the program a fence in another language is run through"),
    row("cwd", &[Psql, Shell], ValueForm::Text, "the folder it starts in, relative to the runbook's"),
    row("estimate", ALL, ValueForm::Duration, "planned duration"),
    row("include", &[OtherFence, Link], ValueForm::Path, "the steps of another runbook, by its path from this file's folder"),
    row("skip", ALL, ValueForm::Flag, "prose only"),
    row("ignore", ALL, ValueForm::Flag, "Runme's word for `skip`"),
];

/// Every attribute there is, in the order of the format's reference.
pub fn attribute_table() -> &'static [AttributeSpec] {
    TABLE
}

/// The row of the attribute called `name`.
pub(crate) fn attribute_called(name: &str) -> Option<&'static AttributeSpec> {
    TABLE.iter().find(|spec| spec.name == name)
}
