//! Runners that died at their very beginning or their very end: before the first record, and after the last one.

use std::fs;

use stepmark_tests::Home;

#[test]
fn a_run_without_a_record_is_passed_over_and_never_taken_up() {
    let home = Home::new();
    home.write(
        "book.md",
        "```bash {name=a}\necho a >> ran\ntest -e go\n```\n",
    );
    home.stepmark(&["run", "book.md"]).exits(1);
    let earlier = home.runs("book").pop().expect("a run");
    let dead = earlier.with_file_name("20991231T235959Z-ffffff");
    for folder in ["locks", "outputs", "state"] {
        fs::create_dir_all(dead.join(folder)).expect("our own folder");
    }
    fs::copy(earlier.join("runbook.md"), dead.join("runbook.md")).expect("a copy");
    for journal in ["", "{\"v\":1,\"seq\":1,"] {
        fs::write(dead.join("journal.jsonl"), journal).expect("our own folder");
        home.stepmark(&["resume", "last"])
            .exits(2)
            .says(&["before its first record", "stepmark run"]);
    }
    assert_eq!(
        fs::read_to_string(home.path().join("ran")).expect("it ran"),
        "a\n"
    );
    home.write("go", "");
    home.stepmark(&["resume"]).exits(0);
    assert_eq!(
        fs::read_to_string(home.path().join("ran")).expect("it ran"),
        "a\na\n"
    );
}

#[test]
fn a_report_that_the_dead_runner_had_not_replaced_is_told_apart_from_a_forged_one() {
    let home = Home::new();
    home.write("book.md", "```bash {name=a}\ntest -e go\n```\n");
    home.stepmark(&["run", "book.md"]).exits(1);
    let report = home.runs("book").pop().expect("a run").join("report.md");
    let earlier = fs::read_to_string(&report).expect("a report");
    home.write("go", "");
    home.stepmark(&["resume", "last"]).exits(0);
    home.stepmark(&["verify", "last"])
        .exits(0)
        .says(&["holds     report.md"]);
    fs::write(&report, &earlier).expect("our own folder");
    home.stepmark(&["verify", "last"])
        .exits(0)
        .says(&["unproven  report.md", "before the last end"]);
    fs::write(&report, earlier + "and all was well\n").expect("our own folder");
    home.stepmark(&["verify", "last"]).exits(1);
}
