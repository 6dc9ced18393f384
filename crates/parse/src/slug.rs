//! Ids made from titles.

/// Slugs are cut here, so that a suffix still fits into an id's 64 characters.
const SLUG_BYTES_MAX: usize = 54;

/// The slug of `title`: ASCII letters in lower case, digits and underscores, everything else one hyphen. Empty when
/// nothing is left.
pub(crate) fn slug(title: &str) -> String {
    let mut slug = String::new();
    for character in title.chars() {
        if slug.len() >= SLUG_BYTES_MAX {
            break;
        }
        if character.is_ascii_alphanumeric() || (character == '_' && !slug.is_empty()) {
            slug.push(character.to_ascii_lowercase());
        } else if matches!(character, '\'' | '\u{2019}') || slug.is_empty() || slug.ends_with('-') {
        } else {
            slug.push('-');
        }
    }
    slug.truncate(slug.trim_end_matches('-').len());
    slug
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_short_plain_and_may_be_empty() {
        let cases = [
            ("Add the column", "add-the-column"),
            ("1. Assess & back up!", "1-assess-back-up"),
            ("Don't   panic", "dont-panic"),
            ("__init__ (x)", "init__-x"),
            ("Übung", "bung"),
            ("日本語", ""),
            ("", ""),
            ("---", ""),
        ];
        for (title, expected) in cases {
            assert_eq!(slug(title), expected, "{title:?}");
        }
        assert_eq!(slug(&"word ".repeat(40)).len(), 54);
    }
}
