//! Clicks: what is drawn is what is hit.

use crossterm::event::{KeyCode, MouseEventKind};
use ratatui::layout::Position;
use stepmark_core::record::TransactionStatus::Open;
use stepmark_core::runner::Command;

use super::fixture::{Play, exit, sql};
use crate::action::Action;
use crate::hit::hit;
use crate::layout::{Button, layout};
use crate::screen::Pane;
use crate::target::Target;

fn buttons(play: &Play) -> Vec<Button> {
    let layout = layout(&play.screen);
    match (layout.dialog, layout.first) {
        (Some(dialog), _) => dialog.buttons,
        (None, Some(first)) => first.buttons,
        (None, None) => layout.buttons,
    }
}

/// Every cell of every button gives its action, and the cells hold the button's label.
fn check(play: &mut Play, expected: &[Action]) {
    let found = buttons(play);
    let actions: Vec<Action> = found.iter().map(|button| button.action).collect();
    assert_eq!(actions, expected);
    let drawn = play.draw();
    for button in found {
        let cells: String = button
            .area
            .positions()
            .map(|at| drawn[at].symbol())
            .collect();
        assert_eq!(cells, button.label);
        for at in button.area.positions() {
            let target = hit(&play.screen, &layout(&play.screen), at);
            assert_eq!(target, Some(Target::Action(button.action)), "{at}");
        }
    }
}

#[test]
fn every_button_drawn_is_hit() {
    use Action::{Abandon, Accept, Begin, Cancel, Dismiss, Help, Leave, NextPane, Note, Output};
    use Action::{Copy, Run, RunOn, Search, Skip};
    let mut play = Play::new(80, 24);
    check(&mut play, &[Begin, Leave]);
    play.press(KeyCode::Enter);
    check(
        &mut play,
        &[Leave, Help, Run, RunOn, Skip, Note, Output, NextPane, Run],
    );
    play.press(KeyCode::Enter);
    play.carry();
    check(
        &mut play,
        &[
            Leave, Help, Cancel, Note, Output, NextPane, Search, Copy, Cancel,
        ],
    );
    play.press(KeyCode::Char('q'));
    check(&mut play, &[Accept, Dismiss]);
    play.press(KeyCode::Esc);
    play.end(exit(0));
    play.shown();
    play.run(sql("BEGIN", Open));
    check(
        &mut play,
        &[Leave, Help, Run, RunOn, Skip, Abandon, Note, Output, Run],
    );
    for key in ['s', 'n', 'x', '?'] {
        play.press(KeyCode::Char(key));
        let expected: &[Action] = if key == '?' {
            &[Dismiss]
        } else {
            &[Accept, Dismiss]
        };
        check(&mut play, expected);
        play.press(KeyCode::Esc);
    }
}

#[test]
fn clicking_run_runs_the_selected_step() {
    let mut play = Play::begun(80, 24);
    let at = play.find("[ Run ]").unwrap();
    play.click(at);
    assert_eq!(play.sent, [Command::Start(play.step("free-space"))]);
}

#[test]
fn clicking_a_step_in_the_tree_selects_it_and_runs_nothing() {
    let mut play = Play::begun(80, 24);
    let at = play.find("commit").unwrap();
    play.click(at);
    assert_eq!(play.screen.selected, Some(play.step("commit")));
    assert_eq!(play.screen.focus, Pane::Tree);
    assert_eq!(play.sent, []);
}

#[test]
fn clicking_a_block_of_the_page_selects_its_step() {
    let mut play = Play::begun(120, 40);
    play.run(exit(0));
    let at = play.find("ALTER TABLE shop.orders").unwrap();
    play.click(at);
    assert_eq!(play.screen.selected, Some(play.step("add-column")));
    assert_eq!(play.screen.focus, Pane::Page);
}

#[test]
fn a_dialog_hides_what_is_under_it() {
    let mut play = Play::begun(80, 24);
    let at = play.find("[ Run ]").unwrap();
    play.press(KeyCode::Char('?'));
    play.click(at);
    play.click(Position::new(1, 3));
    assert_eq!(play.sent, []);
    assert_eq!(play.screen.selected, Some(play.step("free-space")));
}

#[test]
fn the_wheel_scrolls_what_is_under_the_pointer() {
    let mut play = Play::begun(80, 24);
    let lines: Vec<String> = (0..100).map(|n| format!("line {n}")).collect();
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    play.print("free-space", 1, &lines);
    play.run(exit(0));
    play.press(KeyCode::End);
    play.draw();
    let (output, page) = {
        let geometry = layout(&play.screen).geometry;
        (geometry.output.as_position(), geometry.page.as_position())
    };
    let page_top = play.screen.page_top;
    play.mouse(MouseEventKind::ScrollUp, output);
    assert!(play.screen.output.top.is_some());
    assert_eq!(play.screen.page_top, page_top);
    play.mouse(MouseEventKind::ScrollDown, output);
    assert_eq!(play.screen.output.top, None, "at the end it follows again");
    play.mouse(MouseEventKind::ScrollUp, page);
    assert!(play.screen.page_top < page_top);
}
