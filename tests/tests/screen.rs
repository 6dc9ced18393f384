//! The screen of the real program: mouse alone, copies, searching, and a run read again.

use std::process::Command;

use stepmark_tests::{Home, Pty};

const BOOK: &str = "# Book\n\n```bash {name=one}\nseq 1 3000\n```\n\n\
                    ```bash {name=two}\necho second\n```\n\n```bash {name=three}\nexit 3\n```\n";

fn opened(command: Command) -> Pty {
    let mut pty = Pty::start(command, 30, 100);
    pty.shows("Nothing has run yet");
    pty.press("\r");
    pty.shows("[ Run ]");
    pty
}

fn book() -> Home {
    let home = Home::new();
    home.write("book.md", BOOK);
    home
}

fn click(pty: &mut Pty, text: &str) {
    let (column, row) = pty.find(text);
    pty.click(column, row);
}

#[test]
fn a_mouse_alone_begins_runs_looks_around_and_leaves() {
    let home = book();
    let mut pty = Pty::start(home.command(&["run", "book.md"]), 30, 100);
    pty.shows("[ Begin (Enter) ]");
    click(&mut pty, "[ Begin (Enter) ]");
    pty.shows("[ Run ]");
    click(&mut pty, "[ Run ]");
    pty.shows("done in");
    click(&mut pty, "? help");
    pty.shows("[ Close (Esc) ]");
    click(&mut pty, "which step needs which");
    pty.shows("Enter show the step");
    click(&mut pty, "three \u{b7} bash");
    click(&mut pty, "Enter show the step");
    pty.hides("Which step needs which");
    pty.shows("needs two");
    let (column, row) = pty.find("\u{251c}\u{2500}");
    pty.drag((column, row - 3), (column + 20, row - 3));
    pty.shows(&format!("{}\u{2500}\u{252c}", "\u{2500}".repeat(20)));
    click(&mut pty, "q leave");
    pty.shows("[ Back (Esc) ]");
    click(&mut pty, "[ Leave (q) ]");
    assert_eq!(pty.ends().code(), Some(4));
    assert!(pty.is_restored());
}

#[test]
fn a_copy_goes_to_the_clipboard_and_inside_tmux_into_a_file_too() {
    let home = book();
    let mut command = home.command(&["run", "book.md"]);
    command.env("TMUX", "/tmp/tmux-0/default,1,0");
    let mut pty = opened(command);
    pty.press("y");
    pty.shows("copied the text of one");
    // "seq 1 3000\n"
    assert_eq!(pty.clipboard().as_deref(), Some("c2VxIDEgMzAwMAo="));
    let run = home.runs("book").pop().expect("a run");
    let file = run.join("copied-step-one.txt");
    assert_eq!(
        std::fs::read_to_string(file).expect("a file"),
        "seq 1 3000\n"
    );
    pty.press("qq");
    pty.ends();
    home.stepmark(&["verify", "last"]).exits(0);
}

#[test]
fn a_terminal_of_its_own_gets_no_file() {
    let home = book();
    let mut pty = opened(home.command(&["run", "book.md"]));
    pty.press("\r");
    pty.shows("3000 lines");
    pty.press("o");
    pty.shows("o back");
    pty.press("y");
    pty.shows("copied the output of one (3000 lines) to the terminal's clipboard");
    assert!(
        pty.clipboard()
            .expect("it was put there")
            .starts_with("MQoyCjMK")
    );
    pty.press("qq");
    pty.ends();
    let run = home.runs("book").pop().expect("a run");
    assert!(!run.join("copied-output-one.txt").exists());
}

#[test]
fn an_output_is_searched() {
    let home = book();
    let mut pty = opened(home.command(&["run", "book.md"]));
    pty.press("\r");
    pty.shows("3000 lines");
    pty.press("o/777\r");
    pty.shows("/777: line 777");
    pty.press("n");
    pty.shows("/777: line 1777");
    pty.press("\x1b");
    pty.hides("/777");
    pty.press("qq");
    pty.ends();
    assert!(pty.is_restored());
}

#[test]
fn a_run_is_read_again_record_by_record() {
    let home = book();
    home.stepmark(&["run", "book.md"]).exits(1);
    let mut pty = Pty::start(home.command(&["show", "last"]), 30, 100);
    pty.shows("run put down");
    pty.press("[");
    pty.shows("three failed");
    pty.press("[");
    pty.shows("two done");
    pty.shows("second");
    pty.press("a");
    pty.shows("it is only read");
    pty.press("{");
    pty.shows("record 1 of");
    pty.press("}");
    pty.shows("run put down");
    pty.press("q");
    assert_eq!(pty.ends().code(), Some(0));
    assert!(pty.is_restored());
}
