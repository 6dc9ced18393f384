//! A disk that is full, at every size from one page up: nothing is executed without its intent on record, and an outcome is
//! recorded wherever its intent is. Needs to mount a file system, so it says so where it may not.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use stepmark_tests::{Home, Journal, Outcome, Server, found_out, not_tested, soak};

use crate::oracle::TABLE;

const PAGE_BYTES: usize = 4096;
/// More than the log of this run needs.
const PAGES_MAX: usize = 120;
/// Mounts the disk where nobody else sees it, runs there, and brings what was written away.
const SCRIPT: &str = "mount -t tmpfs -o size=$1 none full || exit 99\n\
    \"$STEPMARK\" run book.md --yes --log-dir full --connect \"$2\"\n\
    code=$?\ncp -a full/. kept/ && exit $code";

/// `padding` moves where in a page each record begins. What `loud` prints needs a file, for which no space is kept.
fn book(padding: usize) -> String {
    let padding = "x".repeat(padding);
    format!(
        "```bash {{name=one}}\n# {padding}\necho one >> ran\n```\n\n\
         ```sql {{name=two}}\nINSERT INTO done SELECT current_setting('application_name'), 'two', '';\n```\n\n\
         ```bash {{name=loud}}\necho loud >> ran\nprintf '%60000s\\n' x\n```\n\n\
         ```bash {{name=last}}\necho last >> ran\n```\n"
    )
}

/// What runs the script, if this machine lets us.
fn namespace(home: &Home, bytes: usize, server: &Server) -> Command {
    let mut unshare = home.program("unshare");
    unshare
        .args(["--mount", "sh", "-c", SCRIPT, "sh", &bytes.to_string()])
        .arg(server.url());
    unshare
}

fn may_mount() -> bool {
    let mut unshare = Command::new("unshare");
    unshare.args([
        "--mount", "mount", "-t", "tmpfs", "-o", "size=64k", "none", "/mnt",
    ]);
    unshare.output().is_ok_and(|tried| tried.status.success())
}

#[test]
fn a_disk_that_is_full_at_any_byte_starts_nothing_unrecorded_and_keeps_every_outcome() {
    if !may_mount() {
        not_tested("a full disk; this process may not mount one");
        return;
    }
    let server = Server::new();
    server.sql(TABLE);
    let sizes: Vec<(usize, usize)> = match soak(0, 1) {
        0 => (1..=PAGES_MAX)
            .step_by(7)
            .map(|pages| (pages, pages * 512 % PAGE_BYTES))
            .collect(),
        _ => (1..=PAGES_MAX)
            .flat_map(|pages| {
                (0..PAGE_BYTES)
                    .step_by(512)
                    .map(move |padding| (pages, padding))
            })
            .collect(),
    };
    let mut came = Vec::new();
    for (pages, padding) in sizes {
        server.sql("TRUNCATE done");
        came.push(run_on(&server, pages, padding));
    }
    assert_eq!(
        came.first(),
        Some(&0),
        "one page is not enough for anything"
    );
    assert_eq!(came.last(), Some(&4), "the largest disk is large enough");
    found_out(&format!("steps done on disks of growing size: {came:?}"));
}

/// Runs on a disk of that size, and returns how many steps were done.
fn run_on(server: &Server, pages: usize, padding: usize) -> usize {
    let told = format!("{pages} pages, {padding} bytes of padding");
    let home = Home::new();
    home.write("book.md", &book(padding));
    for folder in ["full", "kept"] {
        fs::create_dir(home.path().join(folder)).expect("our own folder");
    }
    let outcome = Outcome::of(namespace(&home, pages * PAGE_BYTES, server));
    let done = done(&home, server);
    let journal = journal(&home.path().join("kept")).map(|file| Journal::read(&file));
    let Some(journal) = journal else {
        assert!(done.is_empty(), "{told}: {done:?} without a journal");
        assert_eq!(outcome.code, 74, "{told}: {outcome:?}");
        return 0;
    };
    let started = journal.started();
    for step in &done {
        assert!(
            started.contains(&step.as_str()),
            "{told}: {step} without its intent"
        );
    }
    for step in started {
        let recorded = journal.of("step_finished").any(|line| line["step"] == step);
        let said = outcome.stderr.contains("NOT RECORDED: loud");
        assert!(
            recorded || (step == "loud" && said),
            "{told}: {step}: {outcome:?}"
        );
    }
    match done.len() {
        4 => assert!([0, 74].contains(&outcome.code), "{told}: {outcome:?}"),
        _ => assert_eq!(outcome.code, 74, "{told}: {outcome:?}"),
    }
    done.len()
}

fn done(home: &Home, server: &Server) -> Vec<String> {
    let file = fs::read_to_string(home.path().join("ran")).unwrap_or_default();
    let table = server.sql("SELECT step FROM done");
    let lines = file.lines().chain(table.lines());
    lines.map(str::to_owned).collect()
}

/// The run's directory below `folder`, if it has a journal.
fn journal(folder: &Path) -> Option<PathBuf> {
    let entries = fs::read_dir(folder).ok()?.flatten();
    let mut folders = entries
        .map(|entry| entry.path())
        .filter(|path| path.is_dir());
    folders.find_map(|path| match path.join("journal.jsonl").exists() {
        true => Some(path),
        false => journal(&path),
    })
}
