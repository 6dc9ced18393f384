//! What the screen hears.

use crossterm::event::{KeyEvent, MouseEvent};
use stepmark_core::Timestamp;

use crate::News;

/// What the screen hears.
#[derive(Clone, Debug)]
pub(crate) enum Message {
    /// A key was pressed.
    Key(KeyEvent),
    /// The mouse did something.
    Mouse(MouseEvent),
    /// Text was pasted.
    Paste(String),
    /// The terminal has this many columns and rows now.
    Resized(u16, u16),
    /// The link had something to tell.
    News(News),
    /// What was to be copied is there, in words, or is not.
    Copied(Result<String, String>),
    /// It is this late.
    Tick(Timestamp),
    /// Everything told so far stands on the terminal: from here on a key can be an answer to it.
    Shown,
}
