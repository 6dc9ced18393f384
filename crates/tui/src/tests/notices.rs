//! Why something was not done is said, until the next key.

use crossterm::event::KeyCode;
use stepmark_core::ConnectionName;
use stepmark_core::runner::{Command, Notice, Refusal};

use super::fixture::Play;

fn said(play: &Play) -> Option<&str> {
    play.screen.notice.as_ref().map(|(_, text)| text.as_str())
}

#[test]
fn a_step_whose_needs_are_missing_says_which() {
    let mut play = Play::begun(80, 24);
    play.press(KeyCode::Down);
    play.press(KeyCode::Enter);
    assert_eq!(
        said(&play),
        Some("step begin needs free-space (pending) first; press again to run free-space")
    );
    assert_eq!(play.sent, []);
    play.press(KeyCode::Down);
    assert_eq!(said(&play), None);
}

#[test]
fn a_refusal_is_said_once() {
    let mut play = Play::begun(80, 24);
    play.notice(Notice::Refused(Some(Command::RunOn), Refusal::Busy));
    assert_eq!(said(&play), Some(Refusal::Busy.message().as_str()));
    play.press(KeyCode::Left);
    let news = crate::News {
        glimpse: play.screen.glimpse.clone(),
        ..crate::News::default()
    };
    play.hear(news);
    assert_eq!(
        said(&play),
        None,
        "the same notice came again with the next news"
    );
}

#[test]
fn a_lost_session_is_said() {
    let mut play = Play::begun(80, 24);
    let name = ConnectionName::default();
    play.notice(Notice::Lost(name, "terminated by administrator".to_owned()));
    let expected = "the session of default was lost, with what steps had SET in it: terminated by administrator";
    assert_eq!(said(&play), Some(expected));
}

#[test]
fn a_disk_that_keeps_no_space_for_outcomes_is_said() {
    let mut play = Play::begun(80, 24);
    play.notice(Notice::Unreserved("Operation not supported".to_owned()));
    let expected = "no space can be kept for outcomes (Operation not supported): should the disk be full, what came of a step cannot be recorded";
    assert_eq!(said(&play), Some(expected));
}

#[test]
fn required_steps_are_not_skipped() {
    let mut play = Play::begun(80, 24);
    play.press(KeyCode::End);
    play.press(KeyCode::Up);
    play.press(KeyCode::Up);
    assert_eq!(play.screen.selected, Some(play.step("validate")));
    play.press(KeyCode::Char('s'));
    let expected = "step validate is required and cannot be skipped";
    assert_eq!(said(&play), Some(expected));
    assert!(play.screen.dialog.is_none());
}

#[test]
fn skip_and_note_send_what_was_typed() {
    let mut play = Play::begun(80, 24);
    play.press(KeyCode::Char('s'));
    play.keys("done by hand, q a r");
    play.press(KeyCode::Enter);
    play.press(KeyCode::Char('n'));
    play.tell(crate::message::Message::Paste(
        "two\nlines\u{1b}[2J".to_owned(),
    ));
    play.press(KeyCode::Enter);
    let step = play.step("free-space");
    let expected = [
        Command::Skip {
            step,
            reason: "done by hand, q a r".to_owned(),
        },
        Command::Note {
            step: Some(step),
            text: "two lines[2J".to_owned(),
        },
    ];
    assert_eq!(play.sent, expected);
}
