//! A step that has the terminal: it is in front, and afterwards everything at the terminal is as it was.

use std::fs;
use std::process::Command;

use stepmark_tests::{Outcome, Pty, Server, eventually};
use tempfile::TempDir;

const LEND: &str = env!("CARGO_BIN_EXE_lend");

fn folder() -> TempDir {
    tempfile::tempdir().expect("a folder")
}

fn lend(folder: &TempDir, text: &str) -> Command {
    let mut command = Command::new(LEND);
    command.arg(folder.path()).args(["bash", text]);
    command
}

fn fifo(folder: &TempDir, name: &str) -> std::path::PathBuf {
    let path = folder.path().join(name);
    let mode = rustix::fs::Mode::from_raw_mode(0o600);
    rustix::fs::mknodat(rustix::fs::CWD, &path, rustix::fs::FileType::Fifo, mode, 0)
        .expect("a fifo");
    path
}

fn start(command: Command) -> Pty {
    Pty::start(command, 24, 200)
}

/// Waits for the end, and looks whether the terminal is as before.
#[track_caller]
fn ends(pty: &mut Pty) {
    assert_eq!(pty.ends().code(), Some(0), "{}", pty.contents());
    assert!(pty.is_restored(), "{}", pty.contents());
}

/// How many processes have `word` among their arguments.
fn alive(word: &str) -> usize {
    let is_it = |line: Vec<u8>| {
        line.split(|byte| *byte == 0)
            .any(|part| part == word.as_bytes())
    };
    let entries = fs::read_dir("/proc").expect("it is there").flatten();
    let lines = entries.filter_map(|entry| fs::read(entry.path().join("cmdline")).ok());
    lines.filter(|line| is_it(line.clone())).count()
}

#[test]
fn a_step_talks_to_the_person_and_nothing_of_it_is_recorded() {
    let folder = folder();
    let text = "[ -t 0 ] && [ -t 1 ] && [ -t 2 ] && : > /dev/tty && echo on a terminal\n\
                read line; echo \"read $line\"";
    let mut pty = start(lend(&folder, text));
    pty.shows("on a terminal");
    pty.press("hello\r");
    pty.shows("read hello");
    pty.shows("exit: Some(0)");
    ends(&mut pty);
    assert!(!pty.contents().contains("recorded"), "{}", pty.contents());
}

#[test]
fn its_variables_and_folder_are_carried_on() {
    let folder = folder();
    let mut pty = start(lend(&folder, "export A=kept; mkdir deep; cd deep"));
    pty.shows("state_lost: None");
    ends(&mut pty);
    let mut pty = start(lend(&folder, "echo \"$A in ${PWD##*/}\""));
    pty.shows("kept in deep");
    ends(&mut pty);
}

#[test]
fn whatever_it_does_to_the_terminal_is_undone() {
    for end in ["exit 3", "kill -KILL $$", "stty stop undef; kill -TERM $$"] {
        let folder = folder();
        let mut pty = start(lend(&folder, &format!("stty raw -echo -isig; {end}")));
        pty.shows("left behind");
        ends(&mut pty);
    }
}

#[test]
fn ctrl_c_is_for_the_step_alone() {
    let folder = folder();
    let text = "trap 'exit 5' INT; echo up; while :; do sleep 0.01 || :; done";
    let mut pty = start(lend(&folder, text));
    pty.shows("up");
    pty.press("\x03");
    pty.shows("exit: Some(5)");
    pty.shows("0 left behind");
    ends(&mut pty);
}

#[test]
fn what_was_typed_ahead_is_not_for_the_step_nor_what_it_left_for_us() {
    let folder = folder();
    let (gate, done) = (fifo(&folder, "gate"), fifo(&folder, "done"));
    let text = format!(
        "read -t 0.2 line || echo nothing to read\ncat {} > /dev/null",
        done.display()
    );
    let mut command = lend(&folder, &text);
    command.env("LEND_GATE", &gate);
    let mut pty = start(command);
    pty.shows("ready");
    pty.press("early\r");
    pty.shows("early");
    fs::write(&gate, "").expect("it waits");
    pty.shows("nothing to read");
    pty.press("late\r");
    pty.shows("late");
    fs::write(&done, "").expect("it waits");
    pty.shows("0 keys left");
    ends(&mut pty);
}

