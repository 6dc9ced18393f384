//! What random scripts split into is what psql sends of them, as the server logged it. Short by default; with
//! `STEPMARK_SOAK=1` each test goes on for as many scripts as `STEPMARK_SOAK_SCRIPTS` says, 5,000 when it says nothing.

use proptest::prelude::*;
use proptest::test_runner::{TestCaseError, TestRunner};
use stepmark_sql::{ProblemKind, split};

use crate::bench::Bench;
use crate::told::{is_empty, without_empty_lines};
use crate::{fragments, psql, server_log};

/// Scripts of a short run.
const SCRIPTS: u32 = 150;

/// What has all statements fail that can be parsed, so that none does anything.
const PREFIX: &str = "begin;\nselect 1/0;\n";

#[test]
fn random_text_is_split_as_psql_splits_it() {
    let mut bench = Bench::new();
    let database = bench.take();
    agree(&fragments::scripts(), |script| {
        let script = format!("{PREFIX}{script}");
        let Some(ours) = statements(&script) else {
            return Err(TestCaseError::reject("a backslash command"));
        };
        let ran = psql::run(&bench.cluster, &database, &script, false);
        let theirs = comparable(&server_log::queries(&ran.logged));
        prop_assert_eq!(theirs, ours);
        Ok(())
    });
}

#[test]
fn copy_data_end_where_psql_ends_them() {
    let mut bench = Bench::new();
    let database = bench.take();
    let table = "create table t (a text)";
    bench.cluster.execute(&database, table).unwrap();
    agree(&fragments::copying(), |script| {
        let Some(mut ours) = statements(&script) else {
            return Err(TestCaseError::reject("text after COPY"));
        };
        let ran = psql::run(&bench.cluster, &database, &script, true);
        let theirs = comparable(&server_log::queries(&ran.logged));
        if ran.stopped {
            ours.truncate(theirs.len());
        }
        prop_assert_eq!(theirs, ours);
        Ok(())
    });
}

fn agree(
    scripts: &impl Strategy<Value = String>,
    test: impl Fn(String) -> Result<(), TestCaseError>,
) {
    let soak = std::env::var_os("STEPMARK_SOAK").is_some();
    let chosen = std::env::var("STEPMARK_SOAK_SCRIPTS").map_or(5_000, |text| text.parse().unwrap());
    let config = ProptestConfig {
        cases: if soak { chosen } else { SCRIPTS },
        max_global_rejects: u32::MAX,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    TestRunner::new(config).run(scripts, test).unwrap();
}

/// The statements we would send; none where only psql can say what it does.
fn statements(script: &str) -> Option<Vec<String>> {
    let split = split(script, true);
    let ours_alone = split.problems.iter().any(|problem| {
        matches!(
            problem.kind,
            ProblemKind::MetaCommand { .. }
                | ProblemKind::TextAfterCopy
                | ProblemKind::CopyAmongParts
                | ProblemKind::CopyDataUnended
        )
    });
    let sent: Vec<String> = split
        .statements
        .iter()
        .map(|statement| statement.sent(script).into_owned())
        .collect();
    (!ours_alone).then(|| comparable(&sent))
}

/// Without what psql adds or leaves out: see [`crate::told`]. It also sends the blanks at the end of the text.
fn comparable(statements: &[String]) -> Vec<String> {
    let told = statements.iter().filter(|text| !is_empty(text));
    told.map(|text| without_empty_lines(text.trim_ascii_end()))
        .collect()
}
