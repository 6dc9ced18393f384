//! How the screen answers what it hears: pure, apart from the screen itself.
//!
//! Typed-ahead keys: what a key means depends on what its presser saw. A record that ends a step, or a question that
//! opens, sets `unshown`; until one draw lies behind it, keys that start work are dropped and said to be. The loop reads
//! every key that is already waiting before it draws, so keys pressed while a step ran never start another one.
//! Keys that follow a dropped one at once are dropped with it, so that a key held down starts one step and no more.
//! A second key that starts work is dropped as well while the first one is not answered (`asked`).

mod act;
mod copy;
mod dialog;
mod keys;
mod lost_state;
mod mouse;
mod news;
pub(crate) mod replay;
pub(crate) mod search;
mod start;
mod typing;
mod undo;
mod unknown;
mod view;

use ratatui::layout::Rect;

use crate::message::Message;
use crate::screen::Screen;
use crate::wish::Wish;

/// Takes one message in, and says what is to be done about it.
pub(crate) fn update(screen: &mut Screen, message: Message) -> Vec<Wish> {
    match message {
        Message::Key(key) => keys::pressed(screen, key),
        Message::Mouse(mouse) => mouse::moved(screen, mouse),
        Message::Paste(text) => {
            dialog::pasted(screen, &text);
            Vec::new()
        }
        Message::Resized(columns, rows) => {
            screen.size = Rect::new(0, 0, columns, rows);
            view::keep_in_range(screen);
            if !screen.reading {
                view::show_selected(screen);
            }
            Vec::new()
        }
        Message::News(news) => {
            news::told(screen, news);
            Vec::new()
        }
        Message::Copied(outcome) => {
            copy::copied(screen, outcome);
            Vec::new()
        }
        // A run that is read again has the time of its records.
        Message::Tick(_) if screen.is_replay() => Vec::new(),
        Message::Tick(now) => {
            screen.now = Some(now);
            Vec::new()
        }
        Message::Shown => {
            screen.unshown = false;
            Vec::new()
        }
    }
}
