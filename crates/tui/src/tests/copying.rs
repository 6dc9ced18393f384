//! Copying: what is copied from where, and what is said of it.

use crossterm::event::KeyCode;
use stepmark_core::record::TransactionStatus::Idle;

use super::fixture::{Play, exit, sql};
use super::watching;
use crate::copying::{self, Places, Source};
use crate::message::Message;
use crate::{Clipboard, Settings};

fn text(play: &Play) -> Result<String, String> {
    copying::text(play.copied.last().unwrap(), &play.lines)
}

#[test]
fn y_copies_the_text_of_the_selected_step_as_it_runs() {
    let mut play = Play::begun(80, 24);
    play.press(KeyCode::Down);
    play.press(KeyCode::Char('y'));
    assert_eq!(play.copied[0].what, "the text of begin");
    assert_eq!(
        text(&play).unwrap(),
        "BEGIN;\nSET LOCAL lock_timeout = '2s';\n"
    );
}

#[test]
fn y_copies_the_output_where_that_has_the_keys_without_escapes() {
    let mut play = Play::begun(80, 24);
    play.press(KeyCode::Enter);
    play.carry();
    play.print(
        "free-space",
        1,
        &["\u{1b}[32mgreen\u{1b}[0m", "a\u{7}b\u{1b}]52;c;eA==\u{7}"],
    );
    play.draw();
    play.press(KeyCode::BackTab);
    play.press(KeyCode::Char('y'));
    assert_eq!(text(&play).unwrap(), "green\nab\n");
    play.press(KeyCode::Tab);
    play.press(KeyCode::Char('o'));
    play.press(KeyCode::Char('y'));
    assert_eq!(play.copied[1].name, "output-free-space");
}

#[test]
fn who_is_in_the_way_is_copied_whole() {
    let mut play = watching::blocked(Settings::default(), 80, 24);
    play.press(KeyCode::Char('b'));
    play.press(KeyCode::Char('y'));
    let text = text(&play).unwrap();
    assert!(text.contains("pid 4712, which blocks default"), "{text}");
    assert!(
        text.contains("pid 4713"),
        "also what is scrolled away: {text}"
    );
    let button = play.find("[ Copy (y) ]").expect("a button");
    play.click(button);
    assert_eq!(play.copied[0], play.copied[1]);
    play.press(KeyCode::Char('q'));
    assert!(play.screen.dialog.is_none(), "q closes what only tells");
}

#[test]
fn a_dialog_that_asks_has_nothing_to_copy_and_y_is_its_own() {
    let mut play = Play::begun(80, 24);
    play.press(KeyCode::Char('?'));
    play.press(KeyCode::Char('y'));
    assert_eq!(play.copied, []);
    assert!(play.screen.dialog.is_some());
}

#[test]
fn an_output_that_is_too_long_is_named_where_it_stands() {
    let mut play = Play::begun(80, 24);
    play.press(KeyCode::Enter);
    play.carry();
    let line = "x".repeat(1_000);
    play.print("free-space", 1, &vec![line.as_str(); 2_000]);
    play.draw();
    play.press(KeyCode::BackTab);
    play.press(KeyCode::Char('y'));
    let why = text(&play).unwrap_err();
    assert!(why.contains("too long to copy"), "{why}");
    let Source::Output(id, _) = play.copied[0].source.clone() else {
        panic!("an output")
    };
    play.copied[0].source = Source::Output(id, Some("/runs/1/outputs/2-free-space".to_owned()));
    let why = text(&play).unwrap_err();
    assert!(
        why.ends_with("it stands in /runs/1/outputs/2-free-space"),
        "{why}"
    );
}

#[test]
fn where_there_is_nothing_to_copy_that_is_said() {
    let mut play = Play::begun(80, 24);
    play.press(KeyCode::BackTab);
    play.press(KeyCode::Char('y'));
    assert_eq!(play.copied, []);
    assert!(
        play.text()
            .contains("nothing was printed that could be copied")
    );
    play.run(exit(0));
    play.press(KeyCode::Char('y'));
    assert!(text(&play).unwrap_err().contains("is empty"));
}

#[test]
fn what_became_of_it_is_said_and_a_path_keeps_its_end() {
    let mut play = Play::begun(80, 24);
    play.run(exit(0));
    play.run(sql("BEGIN", Idle));
    play.press(KeyCode::Char('y'));
    let copying = play.copied[0].clone();
    let path = format!(
        "/home/mira/.local/state/stepmark/{}/copied-step-begin.txt",
        "r".repeat(40)
    );
    let places = Places::of(10, Clipboard::TerminalAndFile);
    let outcome = copying::outcome(&copying, "a\nb\n", places, Some(Ok(path)));
    play.tell(Message::Copied(outcome));
    let text = play.text();
    assert!(text.contains(" copied the text of add-column"), "{text}");
    assert!(text.contains("/copied-step-begin.txt"), "{text}");
    let places = Places::of(10, Clipboard::File);
    let outcome = copying::outcome(&copying, "a\n", places, Some(Err("disk full".to_owned())));
    assert_eq!(
        outcome,
        Err("the text of add-column was not copied: disk full".to_owned())
    );
}
