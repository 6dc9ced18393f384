//! Text of others as text of a page: nothing in it becomes mark-up, also in an attribute.

use crate::report::plain::plain;

/// `text` with what HTML acts on replaced.
pub(super) fn text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in plain(text).chars() {
        match character {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(character),
        }
    }
    out
}
