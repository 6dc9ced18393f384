//! Searching: what is typed, where it is found, and what a key means meanwhile.

use crossterm::event::KeyCode;
use proptest::prelude::*;
use ratatui::style::Modifier;
use stepmark_core::plan::{Interpreter, StepKind};

use super::fixture::{Play, exit};
use super::sample::Author;
use crate::Settings;
use crate::layout::Geometry;
use crate::message::Message;
use crate::search::Found;

/// The text of all cells that a search marks.
fn marked(play: &mut Play) -> String {
    let title = 80;
    let buffer = play.draw();
    let cells = buffer.content().iter().skip(title);
    let is_marked = |modifier: Modifier| modifier.contains(Modifier::REVERSED);
    let found =
        cells.filter(|cell| is_marked(cell.modifier) && cell.fg == ratatui::style::Color::Yellow);
    found.map(ratatui::buffer::Cell::symbol).collect()
}

fn search(play: &mut Play, text: &str) {
    play.press(KeyCode::Char('/'));
    play.keys(text);
    play.press(KeyCode::Enter);
    play.seek();
}

fn printed(lines: usize) -> Play {
    let mut play = Play::begun(80, 24);
    play.press(KeyCode::Enter);
    play.carry();
    let lines: Vec<String> = (0..lines)
        .map(|n| format!("\u{1b}[32mline\u{1b}[0m {n}"))
        .collect();
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    play.print("free-space", 1, &lines);
    play.press(KeyCode::BackTab);
    play.draw();
    play
}

fn line(play: &Play) -> Option<u64> {
    match play.screen.search.as_ref()?.found? {
        Found::Line(line) => Some(line),
        Found::Page(_) => None,
    }
}

#[test]
fn what_is_typed_is_marked_at_once_and_brought_into_sight_with_enter() {
    let mut play = Play::begun(80, 24);
    play.press(KeyCode::Char('/'));
    play.keys("exclusive");
    assert_eq!(marked(&mut play), "");
    play.press(KeyCode::Enter);
    assert_eq!(marked(&mut play), "EXCLUSIVE", "{}", play.text());
    let top = play.screen.page_top;
    play.press(KeyCode::Char('N'));
    assert!(play.screen.page_top >= top);
}

#[test]
fn n_means_the_next_match_while_a_search_stands_and_a_note_otherwise() {
    let mut play = Play::begun(80, 24);
    search(&mut play, "orders");
    let first = play.screen.search.as_ref().unwrap().found;
    play.press(KeyCode::Char('n'));
    let second = play.screen.search.as_ref().unwrap().found;
    assert_ne!(first, second);
    play.press(KeyCode::Char('N'));
    assert_eq!(play.screen.search.as_ref().unwrap().found, first);
    assert!(play.screen.dialog.is_none());
    play.press(KeyCode::Esc);
    assert!(play.screen.search.is_none());
    play.press(KeyCode::Char('n'));
    assert!(play.screen.dialog.is_some());
}

#[test]
fn keys_that_are_typed_into_a_search_start_nothing() {
    let mut play = Play::begun(80, 24);
    play.press(KeyCode::Char('/'));
    play.keys("arscxuq?");
    assert_eq!(play.sent, []);
    assert!(play.screen.dialog.is_none());
    play.press(KeyCode::Esc);
    assert!(play.screen.search.is_none());
}

#[test]
fn control_c_cancels_the_step_also_while_a_search_is_typed() {
    let mut play = printed(3);
    play.press(KeyCode::Char('/'));
    play.keys("li");
    play.control('c');
    assert_eq!(play.sent, [stepmark_core::runner::Command::Cancel]);
}

#[test]
fn a_phrase_that_is_broken_over_two_rows_is_found_where_it_begins() {
    let mut play = Play::begun(80, 24);
    let phrase = "without a long lock, fills it";
    let wrapped = play.text();
    assert!(!wrapped.contains(phrase), "{wrapped}");
    search(&mut play, phrase);
    assert!(matches!(
        play.screen.search.as_ref().unwrap().found,
        Some(Found::Page(_))
    ));
}

#[test]
fn the_name_of_a_step_is_found_on_the_page() {
    let mut play = Play::begun(80, 24);
    search(&mut play, "drop-old");
    let text = play.text();
    assert!(text.contains("/drop-old: in drop-old"), "{text}");
    assert!(text.contains("\u{25cb} drop-old"), "{text}");
}

