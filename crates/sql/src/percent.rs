//! `%41` for `A`, as URLs have it.

/// `text` with its `%41` decoded (RFC 3986, section 2.1); as it is where that is no UTF-8.
pub fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let code = match after {
            [high, low, ..] if first == b'%' => digit(*high).zip(digit(*low)),
            _ => None,
        };
        bytes.push(code.map_or(first, |(high, low)| high << 4 | low));
        rest = if code.is_some() { &after[2..] } else { after };
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::percent_decoded;

    #[test]
    fn two_hexadecimal_digits_are_decoded_and_nothing_else_is() {
        let cases = [
            ("a%20b", "a b"),
            ("%c3%A4", "ä"),
            ("%ff", "%ff"),
            ("%+5%4", "%+5%4"),
            ("100%", "100%"),
            ("%%41", "%A"),
        ];
        for (text, expected) in cases {
            assert_eq!(percent_decoded(text), expected, "{text}");
        }
    }
}
