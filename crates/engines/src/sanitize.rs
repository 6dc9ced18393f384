//! Turns the bytes a step prints into text that can do nothing to a terminal: only characters, newlines, tabs and plain
//! colour sequences are left. Does not redact, and does not measure widths.

mod invisible;
mod sanitizer;
mod sequence;
mod style;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

pub use sanitizer::{Held, LINE_HELD_BYTES_MAX, Sanitizer};

/// The text of one string with everything dangerous taken out or made visible; borrowed when nothing had to be.
///
/// The rules are those of [`Sanitizer`]: a carriage return rewrites its line, colours are closed at the end of each line.
pub fn sanitize(text: &str) -> Cow<'_, str> {
    if sanitizer::plain_length(text.as_bytes()) == text.len() || text.chars().all(is_inert) {
        return Cow::Borrowed(text);
    }
    let mut sanitizer = Sanitizer::new();
    let mut clean = String::with_capacity(text.len() + 16);
    sanitizer.push(text.as_bytes(), &mut clean);
    sanitizer.finish(&mut clean);
    Cow::Owned(clean)
}

fn is_inert(character: char) -> bool {
    match character {
        '\n' | '\t' | ' '..='~' => true,
        '\0'..='\u{9f}' => false,
        _ => !invisible::is_invisible(character),
    }
}
