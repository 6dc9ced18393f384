//! The one table of attributes: parser, tests and reference read it. Does not interpret values.

use AttributeStatus::{CarriedOut, Kept};
use AttributeTarget::{Link, OtherFence, Psql, Shell, Sql, Task};

use crate::{AttributeSpec, AttributeStatus, AttributeTarget, ValueForm};

const ALL: &[AttributeTarget] = &[Sql, Psql, Shell, Task];
const SQL: &[AttributeTarget] = &[Sql];
const SQL_SHELL: &[AttributeTarget] = &[Sql, Shell];

const fn row(
    name: &'static str,
    targets: &'static [AttributeTarget],
    form: ValueForm,
    status: AttributeStatus,
    meaning: &'static str,
) -> AttributeSpec {
    AttributeSpec {
        name,
        targets,
        form,
        status,
        meaning,
    }
}

#[rustfmt::skip]
const TABLE: &[AttributeSpec] = &[
    row("name", &[Sql, Psql, Shell, Task, Link], ValueForm::NewId, CarriedOut, "the step's stable id; of an include, what stands before the ids of its steps"),
    row("on", &[Sql, Psql, Shell, Link], ValueForm::Connection, CarriedOut, "the connection it works on; the only one where there is one"),
    row("needs", ALL, ValueForm::StepIds, CarriedOut, "the steps that come before it; `none` starts a branch"),
    row("required", ALL, ValueForm::Flag, CarriedOut, "cannot be skipped"),
    row("confirm", ALL, ValueForm::FlagOrText, CarriedOut, "asks first; a text must be typed"),
    row("when", ALL, ValueForm::Name, CarriedOut, "only if that variable is true"),
    row("always", ALL, ValueForm::Flag, CarriedOut, "runs before the run ends, after failure or stop too"),
    row("live", &[Shell, Task], ValueForm::Flag, Kept, "touches the outside world: not run in a rehearsal"),
    row("timeout", ALL, ValueForm::Duration, CarriedOut, "cancelled after this long"),
    row("retry", SQL_SHELL, ValueForm::Count, CarriedOut, "tried again this often after a definite failure"),
    row("retry-delay", SQL_SHELL, ValueForm::Duration, CarriedOut, "how long to wait before trying again"),
    row("idempotent", SQL_SHELL, ValueForm::Flag, CarriedOut, "safe to run again after any partial run"),
    row("check", SQL_SHELL, ValueForm::Flag, CarriedOut, "a verification: rows that are all true, or exit 0"),
    row("expect", SQL_SHELL, ValueForm::Expectation, CarriedOut, "a check on rows or output: none, some, the only cell or all output, a match somewhere"),
    row("same", SQL, ValueForm::StepId, CarriedOut, "a check: rows equal that step's"),
    row("wait", SQL_SHELL, ValueForm::Flag, CarriedOut, "a check polled until it holds"),
    row("every", SQL_SHELL, ValueForm::Duration, CarriedOut, "how often `wait` asks"),
    row("for", SQL_SHELL, ValueForm::Duration, CarriedOut, "how long it must go on holding"),
    row("capture", &[Sql, Shell, Task], ValueForm::Names, CarriedOut, "variables taken from its result"),
    row("gexec", SQL, ValueForm::FlagOrConnection, CarriedOut, "runs each cell of its result as a statement"),
    row("transaction", SQL, ValueForm::Flag, CarriedOut, "the whole fence in one transaction"),
    row("lock-timeout", SQL, ValueForm::Duration, CarriedOut, "`lock_timeout` for this step"),
    row("statement-timeout", SQL, ValueForm::Duration, CarriedOut, "`statement_timeout` for this step"),
    row("rollback", ALL, ValueForm::StepId, CarriedOut, "undoes that step; not in the main flow"),
    row("probe", SQL_SHELL, ValueForm::StepId, CarriedOut, "true when that step's effect is there; not in the main flow"),
    row("no-return", ALL, ValueForm::Flag, CarriedOut, "from its start on, nothing before it can be rolled back"),
    row("interactive", &[Shell, Psql], ValueForm::Flag, CarriedOut, "gets the terminal"),
    row("background", &[Shell], ValueForm::Flag, CarriedOut, "stays up until the run ends or a step stops it"),
    row("stop", ALL, ValueForm::StepId, CarriedOut, "ends that background step before it starts"),
    row("interpreter", &[OtherFence], ValueForm::Text, CarriedOut, "the program a fence in another language is run through"),
    row("cwd", &[Psql, Shell], ValueForm::Text, CarriedOut, "the folder it starts in, relative to the runbook's"),
    row("estimate", ALL, ValueForm::Duration, CarriedOut, "planned duration"),
    row("include", &[OtherFence, Link], ValueForm::Path, CarriedOut, "the steps of another runbook, by its path from this file's folder"),
    row("skip", ALL, ValueForm::Flag, CarriedOut, "prose only"),
    row("ignore", ALL, ValueForm::Flag, CarriedOut, "Runme's word for `skip`"),
];

/// Every attribute there is, in the order of the format's reference.
pub fn attribute_table() -> &'static [AttributeSpec] {
    TABLE
}

/// The row of the attribute called `name`.
pub(crate) fn attribute_called(name: &str) -> Option<&'static AttributeSpec> {
    TABLE.iter().find(|spec| spec.name == name)
}
