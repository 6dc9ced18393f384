//! Steps that get the terminal: the screen leaves it as it was, reads nothing meanwhile, and comes back clean.

use std::fs;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use stepmark_tests::{Home, Pty};

/// A runbook with one interactive step, and one behind it.
fn book(text: &str) -> String {
    format!(
        "# Hand over\n\n```bash {{name=talk interactive}}\n{text}\n```\n\n```bash {{name=after}}\ntouch went-on\n```\n"
    )
}

/// The binary on a terminal, with the step's button in sight.
fn open(home: &Home, text: &str) -> Pty {
    home.write("book.md", &book(text));
    let mut pty = Pty::start(home.command(&["run", "book.md"]), 24, 80);
    pty.shows("Nothing has run yet");
    pty.press("\r");
    pty.shows("[ Run ]");
    pty
}

/// The screen is there again, knows the mouse, and takes the next key; at the end the terminal is as it was.
#[track_caller]
fn goes_on(home: &Home, pty: &mut Pty) {
    pty.shows("it had the terminal");
    let (alternate, mouse, paste) = pty.look(|screen| {
        (
            screen.alternate_screen(),
            screen.mouse_protocol_mode(),
            screen.bracketed_paste(),
        )
    });
    assert!(alternate && paste);
    assert_ne!(mouse, vt100::MouseProtocolMode::None);
    press_until(pty, "\r", " 2/2 ");
    pty.press("qq");
    assert_eq!(pty.ends().code(), Some(0));
    assert!(pty.is_restored(), "the terminal is not as it was");
    assert!(home.path().join("went-on").exists());
    let journal = home.journal("book");
    let at = |kind: &str| journal.types().iter().position(|other| *other == kind);
    assert!(at("terminal_lent") < at("terminal_returned"));
    assert!(at("terminal_returned") < at("step_finished"));
}

