//! A value as it is told in a line. Does not decide whether it is secret.

/// What stands where a secret would.
pub(super) const SECRET_SHOWN: &str = "\u{2039}secret\u{203a}";
/// Values are cut after this many characters; the log has them whole.
const VALUE_CHARACTERS_MAX: usize = 200;

/// A value that stays on its line.
pub(super) fn one_line(value: &str) -> String {
    let mut short: String = value.chars().take(VALUE_CHARACTERS_MAX).collect();
    if short.len() < value.len() {
        short.push('…');
    }
    short.replace('\n', "␊")
}
