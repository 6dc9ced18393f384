//! Inside tmux and GNU screen: the mouse works, what is copied goes into a file too, since neither passes it on unless it is
//! set up to, and the end of the multiplexer puts the run down. Says so where one of them is not installed.

use std::fs;
use std::process::{Command, Stdio};

use stepmark_tests::{Home, Pty, eventually, not_tested};

const BOOK: &str =
    "# Two\n\n```bash {name=one}\necho one\n```\n\n```bash {name=two}\necho two\n```\n";
const STUCK: &str =
    "# Stuck\n\n```bash {name=stuck}\nmkfifo held; echo waiting; read line < held\n```\n";

/// A terminal within a terminal.
#[derive(Clone, Copy)]
enum Multiplexer {
    Tmux,
    Screen,
}

use Multiplexer::{Screen, Tmux};

impl Multiplexer {
    /// Itself with a server and settings of `home`'s own.
    fn command(self, home: &Home) -> Command {
        let mut command = home.program(match self {
            Tmux => "tmux",
            Screen => "screen",
        });
        let sockets = home.path().join("sockets");
        command
            .env("SYSSCREENRC", "/dev/null")
            .env("SCREENRC", "/dev/null")
            .env("SCREENDIR", sockets);
        if let Tmux = self {
            command.args(["-f", "/dev/null", "-S", "socket"]);
        }
        command
    }

    /// A terminal in which it runs `line` in its only window; none, and a word about it, where it is not installed.
    fn runs(self, home: &Home, line: &str) -> Option<Pty> {
        let mut command = self.command(home);
        match self {
            Tmux => command.args(["new-session", line]),
            Screen => command.args(["-U", "-S", "only", "sh", "-c", line]),
        };
        let mut version = Command::new(command.get_program());
        version.arg(match self {
            Tmux => "-V",
            Screen => "-v",
        });
        if version.stdout(Stdio::null()).status().is_err() {
            let name = command.get_program().display();
            not_tested(&format!("inside {name}; it is not installed"));
            return None;
        }
        Some(Pty::start(command, 30, 110))
    }

    /// Ends it and all windows.
    fn ends(self, home: &Home) {
        let mut command = self.command(home);
        match self {
            Tmux => command.arg("kill-server"),
            Screen => command.args(["-S", "only", "-X", "quit"]),
        };
        assert!(command.status().expect("it was there").success());
    }
}

#[track_caller]
fn copies_by_mouse_and_keys(multiplexer: Multiplexer) {
    let home = Home::new();
    home.write("book.md", BOOK);
    let line = "\"$STEPMARK\" run book.md; echo code $?; cat";
    let Some(mut pty) = multiplexer.runs(&home, line) else {
        return;
    };
    pty.shows("Nothing has run yet");
    pty.press("\r");
    pty.shows("[ Run ]");
    let (column, row) = pty.find("[ Run ]");
    pty.click(column + 2, row);
    pty.shows("✓ one");
    pty.press("y");
    pty.shows("copied-step-two.txt");
    let run = home.journal("book").directory;
    let copied = fs::read_to_string(run.join("copied-step-two.txt")).expect("a copy");
    assert_eq!(copied.trim_end(), "echo two");
    pty.press("qq");
    pty.shows("code 4");
    pty.press("\x04");
    pty.ends();
    assert_eq!(home.journal("book").started(), ["one"]);
}

#[track_caller]
fn goes_down_with_it(multiplexer: Multiplexer) {
    let home = Home::new();
    home.write("book.md", STUCK);
    let line = "exec \"$STEPMARK\" run book.md --plain";
    let Some(mut pty) = multiplexer.runs(&home, line) else {
        return;
    };
    pty.shows("[1] run");
    pty.press("1\n");
    pty.shows("  waiting");
    multiplexer.ends(&home);
    pty.ends();
    let journal = || home.journal("book");
    eventually("the run is put down", || {
        journal().types().last() == Some(&"run_paused")
    });
    assert_eq!(journal().outcome("stuck")["failure"]["cause"], "cancelled");
}

#[test]
fn inside_tmux_the_mouse_works_and_what_is_copied_goes_into_a_file_too() {
    copies_by_mouse_and_keys(Tmux);
}

#[test]
fn inside_screen_the_mouse_works_and_what_is_copied_goes_into_a_file_too() {
    copies_by_mouse_and_keys(Screen);
}

#[test]
fn the_end_of_tmux_puts_the_run_down() {
    goes_down_with_it(Tmux);
}

#[test]
fn the_end_of_screen_puts_the_run_down() {
    goes_down_with_it(Screen);
}
