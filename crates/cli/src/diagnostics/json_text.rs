//! JSON that does nothing to a terminal. Does not lay it out: one value is one line.

use std::borrow::Cow;
use std::fmt::Write as _;

use serde_json::Value;
use stepmark_engines::sanitize::sanitize;

/// `value` on one line with its newline; characters that a terminal would act on or hide are written as `\uXXXX`.
pub(crate) fn json_text(value: &Value) -> String {
    let plain = value.to_string();
    let mut text = String::with_capacity(plain.len() + 1);
    for character in plain.chars() {
        match sanitize(character.encode_utf8(&mut [0; 4])) {
            Cow::Borrowed(_) => text.push(character),
            Cow::Owned(_) => {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    write!(text, "\\u{unit:04x}").expect("writing to a String never fails");
                }
            }
        }
    }
    text.push('\n');
    text
}
