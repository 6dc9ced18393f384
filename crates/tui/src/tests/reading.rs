//! What one reads stays where it is, whatever the run does meanwhile; and what is not seen does not run.

use crossterm::event::{KeyCode, MouseEventKind};
use ratatui::layout::Position;
use stepmark_core::record::TransactionStatus::Idle;

use super::fixture::{Play, exit, sql};

/// The rows of the page.
fn page(play: &mut Play) -> Vec<String> {
    let text = play.text();
    let rows = text.lines().skip(3).take(11);
    rows.map(|row| row.chars().skip(27).collect()).collect()
}

#[test]
fn a_record_moves_nothing_that_is_being_read() {
    let mut play = Play::begun(80, 24);
    play.press(KeyCode::Enter);
    play.carry();
    play.mouse(MouseEventKind::ScrollDown, Position::new(50, 6));
    let before = page(&mut play);
    play.end(exit(0));
    play.shown();
    assert_eq!(play.screen.selected, Some(play.step("begin")));
    let after = page(&mut play);
    let same = before
        .iter()
        .zip(&after)
        .filter(|(one, other)| one == other)
        .count();
    assert!(same + 3 >= before.len(), "{before:#?}\n{after:#?}");
    let first = before.iter().find(|row| row.len() > 20).unwrap();
    assert_eq!(
        after.iter().position(|row| row == first),
        before.iter().position(|row| row == first)
    );
}

#[test]
fn a_step_that_was_scrolled_out_of_sight_is_shown_before_it_runs() {
    let mut play = Play::begun(80, 24);
    play.press(KeyCode::Tab);
    play.press(KeyCode::End);
    let before = page(&mut play);
    play.press(KeyCode::Enter);
    assert_eq!(play.sent, []);
    assert_ne!(page(&mut play), before);
    let text = play.text();
    assert!(text.contains("free-space was out of sight"), "{text}");
    play.press(KeyCode::Enter);
    assert_eq!(play.sent, [], "held down, it is the same key");
    play.wait(1);
    play.press(KeyCode::Enter);
    assert_eq!(play.sent.len(), 1);
}

#[test]
fn choosing_a_step_or_running_one_ends_reading() {
    let mut play = Play::begun(80, 24);
    play.press(KeyCode::Tab);
    play.press(KeyCode::PageDown);
    assert!(play.screen.reading);
    play.press(KeyCode::Tab);
    play.press(KeyCode::Tab);
    play.press(KeyCode::Down);
    assert!(!play.screen.reading);
    play.press(KeyCode::Up);
    play.run(exit(0));
    play.run(sql("BEGIN", Idle));
    assert!(play.text().contains("\u{258c} \u{25cb} add-column"));
}
