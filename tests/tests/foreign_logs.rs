//! Logs that somebody else made, given to the commands that read logs: they end, say where, and hold little memory.

use std::fs::{self, File};
use std::io::Write as _;
use std::process::{Command, Stdio};

use serde_json::json;
use stepmark_tests::{Finished, Home};

/// The promise of `docs/journal.md`, with the program itself in it.
const MEMORY_KIBIBYTES_MAX: i64 = 200 * 1024;

/// What the binary took, with nobody who reads along.
fn measured(home: &Home, arguments: &[&str]) -> Finished {
    let mut command = home.command(arguments);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    Finished::of(command)
}

fn sha256(bytes: &[u8]) -> String {
    let mut child = Command::new("sha256sum")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("sha256sum runs");
    let mut stdin = child.stdin.take().expect("piped");
    stdin.write_all(bytes).expect("it reads");
    drop(stdin);
    let output = child.wait_with_output().expect("it ends");
    String::from_utf8_lossy(&output.stdout[..64]).into_owned()
}

#[test]
fn a_step_that_is_up_without_ever_having_started_is_told_of() {
    let home = Home::new();
    home.write("book.md", "```bash {name=one}\necho one\n```\n");
    home.stepmark(&["run", "book.md"]).exits(0);
    let journal = home.journal("book");
    let path = journal.directory.join("journal.jsonl");
    let text = fs::read_to_string(&path).expect("ours");
    let mut lines = text.lines();
    let first = lines.next().expect("a record");
    let (frame, _) = lines
        .next()
        .and_then(|second| second.split_once("\"type\""))
        .expect("a frame");
    let before = journal.lines[0]["hash"].as_str().expect("a hash");
    let body = format!(
        "{frame}\"type\":\"step_went_up\",\"step\":\"one\",\"attempt\":1,\"prev\":\"{before}\""
    );
    let hash = sha256(format!("{body}}}").as_bytes());
    fs::write(&path, format!("{first}\n{body},\"hash\":\"{hash}\"}}\n")).expect("ours");
    assert_eq!(home.journal("book").lines[1]["step"], json!("one"));
    let report = home.stepmark(&["report", "last"]).exits(0);
    assert!(report.stdout.contains("one"), "{}", report.stdout);
    home.stepmark(&["verify", "last"])
        .exits(1)
        .says(&["records are numbered and chained", "records are missing"]);
}

#[test]
fn a_line_of_a_gigabyte_and_the_longest_line_there_can_be_cost_little_memory() {
    let home = Home::new();
    home.write("book.md", "```bash {name=one}\necho one\n```\n");
    home.stepmark(&["run", "book.md"]).exits(0);
    let journal = home
        .runs("book")
        .pop()
        .expect("a run")
        .join("journal.jsonl");
    let before = fs::read(&journal).expect("ours");
    let file = File::options().append(true).open(&journal).expect("ours");
    file.set_len(before.len() as u64 + (1 << 30))
        .expect("a sparse file");
    for command in ["verify", "report", "runs"] {
        let arguments = [command, "last"];
        let used = if command == "runs" { 1 } else { 2 };
        let finished = measured(&home, &arguments[..used]);
        let kibibytes = finished.exits(i32::from(command == "verify")).peak;
        assert!(
            kibibytes < MEMORY_KIBIBYTES_MAX,
            "{command}: {kibibytes} KiB"
        );
    }
    let text = String::from_utf8(before).expect("ASCII");
    let first = text.lines().next().expect("a record");
    let (frame, _) = first.split_once("\"type\"").expect("a frame");
    let zeros = "0".repeat(64);
    let note = "x\\n".repeat(10 << 20);
    let body = format!("{frame}\"type\":\"note_added\",\"text\":\"{note}\",\"prev\":\"{zeros}\"");
    let hash = sha256(format!("{body}}}").as_bytes());
    fs::write(&journal, format!("{body},\"hash\":\"{hash}\"}}\n")).expect("ours");
    // Its outputs and runbook are another run's.
    let kibibytes = measured(&home, &["verify", "last"]).exits(1).peak;
    assert!(kibibytes < MEMORY_KIBIBYTES_MAX, "{kibibytes} KiB");
}
