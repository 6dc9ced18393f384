//! What the screen costs while nothing happens, also over very many steps and lines, and how soon it answers a key while a step
//! floods. Has no peer: each figure stands beside its budget.

use std::path::Path;
use std::time::{Duration, Instant};

use stepmark_tests::{Home, Pty};

use crate::plan::Plan;
use crate::shell::MEMORY;

/// Clock ticks of `/proc/PID/stat` a second (proc(5); 100 on every Linux there is).
const TICKS_A_SECOND: f64 = 100.0;

/// Prints both figures.
pub(crate) fn measure(plan: &Plan) {
    if plan.wants("idle cpu") {
        idle("on the screen", &[], plan);
        idle("in lines", &["--plain"], plan);
    }
    if plan.wants("key under flood") {
        flooded(plan);
    }
    if plan.wants("large screen") {
        large(plan);
    }
}

/// The processor time of a run that waits for its person.
fn idle(name: &str, more: &[&str], plan: &Plan) {
    let home = Home::new();
    home.write("book.md", "# Idle\n\n```bash {name=one}\ntrue\n```\n");
    let mut arguments = vec!["run", "book.md"];
    arguments.extend(more);
    let mut pty = Pty::start(home.command(&arguments), 50, 160);
    if more.is_empty() {
        pty.shows("Nothing has run yet");
        pty.press("\r");
        pty.shows("[ Run ]");
    } else {
        pty.asks("answer:");
    }
    print_idleness(&format!("idle cpu {name}"), &pty, plan);
}

/// Prints the processor time of a program that has nothing to do.
fn print_idleness(name: &str, pty: &Pty, plan: &Plan) {
    // What it still does for having started is not idleness.
    std::thread::sleep(Duration::from_secs(1));
    let wait = Duration::from_secs(plan.sized(30) as u64);
    let before = ticks(pty.child.id());
    std::thread::sleep(wait);
    let used = (ticks(pty.child.id()) - before) as f64 / TICKS_A_SECOND;
    let percent = 100.0 * used / wait.as_secs_f64();
    println!("{name:<24} {percent:>8.2} % over {wait:?}   budget 0.50 %");
}

/// A run of very many steps whose first one has printed very many lines, at rest, and how soon it answers a key.
fn large(plan: &Plan) {
    let (steps, lines) = (plan.sized(10_000), plan.sized(1_000_000));
    let home = Home::new();
    let trivial = "```bash\ntrue\n```\n\n".repeat(steps - 1);
    home.write(
        "book.md",
        &format!("# Large\n\n```bash {{name=first}}\nseq {lines}\n```\n\n{trivial}"),
    );
    let mut pty = Pty::start(home.command(&["run", "book.md"]), 50, 160);
    pty.shows("Nothing has run yet");
    pty.press("\r");
    pty.shows("[ Run ]");
    pty.press("\r");
    pty.shows("done in");
    let what = format!("{steps} steps, {lines} lines");
    print_idleness(&format!("large screen, {what}"), &pty, plan);
    let took = answers(&mut pty, plan.sized(40));
    print_answers("large screen, key", &took, "budget 50 ms");
    println!(
        "large screen, memory     {:>8.0} MiB at most",
        peak_mebibytes(pty.child.id())
    );
    pty.press("qq");
}

/// The most memory that a living process had resident.
fn peak_mebibytes(pid: u32) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).expect("it lives");
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let peak = peak.expect("proc(5) has it").trim().trim_end_matches(" kB");
    peak.parse::<f64>().expect("a number") / 1024.0
}

/// How long until the help is there, or is gone, after its key, so often.
fn answers(pty: &mut Pty, times: usize) -> Vec<Duration> {
    let mut took: Vec<Duration> = Vec::new();
    for _ in 0..times {
        let begun = Instant::now();
        pty.press("?");
        pty.shows("next pane: steps");
        took.push(begun.elapsed());
        let begun = Instant::now();
        pty.press("?");
        pty.hides("next pane: steps");
        took.push(begun.elapsed());
    }
    took.sort();
    took
}

fn print_answers(name: &str, took: &[Duration], budget: &str) {
    let at = |part: usize| took[(took.len() - 1) * part / 100].as_secs_f64() * 1000.0;
    println!(
        "{name:<24} median {:.1} ms, 95 of 100 {:.1} ms, slowest {:.1} ms   {budget}",
        at(50),
        at(95),
        at(100)
    );
}

/// User and system time of a process, in ticks.
fn ticks(pid: u32) -> u64 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).expect("it lives");
    let (_, fields) = stat.rsplit_once(')').expect("the name is in brackets");
    let fields: Vec<&str> = fields.split_whitespace().collect();
    let number = |at: usize| fields[at].parse::<u64>().expect("a number");
    number(11) + number(12)
}

/// How soon a key is answered while a step prints as fast as it can, how fast that is, and the memory it takes.
fn flooded(plan: &Plan) {
    let home = Home::within(Path::new(MEMORY));
    // Read and written in large pieces: `yes` alone is slower than what is measured here.
    home.write(
        "book.md",
        "# Flood\n\n```bash {name=flood}\nyes \"$(printf '%0100d' 7)\" | head -c 67108864 > piece\n\
         while :; do cat piece; done\n```\n",
    );
    let mut pty = Pty::start(home.command(&["run", "book.md"]), 50, 160);
    pty.shows("Nothing has run yet");
    pty.press("\r");
    pty.shows("[ Run ]");
    pty.press("\r");
    pty.shows("00000000");
    let output = || {
        let run = home.runs("book").pop().expect("a run");
        let entries = std::fs::read_dir(run.join("outputs"))
            .expect("outputs")
            .flatten();
        entries
            .filter_map(|entry| entry.metadata().ok())
            .map(|file| file.len())
            .sum::<u64>()
    };
    let (begun, before) = (Instant::now(), output());
    let took = answers(&mut pty, plan.sized(40));
    let rate = (output() - before) as f64 / begun.elapsed().as_secs_f64() / f64::from(1 << 30);
    print_answers("key under flood", &took, "budget 50 ms");
    println!("key under flood, output  {rate:>8.2} GiB/s kept meanwhile");
    println!(
        "key under flood, memory  {:>8.0} MiB at most   budget 64 MiB",
        peak_mebibytes(pty.child.id())
    );
    pty.press("c");
    pty.shows("cancelled");
}
