//! Masks secrets in text: each form in which one may turn up becomes `‹name›`. Pure; does not know where a text comes from or
//! goes, and does not clean it of control characters, which [`crate::sanitize`] does before.
//!
//! Found are: the value itself; as an SQL literal (`''`, and `E''` with doubled backslashes) and identifier; as a shell quotes it
//! (single, double, `$''`, `printf %q`, PowerShell); as C, Rust, Python, JSON, YAML and CSV write it down; in XML and HTML;
//! percent-encoded and quoted-printable; base64 (standard and URL-safe, of UTF-16 too) and base32, also inside a longer text that
//! was encoded as a whole; hex with the usual separators and as `xxd`, `od` and `hexdump` print it from their start; UTF-16; and
//! each line of at least 8 bytes of a value of several lines. Line ends at the end of a value do not count.
//!
//! Colours in the middle of a form do not hide it, nor do line ends where a word of at least 32 bytes was wrapped. A form of 4 to 7
//! bytes is masked only where it stands as a word of its own, since it would mangle others.
//!
//! Not found are values shorter than 4 bytes ([`Redactor::too_short`]), and what was transformed otherwise: compressed,
//! encrypted, reversed, cut in pieces, encoded twice, in the middle of a dump, in `base32hex`, `ascii85` or `uuencode`, or with
//! named references such as `&eacute;`.

mod base;
mod form;
mod hex;
mod redacting;
mod redactor;
mod region;
mod searcher;
#[cfg(test)]
mod tests;
mod view;
mod written;

/// A form of so many bytes is masked wherever it stands; a shorter one as a word.
pub const ANYWHERE_BYTES_MIN: usize = 8;

pub use redacting::Redacting;
pub use redactor::Redactor;
pub use written::{Names, without_written};