fn job_control_shell(folder: &TempDir) -> Pty {
    let mut shell = Command::new("bash");
    shell
        .args(["--norc", "--noprofile", "--noediting", "-i"])
        .env("PS1", "prompt> ")
        .current_dir(folder.path());
    start(shell)
}

#[test]
fn ctrl_z_stops_us_with_the_step_and_both_go_on_together() {
    let folder = folder();
    fs::write(
        folder.path().join("text"),
        "stty -echo; echo step is up; read line; echo \"got $line\"",
    )
    .expect("written");
    let mut pty = job_control_shell(&folder);
    pty.shows("prompt>");
    pty.press(&format!("{LEND} . bash \"$(cat text)\"\r"));
    pty.shows("step is up");
    for round in 1..=2 {
        pty.press("\x1a");
        pty.shows("Stopped");
        pty.press(&format!("clear; echo round-$(({round} + 10))\r"));
        pty.shows(&format!("round-{}", round + 10));
        pty.press("fg\r");
        pty.shows(" . bash \"$(cat text)\"");
    }
    // The modes that the step had set are its own again.
    eventually("echo is off", || !pty.echoes());
    pty.press("secret-word\r");
    pty.shows("got secret-word");
    pty.shows("0 left behind");
    let seen = pty.contents();
    assert_eq!(seen.matches("secret-word").count(), 1, "{seen}");
    pty.press("echo shell-$((40 + 2))\r");
    pty.shows("shell-42");
    pty.press("exit\r");
    pty.ends();
}

#[test]
fn a_step_that_goes_on_behind_is_stopped_when_it_reads_and_fg_gives_it_the_terminal() {
    let folder = folder();
    let text = "echo step is up; sleep 0.3; read line; echo \"got $line\"";
    fs::write(folder.path().join("text"), text).expect("written");
    let mut pty = job_control_shell(&folder);
    pty.shows("prompt>");
    pty.press(&format!("{LEND} . bash \"$(cat text)\"\r"));
    pty.shows("step is up");
    pty.press("\x1a");
    pty.shows("Stopped");
    pty.press("clear; bg\r");
    pty.shows(" &");
    // It reads, and our own job is stopped for it, of which the shell tells at its next prompt.
    eventually("it is stopped", || is_stopped(pty.child.id()));
    pty.press("clear; fg\r");
    pty.shows(" . bash");
    pty.press("word\r");
    pty.shows("got word");
    pty.shows("0 left behind");
    pty.press("exit\r");
    pty.ends();
}

/// Whether the `lend` that `shell` put behind is stopped: its name, its state and its parent, as proc(5) has them.
fn is_stopped(shell: u32) -> bool {
    let entries = fs::read_dir("/proc").expect("it is there").flatten();
    let mut stats = entries.filter_map(|entry| fs::read_to_string(entry.path().join("stat")).ok());
    let stopped = format!("(lend) T {shell} ");
    stats.any(|stat| stat.contains(&stopped))
}

#[test]
fn ctrl_z_does_nothing_where_nobody_could_continue_us() {
    let folder = folder();
    let mut pty = start(lend(&folder, "echo up; read line; echo \"got $line\""));
    pty.shows("up");
    pty.press("\x1a");
    pty.press("word\r");
    pty.shows("got word");
    ends(&mut pty);
}

#[test]
fn a_shell_with_job_control_of_its_own_works_in_it() {
    let folder = folder();
    let mut pty = start(lend(
        &folder,
        "PS1='inner> ' bash --norc --noprofile --noediting -i",
    ));
    pty.shows("inner>");
    pty.press("sh -c 'echo is-$((1 + 1)); exec sleep 1000'\r");
    pty.shows("is-2");
    pty.press("\x1a");
    pty.shows("Stopped");
    // A job that bash has not seen end yet would keep it from leaving.
    pty.press("kill -KILL %1; disown -a; exit\r");
    pty.shows("left behind");
    ends(&mut pty);
}

