//! What can happen to the terminal under a run: it is suspended, stopped, resized, and a thread of ours panics. The terminal
//! is as it was afterwards, and the run is recorded and can be taken up. What a closed one does is in `gone_terminal.rs`.

use std::fs;
use std::process::Command;

use stepmark_tests::{Home, Pty};

const BOOK: &str =
    "# Two\n\n```bash {name=one}\necho one\n```\n\n```bash {name=two}\necho two\n```\n";
const STUCK: &str =
    "# Stuck\n\n```bash {name=stuck}\nmkfifo held; echo waiting; read line < held\n```\n";

/// A shell with job control in which `$STEPMARK` is the binary.
fn shell(home: &Home) -> Pty {
    let mut pty = Pty::job_control_shell(home, 120, 160);
    pty.press("stty -a > before; echo noted\n");
    pty.shows("\nnoted");
    pty.asks("prompt>");
    pty
}

/// Ends the shell, in which the terminal's modes are what they were.
#[track_caller]
fn leaves_modes_alone(home: &Home, pty: &mut Pty) {
    pty.answer("prompt>", "stty -a > after; echo com\\pared\n");
    pty.shows("compared");
    let modes = |name: &str| fs::read_to_string(home.path().join(name)).expect("stty wrote it");
    assert_eq!(modes("before"), modes("after"));
    pty.press("exit\n");
    pty.ends();
}

#[test]
fn lines_are_asked_again_after_control_z_and_fg() {
    let home = Home::new();
    home.write("book.md", BOOK);
    let mut pty = shell(&home);
    pty.press("\"$STEPMARK\" run book.md --plain\n");
    pty.asks("answer:");
    pty.press("\x1a");
    pty.shows("Stopped");
    pty.asks("prompt>");
    // What another program does to the modes is not ours to live with.
    pty.press("stty intr ^T; fg\n");
    pty.asks("answer:");
    pty.press("\x03");
    pty.shows("Leave? The run stays resumable.");
    pty.answer("answer:", "1\n");
    pty.answer("answer:", "2\n");
    pty.shows("Every step is done");
    pty.answer("answer:", "9\n");
    pty.shows("succeeded: 2 of 2 steps are done");
    pty.answer("prompt>", "stty intr ^C\n");
    leaves_modes_alone(&home, &mut pty);
}

#[test]
fn a_step_goes_on_while_we_are_suspended_and_its_outcome_is_told_after_fg() {
    let home = Home::new();
    home.write("book.md", STUCK);
    let mut pty = shell(&home);
    pty.press("\"$STEPMARK\" run book.md --plain\n");
    pty.answer("answer:", "1\n");
    pty.shows("  waiting");
    pty.press("\x1a");
    pty.shows("Stopped");
    fs::write(home.path().join("held"), "go\n").expect("the step reads it");
    pty.asks("prompt>");
    pty.press("fg\n");
    pty.shows("  done, ");
    pty.answer("answer:", "9\n");
    leaves_modes_alone(&home, &mut pty);
    assert_eq!(home.journal("book").types().last(), Some(&"run_finished"));
}

#[test]
fn the_screen_is_drawn_again_each_time_after_control_z_and_fg() {
    let home = Home::new();
    home.write("book.md", BOOK);
    let mut pty = shell(&home);
    pty.press("\"$STEPMARK\" run book.md\n");
    pty.shows("Nothing has run yet");
    pty.press("\r");
    pty.shows("[ Run ]");
    for _ in 0..2 {
        pty.press("\x1a");
        pty.asks("prompt>");
        pty.press("fg\n");
        pty.shows("[ Run ]");
    }
    pty.press("\r");
    pty.shows("✓ one");
    pty.press("qq");
    pty.shows("stopped before the end; 1 of 2 steps are done");
    // What stood there before is not written over.
    pty.shows("noted");
    pty.shows("stepmark is suspended; fg comes back to it");
    leaves_modes_alone(&home, &mut pty);
}

#[test]
fn a_stop_from_outside_is_survived_by_the_screen() {
    let home = Home::new();
    home.write("book.md", BOOK);
    let mut pty = shell(&home);
    pty.press("\"$STEPMARK\" run book.md\n");
    pty.shows("Nothing has run yet");
    pty.press("\r");
    pty.shows("[ Run ]");
    let children = Command::new("pkill")
        .args(["-STOP", "-x", "-P", &pty.child.id().to_string(), "stepmark"])
        .status()
        .expect("procps is there");
    assert!(children.success());
    pty.shows("Stopped");
    pty.shows("prompt>");
    pty.press("fg\n");
    pty.hides("Stopped");
    pty.shows("[ Run ]");
    pty.press("\r");
    pty.shows("✓ one");
    pty.press("qq");
    pty.shows("stopped before the end; 1 of 2 steps are done");
    leaves_modes_alone(&home, &mut pty);
}

/// Has whoever tells a run panic, and looks at what is left.
fn panics(arguments: &[&str], until: impl Fn(&mut Pty), wake: &str) {
    let home = Home::new();
    home.write("book.md", STUCK);
    let drill = home.path().join("drill");
    let mut command = home.command(arguments);
    command.env("STEPMARK_DRILL_PANIC", &drill);
    let mut pty = Pty::start(command, 60, 160);
    until(&mut pty);
    home.when_started("book", 1);
    fs::write(&drill, "").expect("ours");
    pty.press(wake);
    assert_eq!(pty.ends().code(), Some(70));
    assert!(pty.is_restored(), "the terminal is not as it was");
    pty.shows("this is a bug of ours");
    let journal = home.journal("book");
    assert_eq!(journal.outcome("stuck")["failure"]["cause"], "cancelled");
    assert_eq!(journal.types().last(), Some(&"run_paused"));
    home.stepmark(&["verify", "last"]).exits(0);
}

#[test]
fn a_panic_gives_the_terminal_back_and_puts_the_run_down() {
    let on_screen = |pty: &mut Pty| {
        pty.shows("Nothing has run yet");
        pty.press("\r");
        pty.shows("[ Run ]");
        pty.press("\r");
        pty.shows("waiting");
    };
    panics(&["run", "book.md"], on_screen, "nx\r");
    let in_lines = |pty: &mut Pty| {
        pty.answer("answer:", "1\n");
        pty.shows("  waiting");
    };
    panics(&["run", "book.md", "--plain"], in_lines, "b\n");
}

#[test]
fn a_storm_of_sizes_is_nothing_to_lines() {
    let home = Home::new();
    home.write("book.md", BOOK);
    let mut pty = Pty::start(home.command(&["run", "book.md", "--plain"]), 60, 160);
    pty.asks("answer:");
    for round in 1..200_u16 {
        pty.resize(1 + round % 50, 1 + round * 7 % 160);
    }
    pty.resize(60, 160);
    pty.press("2\n");
    pty.shows("Every step is done");
    pty.answer("answer:", "9\n");
    assert_eq!(pty.ends().code(), Some(0));
    assert!(pty.is_restored());
}
