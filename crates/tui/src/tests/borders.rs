//! Borders between panes: dragged, moved by keys, and where they are after the terminal changed its size.

use crossterm::event::{KeyCode, MouseButton, MouseEventKind};
use ratatui::layout::Position;

use super::fixture::Play;
use crate::layout::Geometry;
use crate::message::Message;

const DOWN: MouseEventKind = MouseEventKind::Down(MouseButton::Left);
const DRAG: MouseEventKind = MouseEventKind::Drag(MouseButton::Left);
const UP: MouseEventKind = MouseEventKind::Up(MouseButton::Left);

#[test]
fn a_border_goes_where_it_is_dragged_and_stays_there() {
    let mut play = Play::begun(120, 40);
    let divider = Geometry::of(&play.screen).divider;
    play.mouse(DOWN, Position::new(divider.x, 10));
    for x in [divider.x + 1, 60, 55] {
        play.mouse(DRAG, Position::new(x, 12));
        assert_eq!(Geometry::of(&play.screen).divider.x, x);
    }
    play.mouse(UP, Position::new(55, 12));
    play.mouse(DRAG, Position::new(70, 12));
    assert_eq!(Geometry::of(&play.screen).divider.x, 55, "it was let go");
    let rule = Geometry::of(&play.screen).output_rule;
    play.mouse(DOWN, Position::new(100, rule.y));
    play.mouse(DRAG, Position::new(100, 12));
    assert_eq!(Geometry::of(&play.screen).output_rule.y, 12);
}

#[test]
fn no_border_can_be_dragged_over_another_or_out_of_sight() {
    let mut play = Play::begun(80, 24);
    let divider = Geometry::of(&play.screen).divider;
    play.mouse(DOWN, Position::new(divider.x, 10));
    for x in [0, 79, 500] {
        play.mouse(DRAG, Position::new(x, 12));
        let geometry = Geometry::of(&play.screen);
        assert!(
            geometry.tree.width >= 16 && geometry.page.width >= 12,
            "{geometry:?}"
        );
        play.draw();
    }
    play.mouse(UP, Position::new(0, 0));
    let rule = Geometry::of(&play.screen).output_rule;
    play.mouse(DOWN, Position::new(60, rule.y));
    for y in [0, 23, 500] {
        play.mouse(DRAG, Position::new(60, y));
        let geometry = Geometry::of(&play.screen);
        assert!(
            geometry.output.height >= 2 && geometry.page.height >= 2,
            "{geometry:?}"
        );
        play.draw();
    }
}

#[test]
fn keys_move_borders_too_and_they_keep_their_share_at_another_size() {
    let mut play = Play::begun(100, 30);
    let before = Geometry::of(&play.screen);
    play.keys(">>");
    assert_eq!(Geometry::of(&play.screen).divider.x, before.divider.x + 4);
    play.keys("<");
    assert_eq!(Geometry::of(&play.screen).divider.x, before.divider.x + 2);
    play.keys("++-");
    assert_eq!(
        Geometry::of(&play.screen).output.height,
        before.output.height + 1
    );
    let x = Geometry::of(&play.screen).divider.x;
    play.tell(Message::Resized(200, 60));
    assert!(Geometry::of(&play.screen).divider.x.abs_diff(2 * x) <= 1);
}

#[test]
fn a_click_on_a_border_gives_the_keys_to_its_pane() {
    let mut play = Play::begun(100, 30);
    let rule = Geometry::of(&play.screen).output_rule;
    play.click(Position::new(rule.x + 5, rule.y));
    assert_eq!(play.screen.focus, crate::screen::Pane::Output);
    assert_eq!(play.sent, []);
}

#[test]
fn the_wheel_goes_sideways_with_shift_and_where_it_has_two_ways() {
    let mut play = Play::begun(80, 24);
    play.press(KeyCode::Enter);
    play.carry();
    play.print("free-space", 1, &[&"x".repeat(300)]);
    play.draw();
    play.mouse(MouseEventKind::ScrollRight, Position::new(50, 20));
    assert_eq!(play.screen.output.left, 8);
    play.mouse(MouseEventKind::ScrollLeft, Position::new(50, 20));
    assert_eq!(play.screen.output.left, 0);
    play.press(KeyCode::Char('?'));
    play.mouse(MouseEventKind::ScrollRight, Position::new(50, 20));
    assert_eq!(
        play.screen.output.left, 0,
        "a dialog hides what is under it"
    );
}
