//! Shell steps beside bash, and their output beside tee.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};

use stepmark_tests::{Finished, Home};

use crate::appends;
use crate::comparison::Comparison;
use crate::plan::Plan;
use crate::sql::{forget, run};

/// Where nothing is synced: what a sync costs is left out of what output costs.
pub(crate) const MEMORY: &str = "/dev/shm";

/// All comparisons of shell steps.
pub(crate) fn compare(plan: &Plan) {
    // Held until all is measured, for the reason of `set_aside`.
    let _homes = (start(plan), steps(plan));
    if plan.wants("output") {
        output(plan);
    }
}

/// One trivial step.
fn start(plan: &Plan) -> Home {
    let home = Home::new();
    home.write("one.md", "```bash\ntrue\n```\n");
    Comparison::new("start and one step", || ours_aside(&home, "one"))
        .with("bash -c true, 8 appends", 3.5, || {
            bash(&home, "true").then(appends::synced(home.path(), 8))
        })
        .print(plan);
    home
}

/// Many trivial steps, whose exports and folder go on to the next.
fn steps(plan: &Plan) -> Home {
    let home = Home::new();
    let count = plan.sized(200);
    home.write("many.md", &"```bash\ntrue\n```\n\n".repeat(count));
    home.write("many.sh", &"bash -c true\n".repeat(count));
    let appended = 6 + 2 * count;
    Comparison::new("shell steps", || ours_aside(&home, "many"))
        .with("script of bash -c, appends", 2.0, || {
            bash(&home, ". ./many.sh").then(appends::synced(home.path(), appended))
        })
        .with("as many synced appends", f64::INFINITY, || {
            appends::synced(home.path(), appended)
        })
        .print(plan);
    home
}

/// Much output, without secrets and with three.
fn output(plan: &Plan) {
    let home = Home::within(Path::new(MEMORY));
    lines(&home.path().join("lines"), plan.sized(1 << 30));
    home.write("plain.md", "```bash\ncat lines\n```\n");
    home.write(
        "secret.md",
        "---\ninputs:\n  one: { secret: true }\n  two: { secret: true }\n  three: { secret: true }\n---\n\n\
         ```bash\ncat lines\n```\n",
    );
    let taken = home.path().join("taken");
    let tee = || {
        let finished = bash(&home, "cat lines | tee taken >/dev/null");
        // Else the next round would free it inside its time.
        std::fs::remove_file(&taken).expect("tee wrote it");
        finished
    };
    Comparison::new("output", || ours(&home, "plain.md"))
        .with("cat | tee", 1.5, tee)
        .within(64)
        .print(plan);
    let secrets = [
        "one=correct-horse-1",
        "two=battery/staple+2",
        "three=p\u{e4}ss w\u{f6}rd 3",
    ];
    let secret = || {
        let mut arguments = vec!["run", "secret.md"];
        secrets
            .iter()
            .for_each(|value| arguments.extend(["--set", value]));
        ours_with(&home, &arguments)
    };
    Comparison::new("output, three secrets", secret)
        .with("cat | tee", 2.0, tee)
        .within(64)
        .print(plan);
}

/// Writes lines as a log has them, `bytes` in all or a little more.
fn lines(path: &Path, bytes: usize) {
    let mut file = BufWriter::new(File::create(path).expect("a file"));
    let mut written = 0;
    for n in 0_u64.. {
        let line = format!(
            "2026-11-21T12:00:{:02}.{:06}Z worker-{} INFO copied chunk {n} of table orders, {} rows, checksum {:016x}\n",
            n % 60,
            n % 1_000_000,
            n % 8,
            n * 31 % 10_000,
            n.wrapping_mul(0x9e37_79b9_7f4a_7c15),
        );
        file.write_all(line.as_bytes()).expect("room in memory");
        written += line.len();
        if written >= bytes {
            return;
        }
    }
}

fn ours_aside(home: &Home, stem: &str) -> Finished {
    let finished = run(home, &["run", &format!("{stem}.md")]);
    set_aside(home, stem);
    finished
}

/// Puts the run out of the way of the next and deletes nothing: ext4 uses no inode again for a minute and passes over each of
/// those whenever it makes a file near them (`recently_deleted` in its ialloc.c), so that the next round would pay for this one.
fn set_aside(home: &Home, stem: &str) {
    let aside = home.path().join("aside");
    std::fs::create_dir_all(&aside).expect("our own folder");
    for run in home.runs(stem) {
        let name = run.file_name().expect("a run has an id");
        std::fs::rename(&run, aside.join(name)).expect("there was a run");
    }
}

fn ours(home: &Home, book: &str) -> Finished {
    ours_with(home, &["run", book])
}

fn ours_with(home: &Home, arguments: &[&str]) -> Finished {
    let finished = run(home, arguments);
    forget(home);
    finished
}

fn bash(home: &Home, script: &str) -> Finished {
    let mut command = Command::new("bash");
    command.args(["-c", script]).current_dir(home.path());
    command.stdin(Stdio::null()).stdout(Stdio::null());
    Finished::of(command).exits(0)
}
