//! What the screen costs while nothing happens, and how soon it answers a key while a step floods. Has no peer: each figure stands
//! beside its budget.

use std::time::{Duration, Instant};

use stepmark_tests::{Home, Pty};

use crate::plan::Plan;

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
    // What it still does for having started is not idleness.
    std::thread::sleep(Duration::from_secs(1));
    let wait = Duration::from_secs(plan.sized(30) as u64);
    let before = ticks(pty.child.id());
    std::thread::sleep(wait);
    let used = (ticks(pty.child.id()) - before) as f64 / TICKS_A_SECOND;
    let percent = 100.0 * used / wait.as_secs_f64();
    println!("idle cpu {name:<15} {percent:>8.2} % over {wait:?}   budget 0.50 %");
}

/// User and system time of a process, in ticks.
fn ticks(pid: u32) -> u64 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).expect("it lives");
    let (_, fields) = stat.rsplit_once(')').expect("the name is in brackets");
    let fields: Vec<&str> = fields.split_whitespace().collect();
    let number = |at: usize| fields[at].parse::<u64>().expect("a number");
    number(11) + number(12)
}

/// How long until the help is there, or is gone, after its key, while a step prints as fast as it can.
fn flooded(plan: &Plan) {
    let home = Home::new();
    home.write(
        "book.md",
        "# Flood\n\n```bash {name=flood}\nyes \"$(printf '%0100d' 7)\"\n```\n",
    );
    let mut pty = Pty::start(home.command(&["run", "book.md"]), 50, 160);
    pty.shows("Nothing has run yet");
    pty.press("\r");
    pty.shows("[ Run ]");
    pty.press("\r");
    pty.shows("00000000");
    let mut took: Vec<Duration> = Vec::new();
    for _ in 0..plan.sized(40) {
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
    let at = |part: usize| took[(took.len() - 1) * part / 100].as_secs_f64() * 1000.0;
    println!(
        "key under flood         median {:.1} ms, 95 of 100 {:.1} ms, slowest {:.1} ms   budget 50 ms",
        at(50),
        at(95),
        at(100)
    );
    pty.press("c");
    pty.shows("cancelled");
}
