//! A table on the server that says what each step really did, and a journal compared with it and with what was acknowledged.

use std::path::{Path, PathBuf};

use serde_json::Value;
use stepmark_tests::{Home, Journal, Server};

/// Each step that does something adds a row, as the last thing it does.
pub(crate) const TABLE: &str = "CREATE TABLE done (run text, step text, attempt text)";
/// The steps that do something, in order.
pub(crate) const STEPS: [&str; 5] = ["one", "two", "three", "four", "five"];

/// A runbook of each kind of step. Only the last one can stay unknown: nothing tells what a shell step had done.
pub(crate) fn book() -> String {
    let insert = |step: &str| {
        format!("INSERT INTO done SELECT current_setting('application_name'), '{step}', '';")
    };
    let there = |step: &str| {
        format!(
            "SELECT count(*) = 1 FROM done WHERE run = current_setting('application_name') AND step = '{step}';"
        )
    };
    let shell = |step: &str| {
        format!(
            "psql -Xqc \"INSERT INTO done VALUES ('stepmark/$STEPMARK_RUN', '{step}', '$STEPMARK_ATTEMPT')\""
        )
    };
    format!(
        "```sql {{name=one transaction}}\n{}\nSELECT pg_sleep(0.02);\n```\n\n```sql {{name=one-there probe=one}}\n{}\n```\n\n\
         ```sql {{name=two}}\n{}\n```\n\n```sql {{name=two-there probe=two}}\n{}\n```\n\n\
         ```bash {{name=three idempotent}}\n{}\n```\n\n\
         - [ ] Look at it\n\n\
         ```sql {{name=four transaction}}\n{}\n```\n\n```sql {{name=four-there probe=four}}\n{}\n```\n\n\
         ```bash {{name=five}}\nprintf '%9000s\\n' x\n{}\n```\n\n\
         ```bash {{name=five-there probe=five}}\n\
         test \"$(psql -XAtc \"SELECT count(*) FROM done WHERE run = 'stepmark/$STEPMARK_RUN' AND step = 'five'\")\" = 1\n```\n",
        insert("one"),
        there("one"),
        insert("two"),
        there("two"),
        shell("three"),
        insert("four"),
        there("four"),
        shell("five"),
    )
}

/// How often the step of a run did its work; for the one that may be done again, how often one attempt did at most.
pub(crate) fn times(server: &Server, run: &str, step: &str) -> u32 {
    let count = server.sql(&format!(
        "SELECT coalesce(max(n), 0) FROM (SELECT count(*) AS n FROM done \
         WHERE run = 'stepmark/{run}' AND step = '{step}' GROUP BY attempt) AS attempts"
    ));
    count.parse().expect("a number")
}

/// A run that came to its end: exit 0 with each effect there once, or exit 75 with the last step unknown.
pub(crate) fn check_ended(server: &Server, run: &str, code: i32, told: &str) {
    for step in STEPS {
        let times = times(server, run, step);
        let unknown = code == 75 && step == "five";
        assert!(
            times == 1 || (unknown && times == 0),
            "{told}: run {run}, exit {code}: {step} {times} times"
        );
    }
    // Two attempts of a step that is not idempotent may not both have done it.
    let doubled = server.sql(&format!(
        "SELECT count(*) FROM (SELECT FROM done WHERE run = 'stepmark/{run}' AND step <> 'three' \
         GROUP BY step HAVING count(*) > 1) AS doubled"
    ));
    assert_eq!(doubled, "0", "{told}: run {run}");
}

/// Every whole line of `printed` (from `--json`) is a record of `journal`.
pub(crate) fn check_acknowledged(printed: &Path, journal: &Journal, told: &str) {
    let text = std::fs::read_to_string(printed).unwrap_or_default();
    let whole = text.rfind('\n').map_or("", |end| &text[..end]);
    for line in whole.lines().filter(|line| line.starts_with('{')) {
        let record: Value = serde_json::from_str(line).expect("a line of JSON");
        let number = record["seq"].as_u64().expect("a number");
        let kept = usize::try_from(number - 1).ok();
        let kept = kept.and_then(|at| journal.lines.get(at));
        let members = record.as_object().expect("an object");
        let is_kept =
            kept.is_some_and(|kept| members.iter().all(|(name, value)| kept[name] == *value));
        assert!(
            is_kept,
            "{told}: acknowledged and lost: {line}\nkept: {kept:?}"
        );
    }
}

/// The newest run, if it has a record.
pub(crate) fn newest(home: &Home) -> Option<PathBuf> {
    let run = home.runs("book").pop()?;
    let text = std::fs::read_to_string(run.join("journal.jsonl")).ok()?;
    text.contains('\n').then_some(run)
}

/// The id of the run kept at `path`.
pub(crate) fn id(path: &Path) -> String {
    let name = path.file_name().expect("a run's directory has a name");
    name.to_string_lossy().into_owned()
}