#[test]
fn matches_in_an_output_are_found_in_order_and_around_its_end() {
    let mut play = printed(30_000);
    play.press(KeyCode::Home);
    play.draw();
    search(&mut play, "line 77");
    let expected = [77, 770, 771];
    for expected in expected {
        assert_eq!(line(&play), Some(expected));
        let text = play.text();
        assert!(text.contains(&format!("line {expected}\n")), "{text}");
        play.press(KeyCode::Char('n'));
        play.seek();
    }
    play.press(KeyCode::Char('N'));
    play.seek();
    play.press(KeyCode::Char('N'));
    play.seek();
    play.press(KeyCode::Char('N'));
    play.seek();
    assert_eq!(line(&play), Some(77));
    play.press(KeyCode::Char('N'));
    play.seek();
    assert_eq!(line(&play), Some(7_799), "around the start");
    assert!(play.text().contains("went on from the end"));
}

#[test]
fn a_search_in_an_output_goes_on_in_parts_and_says_how_far_it_is() {
    let mut play = printed(30_000);
    play.press(KeyCode::Home);
    play.draw();
    play.press(KeyCode::Char('/'));
    play.keys("line 29999");
    play.press(KeyCode::Enter);
    crate::update::search::seek(&mut play.screen, &play.lines);
    assert!(play.text().contains("looking, 6 %"), "{}", play.text());
    play.press(KeyCode::Esc);
    assert!(play.screen.search.is_none(), "it can be ended meanwhile");
}

#[test]
fn a_match_that_is_found_releases_following() {
    let mut play = printed(100);
    search(&mut play, "line 50");
    let before = play.text();
    play.print("free-space", 1, &["something new"]);
    play.end(exit(0));
    play.shown();
    let after = play.text();
    let window = |text: &str| {
        let rows: Vec<String> = text.lines().map(str::to_owned).collect();
        rows[16..22].to_vec()
    };
    assert_eq!(window(&before), window(&after));
}

#[test]
fn another_output_forgets_what_was_found_in_the_one_before() {
    let mut play = printed(10);
    search(&mut play, "line 5");
    assert_eq!(line(&play), Some(5));
    play.end(exit(0));
    play.shown();
    play.press(KeyCode::Esc);
    play.press(KeyCode::Enter);
    play.carry_and_show();
    assert_eq!(line(&play), None);
}

#[test]
fn pasted_text_is_searched_for_in_one_line() {
    let mut play = Play::begun(80, 24);
    play.press(KeyCode::Char('/'));
    play.tell(Message::Paste("valid\u{1b}ate\nrm -rf /".to_owned()));
    play.press(KeyCode::Enter);
    assert_eq!(play.screen.search.as_ref().unwrap().text, "validate");
}

#[test]
fn ten_thousand_steps_are_searched_without_rendering_them_all() {
    let mut author = Author::default();
    for at in 0..10_000 {
        author.heading(2, &format!("Part {at}"));
        let text = format!("echo {at}\n");
        author.step(&format!("s{at}"), StepKind::Shell(Interpreter::Bash), &text);
    }
    let mut play = Play::of(author.plan("Long"), Settings::default(), 80, 24);
    play.press(KeyCode::Enter);
    search(&mut play, "part 9876");
    assert!(play.text().contains("Part 9876"), "{}", play.text());
    let rendered = play.screen.page.rendered();
    assert!(rendered < 200, "{rendered} blocks were rendered");
}

proptest! {
    #[test]
    fn an_output_search_finds_what_a_look_at_every_line_would(
        lines in prop::collection::vec("[ab]{0,3}", 1..40),
        text in "[ab]{1,2}",
        from in 0_usize..40,
        back in any::<bool>(),
    ) {
        let mut play = Play::begun(80, 24);
        play.press(KeyCode::Enter);
        play.carry();
        let shown: Vec<&str> = lines.iter().map(String::as_str).collect();
        play.print("free-space", 1, &shown);
        play.press(KeyCode::BackTab);
        play.draw();
        search(&mut play, &text);
        let from = from % lines.len();
        if let Some(search) = &mut play.screen.search {
            search.found = Some(Found::Line(u64::try_from(from).unwrap()));
        }
        play.press(KeyCode::Char(if back { 'N' } else { 'n' }));
        play.seek();
        let count = lines.len();
        let ring = |step: usize| match back {
            true => (from + count - step % count) % count,
            false => (from + step) % count,
        };
        let expected = (1..=count).map(ring).find(|at| lines[*at].contains(&text));
        // Where nothing is found the mark stays at where one was.
        let found = line(&play).filter(|at| lines[usize::try_from(*at).unwrap()].contains(&text));
        prop_assert_eq!(found, expected.map(|at| u64::try_from(at).unwrap()));
    }
}

#[test]
fn a_search_on_a_screen_without_a_page_gives_it_one() {
    let mut play = Play::begun(40, 12);
    assert!(Geometry::of(&play.screen).page.is_empty());
    search(&mut play, "validate");
    assert!(!Geometry::of(&play.screen).page.is_empty());
    assert!(play.text().contains("validate"), "{}", play.text());
}