/// Presses a key that starts work until the screen shows `text`: just after a loan it is taken for held down.
#[track_caller]
fn press_until(pty: &mut Pty, key: &str, text: &str) {
    for _ in 0..60 {
        pty.press(key);
        let until = Instant::now() + Duration::from_millis(500);
        while Instant::now() < until {
            if pty.contents().contains(text) {
                return;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }
    panic!("{key:?} never leads to {text:?}:\n{}", pty.contents());
}

fn said(home: &Home) -> String {
    fs::read_to_string(home.path().join("said")).expect("the step wrote it")
}

#[test]
fn a_step_reads_a_line_from_a_terminal_in_its_usual_mode() {
    let home = Home::new();
    let mut pty = open(
        &home,
        "stty -a | grep -ow -e '-*icanon' -e '-*echo' -e '-*isig' | xargs echo modes:\n\
         read -r line; echo \"you said $line\" | tee said; read -r line",
    );
    pty.press("\r");
    pty.shows("talk has the terminal");
    pty.shows("modes: isig icanon echo");
    assert!(!pty.look(vt100::Screen::alternate_screen));
    assert!(!pty.look(vt100::Screen::hide_cursor));
    pty.press("hello\r");
    pty.shows("you said hello");
    pty.press("\r");
    goes_on(&home, &mut pty);
    assert_eq!(said(&home), "you said hello\n");
}

#[test]
fn whatever_modes_a_step_leaves_behind_are_cleared_away() {
    let home = Home::new();
    let mut pty = open(
        &home,
        "stty raw -echo\n\
         printf '\\e[?1049h\\e[?1003h\\e[?1006h\\e[?2004h\\e[?25l\\e]0;gone\\a\\e[2;5r\\e[31;7m\\e[?1h\\e=\\e[4h'",
    );
    pty.press("\r");
    goes_on(&home, &mut pty);
    pty.shows("2 of 2 steps are done");
    let (column, row) = {
        let (column, row) = pty.find("2 of 2 steps");
        (column, row)
    };
    let (colour, inverse) = pty.look(|screen| {
        let cell = screen.cell(row, column).expect("it is on screen");
        (cell.fgcolor(), cell.inverse())
    });
    assert_eq!((colour, inverse), (vt100::Color::Default, false));
}

#[test]
fn a_second_loan_is_as_good_as_the_first() {
    let home = Home::new();
    let mut pty = open(
        &home,
        "test -e once || { touch once; exit 3; }; echo re\\ady; read -r line",
    );
    pty.press("\r");
    pty.shows("talk failed");
    press_until(&mut pty, "r", "ready");
    pty.press("\r");
    goes_on(&home, &mut pty);
}

#[test]
fn keys_typed_before_the_terminal_is_lent_do_not_reach_the_step() {
    let home = Home::new();
    let mut pty = open(&home, "echo re\\ady; read -r line; echo \"$line\" > said");
    pty.press("\rzz\r");
    pty.shows("ready");
    pty.press("late\r");
    goes_on(&home, &mut pty);
    assert_eq!(said(&home), "late\n");
}

#[test]
fn the_terminal_is_lent_only_when_a_key_that_was_sent_by_half_is_whole() {
    let home = Home::new();
    let fifo = home.path().join("fifo");
    rustix::fs::mkfifoat(rustix::fs::CWD, &fifo, rustix::fs::Mode::from(0o600)).expect("a fifo");
    let talk = book("echo re\\ady; read -r line; echo \"$line\" > said");
    home.write(
        "book.md",
        &format!("```bash {{name=first}}\nread -r line < fifo\n```\n\n{talk}"),
    );
    let mut pty = Pty::start(home.command(&["run", "book.md"]), 24, 80);
    pty.shows("Nothing has run yet");
    pty.press("\r");
    pty.shows("[ Run ]");
    pty.press("a");
    home.when_started("book", 1);
    pty.shows("[ Cancel ]");
    pty.press("\x1b[");
    fs::write(fifo, "go on\n").expect("the step reads");
    pty.shows("press any key");
    assert_eq!(pty.contents().matches("ready").count(), 0);
    pty.press("A");
    pty.shows("ready");
    pty.press("whole\r");
    pty.shows(" 3/3 ");
    assert_eq!(said(&home), "whole\n");
    pty.press("qq");
    assert_eq!(pty.ends().code(), Some(0));
    assert!(pty.is_restored());
}

#[test]
fn control_c_goes_to_the_step_and_not_to_us() {
    let home = Home::new();
    let mut pty = open(
        &home,
        "trap 'exit 3' INT; echo re\\ady; while :; do :; done",
    );
    pty.press("\r");
    pty.shows("ready");
    pty.press("\x03");
    pty.shows("talk failed");
    pty.press("qq");
    assert_eq!(pty.ends().code(), Some(1));
    assert!(pty.is_restored());
    let journal = home.journal("book");
    assert_eq!(journal.outcome("talk")["failure"]["code"], 3);
    assert_eq!(journal.of("stop_requested").count(), 0);
}

#[test]
fn control_z_where_nobody_could_continue_us_lets_the_step_go_on() {
    let home = Home::new();
    let mut pty = open(&home, "echo re\\ady; read -r line; echo \"$line\" > said");
    pty.press("\r");
    pty.shows("ready");
    pty.press("\x1a");
    pty.shows("^Z");
    pty.press("on\r");
    goes_on(&home, &mut pty);
    assert_eq!(said(&home), "on\n");
}

#[test]
fn control_z_stops_our_whole_job_and_fg_continues_it() {
    let home = Home::new();
    home.write(
        "book.md",
        &book("echo re\\ady; until read -r -t 0.2 line; do echo tick; done; echo \"$line\" > said"),
    );
    let mut pty = Pty::job_control_shell(&home, 24, 80);
    pty.press("\"$STEPMARK\" run book.md\r");
    pty.shows("Nothing has run yet");
    pty.press("\r");
    pty.shows("[ Run ]");
    pty.press("\r");
    pty.shows("ready");
    pty.press("\x1a");
    pty.shows("Stopped");
    pty.press("fg\r");
    pty.shows("run book.md\ntick");
    pty.press("on\r");
    pty.shows("it had the terminal");
    press_until(&mut pty, "\r", " 2/2 ");
    pty.press("qq");
    pty.shows("2 of 2 steps are done");
    pty.press("stty -a | grep -ow -e '-*icanon' -e '-*isig' | xargs echo modes:\r");
    pty.shows("modes: isig icanon");
    pty.press("exit\r");
    pty.ends();
    assert_eq!(said(&home), "on\n");
}

#[test]
fn a_signal_ends_the_step_that_has_the_terminal_and_restores_it() {
    let home = Home::new();
    let mut pty = open(&home, "stty raw -echo; echo re\\ady; sleep 1000");
    pty.press("\r");
    pty.shows("ready");
    kill_process(Pid::from_child(&pty.child), Signal::TERM).expect("our child");
    assert_eq!(pty.ends().code(), Some(4));
    assert!(pty.is_restored(), "the terminal is not as it was");
    let journal = home.journal("book");
    assert_eq!(journal.types().last(), Some(&"run_paused"));
    assert_eq!(journal.of("terminal_returned").count(), 1);
}
