//! Where a step can be broken off half-way. Pure.

use std::time::Duration;

use stepmark_core::plan::{Step, StepKind};

/// Of a fence with more statements than this, only the beginning and the middle are tried.
const STATEMENTS_EACH_MAX: usize = 4;
/// What takes less cannot be cancelled in its middle.
const DURATION_MIN: Duration = Duration::from_millis(40);

/// How a step is broken off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BrokenOff {
    /// After so many statements of how many, which end at this byte of its text.
    After { statements: u32, of: u32, at: usize },
    /// Cancelled after half of the time it takes.
    Cancelled { after: Duration, of: Duration },
}

/// The ways to break `step` off, which took `duration` when it ran whole.
///
/// # Errors
/// Why there is none.
pub(super) fn ways(step: &Step, duration: Option<Duration>) -> Result<Vec<BrokenOff>, String> {
    if step.kind == StepKind::Manual {
        return Err("a person does it".to_owned());
    }
    let ends = match step.kind {
        StepKind::Sql if step.sql.generated.is_none() => ends(&step.body.text),
        StepKind::Sql | StepKind::Shell(_) | StepKind::Manual => Vec::new(),
    };
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let after = |statements: usize| BrokenOff::After {
        statements: number(statements),
        of: number(ends.len()),
        at: statements.checked_sub(1).map_or(0, |last| ends[last]),
    };
    let mut ways: Vec<BrokenOff> = match ends.len() {
        0 => Vec::new(),
        count if count <= STATEMENTS_EACH_MAX => (0..count).map(after).collect(),
        count => vec![after(0), after(count / 2)],
    };
    // What is one piece for us can only be broken off in time.
    if ends.len() < 2 {
        let of = duration.filter(|of| *of >= DURATION_MIN);
        ways.extend(of.map(|of| BrokenOff::Cancelled { after: of / 2, of }));
    }
    match (ways.is_empty(), duration) {
        (false, _) => Ok(ways),
        (true, Some(of)) => {
            let took = stepmark_core::report::duration(of);
            Err(format!(
                "it took {took}, too short to be cancelled in its middle"
            ))
        }
        (true, None) => Err("nobody knows how long it takes".to_owned()),
    }
}

/// Where each statement of a SQL text ends, its inline data included.
fn ends(text: &str) -> Vec<usize> {
    let split = stepmark_sql::split(text, true);
    let end = |statement: &stepmark_sql::Statement| match &statement.copy_data {
        Some(data) => data.end,
        None => statement.range.end,
    };
    split.statements.iter().map(end).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::Runbook;

    #[track_caller]
    fn check(fence: &str, millis: u64, expected: &[&str]) {
        let plan = Runbook::of_text(fence).plan;
        let found = ways(&plan.steps[0], Some(Duration::from_millis(millis)));
        let words = match found {
            Err(why) => vec![why],
            Ok(ways) => ways
                .into_iter()
                .map(|way| match way {
                    BrokenOff::After { statements, of, at } => {
                        format!(
                            "{statements} of {of}: {}",
                            plan.steps[0].body.text[..at].trim()
                        )
                    }
                    BrokenOff::Cancelled { after, .. } => format!("after {after:?}"),
                })
                .collect(),
        };
        assert_eq!(words, expected);
    }

    #[test]
    fn a_fence_is_broken_off_between_its_statements_and_the_rest_in_time() {
        check(
            "```sql\nSELECT ';'; SELECT 2;\nSELECT 3\n```\n",
            1,
            &[
                "0 of 3: ",
                "1 of 3: SELECT ';';",
                "2 of 3: SELECT ';'; SELECT 2;",
            ],
        );
        let many = "SELECT 1;\n".repeat(9);
        check(
            &format!("```sql\n{many}```\n"),
            1,
            &[
                "0 of 9: ",
                &format!("4 of 9: {}", "SELECT 1;\n".repeat(4).trim()),
            ],
        );
        check("```sql\nSELECT 1;\n```\n", 100, &["0 of 1: ", "after 50ms"]);
        check("```sql\nSELECT 1;\n```\n", 1, &["0 of 1: "]);
        check("```bash\na; b\n```\n", 100, &["after 50ms"]);
        check(
            "```bash\na\n```\n",
            3,
            &["it took 3 ms, too short to be cancelled in its middle"],
        );
        check("- [ ] Tell them\n", 3, &["a person does it"]);
    }
}
