//! What SQL takes away and whom it keeps waiting, in words. Told from keywords alone: the server is not asked.

use stepmark_core::StepIndex;
use stepmark_core::plan::{Plan, StepKind};
use stepmark_sql::{LockMode, Statement, TableLock, TableWork, split};

/// Texts longer than this are not looked into: nobody reads a line below so much.
const TEXT_BYTES_MAX: usize = 256 * 1024;

/// What is dropped by these holds no data and can be made again: who sees a warning at each of them reads none.
const MADE_AGAIN: [&str; 7] = [
    "DROP INDEX",
    "DROP VIEW",
    "DROP MATERIALIZED VIEW",
    "DROP FUNCTION",
    "DROP PROCEDURE",
    "DROP TRIGGER",
    "DROP POLICY",
];

/// Locks that are named below a step; of more, only the number.
const LOCKS_MAX: usize = 4;

/// A step that destroys what no later statement brings back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Risk {
    pub(crate) step: StepIndex,
    /// What it does, as it is called in SQL.
    pub(crate) what: &'static str,
}

/// The steps of the main flow of `plan` that destroy something, each with the first thing that does.
pub(crate) fn of(plan: &Plan) -> Vec<Risk> {
    let steps = plan.indexed();
    let steps = steps.filter(|(_, step)| step.is_main() && step.kind == StepKind::Sql);
    let found = steps.filter_map(|(step, planned)| {
        let text = &planned.body.text;
        let what = destroyed(text, &statements(text)).into_iter().next()?;
        Some(Risk { step, what })
    });
    found.collect()
}

/// How grave a line about SQL is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Gravity {
    /// Few will notice.
    Light,
    /// Others wait meanwhile.
    Blocks,
    /// Something is gone after it.
    Destroys,
}

/// What there is to say below SQL, gravest first.
pub(crate) fn lines(text: &str, dot: &str) -> Vec<(Gravity, String)> {
    let statements = statements(text);
    let mut lines = Vec::new();
    let destroyed = destroyed(text, &statements);
    if !destroyed.is_empty() {
        let what = destroyed.join(dot);
        lines.push((Gravity::Destroys, format!("destroys{dot}{what}")));
    }
    let mut locks = locks(text, &statements);
    locks.sort_by_key(|lock| std::cmp::Reverse((lock.mode, lock.work)));
    let more = locks.len().saturating_sub(LOCKS_MAX);
    lines.extend(locks.iter().take(LOCKS_MAX).map(|lock| line(lock, dot)));
    if more > 0 {
        lines.push((Gravity::Light, format!("and {more} more locks")));
    }
    lines
}

fn line(lock: &TableLock, dot: &str) -> (Gravity, String) {
    let work = match lock.work {
        TableWork::None => String::new(),
        TableWork::Reads => format!("{dot}reads every row"),
        TableWork::MayRewrite => format!("{dot}may rewrite every row"),
        TableWork::Rewrites => format!("{dot}rewrites every row"),
    };
    let gravity = match lock.mode {
        LockMode::ShareUpdateExclusive => Gravity::Light,
        LockMode::Share
        | LockMode::ShareRowExclusive
        | LockMode::Exclusive
        | LockMode::AccessExclusive => Gravity::Blocks,
    };
    let (table, mode) = (&lock.table, lock.mode.name());
    let stops = lock.mode.stops();
    let text = format!("locks {table}{dot}{mode}{dot}stops {stops}{work}");
    (gravity, text)
}

/// The strongest lock on each table, in order.
fn locks(text: &str, statements: &[Statement]) -> Vec<TableLock> {
    let mut strongest: Vec<TableLock> = Vec::new();
    for statement in statements {
        for lock in statement.table_locks(text) {
            match strongest.iter_mut().find(|known| known.table == lock.table) {
                Some(known) => {
                    known.mode = known.mode.max(lock.mode);
                    known.work = known.work.max(lock.work);
                }
                None => strongest.push(lock),
            }
        }
    }
    strongest
}

fn destroyed(text: &str, statements: &[Statement]) -> Vec<&'static str> {
    let mut found = Vec::new();
    for statement in statements {
        if let Some(what) = statement.destructive(text)
            && !MADE_AGAIN.contains(&what)
            && !found.contains(&what)
        {
            found.push(what);
        }
    }
    found
}

fn statements(text: &str) -> Vec<Statement> {
    match text.len() <= TEXT_BYTES_MAX {
        true => split(text, true).statements,
        false => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gravest_comes_first_and_each_table_once() {
        let text = "SELECT 1; CREATE INDEX CONCURRENTLY i ON a (x); ALTER TABLE b ADD COLUMN x int;\n\
                    ALTER TABLE b ALTER COLUMN y TYPE bigint; DROP TABLE c; DROP INDEX d;";
        let said: Vec<String> = lines(text, ", ")
            .into_iter()
            .map(|(_, text)| text)
            .collect();
        let expected = [
            "destroys, DROP TABLE",
            "locks b, ACCESS EXCLUSIVE, stops reads and writes, may rewrite every row",
            "locks c, ACCESS EXCLUSIVE, stops reads and writes",
            "locks d, ACCESS EXCLUSIVE, stops reads and writes",
            "locks a, SHARE UPDATE EXCLUSIVE, stops other schema changes and VACUUM, reads every row",
        ];
        assert_eq!(said, expected);
        assert_eq!(lines("SELECT 1;", ", "), []);
    }
}
