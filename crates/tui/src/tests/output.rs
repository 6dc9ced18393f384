//! The output pane reads its window and nothing else, and shows what a naive one would.

use crossterm::event::KeyCode;
use proptest::prelude::*;

use super::fixture::{Play, exit};
use crate::layout::Geometry;
use crate::output_view::OutputView;

proptest! {
    #[test]
    fn window_is_what_a_slice_of_all_rows_would_be(
        lines in 0_u64..60,
        outcome in 0_u64..6,
        height in 0_u64..30,
        moves in prop::collection::vec((any::<bool>(), 1_u64..40), 0..12),
    ) {
        let rows = lines + outcome;
        let last = rows.saturating_sub(height);
        let mut view = OutputView { lines, ..OutputView::default() };
        let mut naive = last;
        for (down, count) in moves {
            if down {
                view.down(count, rows, height);
                naive = (naive + count).min(last);
            } else {
                view.up(count, rows, height);
                naive = naive.saturating_sub(count);
            }
            let first = view.first_row(rows, height);
            prop_assert_eq!(first, naive);
            let all: Vec<u64> = (0..rows).collect();
            let end = (naive + height).min(rows);
            let shown = &all[naive as usize..end as usize];
            let expected: Vec<u64> = shown.iter().copied().filter(|row| *row < lines).collect();
            let range = OutputView::visible(first, height, lines);
            prop_assert_eq!(range.collect::<Vec<u64>>(), expected);
        }
    }
}

fn printed(count: usize) -> Play {
    let mut play = Play::begun(80, 24);
    let lines: Vec<String> = (0..count).map(|n| format!("line {n}")).collect();
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    play.press(KeyCode::Enter);
    play.carry();
    play.print("free-space", 1, &lines);
    play.draw();
    play
}

#[test]
fn only_the_window_is_read_of_a_million_lines() {
    let mut play = printed(1_000_000);
    play.lines.asked.lock().unwrap().clear();
    play.draw();
    let height = u64::from(Geometry::of(&play.screen).output.height);
    let expected = 1_000_000 - height..1_000_000;
    assert_eq!(*play.lines.asked.lock().unwrap(), [expected]);
}

#[test]
fn scrolling_up_stops_following_and_the_end_starts_it_again() {
    let mut play = printed(100);
    play.press(KeyCode::BackTab);
    play.press(KeyCode::PageUp);
    let before = play.text();
    play.print("free-space", 1, &["something new"]);
    let after = play.text();
    assert!(before.contains("line 90") && after.contains("line 90"));
    assert!(!after.contains("something new"));
    play.press(KeyCode::End);
    assert!(play.text().contains("something new"));
}

#[test]
fn an_outcome_does_not_move_what_is_being_read() {
    let mut play = printed(100);
    play.press(KeyCode::BackTab);
    play.press(KeyCode::Home);
    let rows = |text: String| {
        let rows: Vec<String> = text.lines().map(str::to_owned).collect();
        rows[15..22].to_vec()
    };
    let before = rows(play.text());
    play.end(exit(3));
    assert_eq!(rows(play.text()), before);
    assert!(before[0].contains("line 0"));
}

#[test]
fn wide_lines_scroll_sideways_without_splitting_characters() {
    let mut play = Play::begun(80, 24);
    play.press(KeyCode::Enter);
    play.carry();
    play.print(
        "free-space",
        1,
        &["1234567\u{4e16}\u{754c} tail", &"x".repeat(200)],
    );
    play.press(KeyCode::BackTab);
    play.draw();
    play.press(KeyCode::Right);
    assert!(
        play.text().contains("\u{2502}\u{2039} \u{754c} tail"),
        "{}",
        play.text()
    );
    play.press(KeyCode::Left);
    assert!(play.text().contains("1234567\u{4e16}"));
}

#[test]
fn a_line_that_goes_on_says_so_at_that_end() {
    let mut play = printed(0);
    play.print("free-space", 1, &["short", &"x".repeat(100)]);
    let ends = |play: &mut Play| {
        let text = play.text();
        let row = text.lines().find(|line| line.contains("xxxx")).unwrap();
        let row: Vec<char> = row.chars().collect();
        (row[25], row[79])
    };
    play.press(KeyCode::BackTab);
    assert_eq!(ends(&mut play), (' ', '\u{203a}'));
    play.press(KeyCode::Right);
    assert_eq!(ends(&mut play), ('\u{2039}', '\u{203a}'));
    for _ in 0..8 {
        play.press(KeyCode::Right);
    }
    let text = play.text();
    let row = text.lines().find(|line| line.contains("xxxx")).unwrap();
    assert_eq!(row.chars().nth(25), Some('\u{2039}'));
    assert!(!row.contains('\u{203a}'), "the line ends in sight: {row}");
}

#[test]
fn no_control_byte_reaches_a_cell() {
    let mut play = Play::begun(80, 24);
    let nasty: String = (0..0x300).filter_map(char::from_u32).collect();
    play.press(KeyCode::Enter);
    play.carry();
    play.print(
        "free-space",
        1,
        &[&nasty, "\u{1b}]0;title\u{7}after \u{202e}evil"],
    );
    for _ in 0..30 {
        let buffer = play.draw();
        for cell in buffer.content() {
            assert!(!cell.symbol().chars().any(char::is_control));
            assert!(!cell.symbol().contains('\u{202e}'));
        }
        play.screen.output.left += 8;
    }
}
