//! How JSON is spelled in a journal: ASCII only, no floats. Does not choose what is written.

use std::io::{self, Write};

use serde_json::ser::Formatter;

/// Compact JSON in which every character outside ASCII is `\uXXXX`, so that no editor, terminal or transport can change a hashed byte unseen.
pub(crate) struct Ascii;

impl Formatter for Ascii {
    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let mut rest = fragment;
        while let Some(at) = rest.find(|c: char| !c.is_ascii()) {
            let (plain, other) = rest.split_at(at);
            writer.write_all(plain.as_bytes())?;
            let length = other.find(|c: char| c.is_ascii()).unwrap_or(other.len());
            for unit in other[..length].encode_utf16() {
                write!(writer, "\\u{unit:04x}")?;
            }
            rest = &other[length..];
        }
        writer.write_all(rest.as_bytes())
    }

    fn write_f32<W: ?Sized + Write>(&mut self, _: &mut W, _: f32) -> io::Result<()> {
        Err(no_floats())
    }

    fn write_f64<W: ?Sized + Write>(&mut self, _: &mut W, _: f64) -> io::Result<()> {
        Err(no_floats())
    }
}

fn no_floats() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "a journal holds no floats")
}
