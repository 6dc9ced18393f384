//! Masks secrets in text: each form in which one may turn up becomes `‹name›`. Pure; does not know where a text comes from or
//! goes, and does not clean it of control characters, which [`crate::sanitize`] does before.
//!
//! Found are: the value itself; as an SQL literal (`''`, and `E''` with doubled backslashes) and identifier; in a shell's
//! single quotes; in JSON; percent-encoded, upper and lower, `+` for blanks too; base64, standard and URL-safe, also inside
//! a longer text that was encoded as a whole, also in lines of 64 or 76; hex, upper and lower; and each line of at least 8
//! bytes of a value of several lines. Line ends at the end of a value do not count.
//!
//! Not found are values shorter than 4 bytes ([`Redactor::too_short`]), since masking them would mangle any text, and what was
//! transformed otherwise: compressed, encrypted, reversed, cut in pieces, coloured in the middle.

mod form;
mod redacting;
mod redactor;
mod region;
mod searcher;
#[cfg(test)]
mod tests;

pub use redacting::Redacting;
pub use redactor::Redactor;