#[test]
fn nothing_of_it_stays_at_the_terminal() {
    let folder = folder();
    let token = format!("{}5", 300_000 + std::process::id());
    let text = format!(
        "trap '' HUP TERM\nsleep {token} &\n(sleep {token} &)\nset -m; sleep {token} & set +m\necho up"
    );
    let mut pty = start(lend(&folder, &text));
    pty.shows("ended: Shell");
    pty.shows("0 left behind");
    ends(&mut pty);
    assert_eq!(alive(&token), 0);
}

#[test]
fn a_daemon_that_it_started_has_left_the_terminal_and_lives_until_the_run_ends() {
    let folder = folder();
    // The sixth field of `stat` is the session: before it is its own, the daemon still belongs to the terminal.
    let text = "setsid sleep 1000 > /dev/null 2>&1 < /dev/null &\n\
        until read -r _ _ _ _ _ session _ < /proc/$!/stat && [ \"$session\" = $! ]; do :; done\n\
        echo up";
    let mut pty = start(lend(&folder, text));
    pty.shows("1 left behind");
    ends(&mut pty);
}

#[test]
fn a_cancel_ends_the_whole_of_it_and_takes_the_terminal_back() {
    let folder = folder();
    let token = format!("{}6", 300_000 + std::process::id());
    let cancels = fifo(&folder, "cancels");
    let text = format!(
        "stty raw -echo\ntrap '' INT TERM HUP\nsetsid sleep {token} &\nsleep {token} &\necho up; sleep {token}; sleep {token}"
    );
    let mut command = lend(&folder, &text);
    command.env("LEND_CANCELS", &cancels);
    let mut pty = start(command);
    pty.shows("up");
    fs::write(&cancels, "1\n").expect("it listens");
    pty.shows("signal: Some(9)");
    ends(&mut pty);
    assert_eq!(alive(&token), 0);
}

#[test]
fn values_come_from_the_file_that_it_is_given() {
    let folder = folder();
    let text = "read -p 'what? ' line; echo \"a=$line\" > \"$STEPMARK_OUTPUT\"";
    let mut command = lend(&folder, text);
    command.arg("a");
    let mut pty = start(command);
    pty.shows("what?");
    pty.press("typed\r");
    pty.shows("captured: Some(Ok([Plain(\"typed\")]))");
    ends(&mut pty);
    let mut command = lend(&folder, "echo 1");
    command.arg("a");
    let mut pty = start(command);
    pty.shows("nothing was written to $STEPMARK_OUTPUT");
    ends(&mut pty);
}

#[test]
fn another_program_has_the_terminal_too() {
    let folder = folder();
    let mut command = Command::new(LEND);
    let text = "import sys; print(sys.stdin.isatty(), 'said', input('what? '))";
    command.arg(folder.path()).args(["python3", text]);
    let mut pty = start(command);
    pty.shows("what?");
    pty.press("it\r");
    pty.shows("True said it");
    ends(&mut pty);
}

#[test]
fn a_program_that_cannot_be_started_leaves_the_terminal_alone() {
    let folder = folder();
    let mut command = Command::new(LEND);
    command.arg(folder.path()).args(["no-such-program", "text"]);
    let mut pty = start(command);
    pty.shows("no-such-program was not found");
    ends(&mut pty);
}

#[test]
fn without_a_terminal_it_is_told_what_to_do() {
    let folder = folder();
    let mut command = Command::new("setsid");
    command
        .arg("--wait")
        .arg(LEND)
        .arg(folder.path())
        .args(["bash", "echo hello"]);
    Outcome::of(command).exits(0).says(&[
        "Unstartable",
        "needs a terminal, and this process has none",
        "ssh -t",
    ]);
}

#[test]
fn psql_asks_the_person() {
    let server = Server::new();
    let folder = folder();
    let mut command = Command::new(LEND);
    let text = "\\prompt 'which one? ' which\nselect 'it is ' || :'which';\n";
    command.arg(folder.path()).args(["psql", text]);
    command.env("PGHOST", server.cluster().socket_dir());
    command.env("PGPORT", server.cluster().port().to_string());
    command.env("PGUSER", "postgres").env("PGDATABASE", "shop");
    let mut pty = start(command);
    pty.shows("which one?");
    pty.press("seven\r");
    pty.shows("it is seven");
    ends(&mut pty);
}
