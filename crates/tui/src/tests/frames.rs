//! Frames: what looks the same is not drawn again.

use crossterm::event::KeyCode;

use super::fixture::{Play, exit};
use crate::canvas::Canvas;

#[test]
fn nothing_is_drawn_where_nothing_looks_different() {
    let mut play = Play::begun(80, 24);
    let mut canvas = Canvas::default();
    let mut is_drawn = |play: &mut Play| {
        play.screen.look(&play.lines);
        canvas.frame(&play.screen).is_some()
    };
    assert!(is_drawn(&mut play));
    assert!(!is_drawn(&mut play));
    play.wait(20);
    assert!(!is_drawn(&mut play), "the minute is the same");
    play.wait(60);
    assert!(is_drawn(&mut play), "the header counts minutes");
    play.press(KeyCode::F(9));
    assert!(!is_drawn(&mut play), "a key without a meaning");
    play.press(KeyCode::Down);
    assert!(is_drawn(&mut play));
    play.press(KeyCode::Up);
    play.run(exit(0));
    assert!(is_drawn(&mut play));
    assert!(!is_drawn(&mut play));
}

#[test]
fn a_forgotten_frame_is_drawn_again() {
    let play = Play::begun(80, 24);
    let mut canvas = Canvas::default();
    assert!(canvas.frame(&play.screen).is_some());
    canvas.forget();
    assert!(canvas.frame(&play.screen).is_some());
}
