//! Every system call on the journal of the real binary fails, or kills it, one after the other. Needs strace and the right
//! to trace, so it says so where it may not. Every call in the soak, there with every error of a disk and for good, too; else
//! one in sixteen of the first two kinds.

use std::fs;
use std::path::Path;
use std::process::Command;

use stepmark_tests::{Home, Journal, Outcome, Server, found_out, not_tested, soak, stepmark};

use crate::oracle::{STEPS, TABLE, book, check_ended, id, newest, times};

const CALLS: [&str; 7] = [
    "write",
    "fdatasync",
    "openat",
    "read",
    "statx",
    "fallocate",
    "ftruncate",
];
const FAULTS: [&str; 2] = ["error=EIO", "signal=KILL"];
/// What a disk says to a call that writes, in the soak.
const ERRORS: [&str; 5] = ["EIO", "ENOSPC", "EDQUOT", "EFBIG", "EROFS"];
const WRITING: [&str; 3] = ["write", "fdatasync", "fallocate"];

/// A run that stopped before its first step that does something, ready to be taken up again and again.
struct Ready {
    home: Home,
    server: Server,
}

fn may_trace() -> bool {
    let mut strace = Command::new("strace");
    strace.args(["-o", "/dev/null", "true"]);
    strace.output().is_ok_and(|tried| tried.status.success())
}

#[test]
fn a_fault_or_kill_at_any_system_call_on_the_journal_loses_nothing_and_does_nothing_twice() {
    if !may_trace() {
        not_tested("system calls that fail; there is no strace, or it may not trace");
        return;
    }
    let ready = Ready::new();
    let stride = soak(16, 1);
    let kinds = soak(2, 7);
    let mut points = 0;
    for call in &CALLS[..kinds] {
        for fault in faults(call) {
            for when in (1..).step_by(stride) {
                if !ready.hit(call, &fault.replace('#', &when.to_string())) {
                    break;
                }
                points += 1;
            }
            if soak(false, true) {
                found_out(&format!("{call} with {fault}: {points} calls hit so far"));
            }
        }
    }
    assert!(points >= 4, "only {points} calls were hit");
    found_out(&format!("{points} calls hit"));
}

#[test]
fn a_file_system_that_keeps_no_space_is_told_once_and_used() {
    if !may_trace() {
        not_tested("a file system that cannot reserve; there is no strace, or it may not trace");
        return;
    }
    let home = Home::new();
    home.write("book.md", "```bash\ntrue\n```\n\n```bash\ntrue\n```\n");
    let mut strace = home.program("strace");
    strace
        .args(["-f", "-qq", "-o", "/dev/null", "--trace=fallocate"])
        .arg("--inject=fallocate:error=EOPNOTSUPP")
        .arg(stepmark())
        .args(["run", "book.md"]);
    let outcome = Outcome::of(strace).exits(0);
    let told = outcome.stderr.matches("no space can be kept for outcomes");
    assert_eq!(told.count(), 1, "{outcome:?}");
}

/// What happens to the call of number `#`, and to all after it where that says so.
fn faults(call: &str) -> Vec<String> {
    let once = FAULTS.map(|fault| format!("{fault}:when=#"));
    let errors = ERRORS
        .iter()
        .flat_map(|error| ["#", "#+"].map(|when| format!("error={error}:when={when}")));
    match soak(false, WRITING.contains(&call)) {
        true => errors.chain(["signal=KILL:when=#".to_owned()]).collect(),
        false => once.into(),
    }
}

impl Ready {
    fn new() -> Self {
        let (home, server) = (Home::new(), Server::new());
        server.sql(TABLE);
        let first = "```bash {name=begin idempotent}\ntest -e begin\n```\n\n";
        home.write("book.md", &(first.to_owned() + &book()));
        home.stepmark(&["run", "book.md", "--yes", "--connect", &server.url()])
            .exits(1);
        home.write("begin", "");
        let ready = Self { home, server };
        ready.copy(".stepmark", "saved");
        ready
    }

    fn copy(&self, from: &str, to: &str) {
        let to = self.home.path().join(to);
        if to.exists() {
            fs::remove_dir_all(&to).expect("our own folder");
        }
        let mut copy = Command::new("cp");
        copy.arg("-a").arg(self.home.path().join(from)).arg(to);
        assert!(copy.status().expect("cp").success());
    }

    fn resume(&self) -> [String; 7] {
        ["resume", "last", "--yes", "--orphans", "kill", "--connect"]
            .map(str::to_owned)
            .into_iter()
            .chain([self.server.url()])
            .collect::<Vec<_>>()
            .try_into()
            .expect("seven words")
    }

    /// Takes the run up with one call hit, and whether there was such a call.
    fn hit(&self, call: &str, fault: &str) -> bool {
        let told = format!("{call}:{fault}");
        self.copy("saved", ".stepmark");
        self.server.sql("TRUNCATE done");
        let run = newest(&self.home).expect("the run");
        let trace = self.home.path().join("trace");
        let words = self.resume();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let mut strace = self.home.program("strace");
        strace
            .args(["-f", "-qq", "-o"])
            .arg(&trace)
            .arg("-P")
            .arg(run.join("journal.jsonl"))
            .arg(format!("--trace={call}"))
            .arg(format!("--inject={told}"))
            .arg(stepmark())
            .args(&words);
        let outcome = Outcome::of(strace);
        let traced = fs::read_to_string(&trace).expect("a trace");
        if !traced.contains("INJECTED") && !traced.contains("killed by SIGKILL") {
            return false;
        }
        self.nothing_was_done_without_its_intent(&run, &told, &outcome);
        let code = self.end(&words, &told);
        check_ended(&self.server, &id(&run), code, &told);
        self.home.stepmark(&["verify", "last"]).exits(0);
        true
    }

    fn nothing_was_done_without_its_intent(&self, run: &Path, told: &str, outcome: &Outcome) {
        let journal = Journal::read(run);
        for step in STEPS {
            let intents = journal.started().iter().filter(|id| **id == step).count();
            let done = times(&self.server, &id(run), step) as usize;
            assert!(
                done <= intents,
                "{told}: {step} without its intent: {outcome:?}"
            );
        }
    }

    fn end(&self, words: &[&str], told: &str) -> i32 {
        let run = newest(&self.home).expect("the run");
        for _ in 0..5 {
            if Journal::read(&run).types().last() == Some(&"run_finished") {
                return 0;
            }
            let outcome = self.home.stepmark(words);
            match outcome.code {
                0 | 75 => return outcome.code,
                1 => {}
                code => panic!(
                    "{told}: exit {code}\n{}\n{}",
                    outcome.stdout, outcome.stderr
                ),
            }
        }
        panic!("{told}: never at its end");
    }
}
