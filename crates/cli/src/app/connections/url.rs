//! Environment variables in a connection's `url:`.

/// `text` with each `$NAME` and `${NAME}` replaced by what `variable` has for it. A `$` that begins no name stays.
///
/// # Errors
/// The names that have no value, each once.
pub(super) fn expand(
    text: &str,
    variable: &dyn Fn(&str) -> Option<String>,
) -> Result<String, Vec<String>> {
    let mut expanded = String::new();
    let mut unset: Vec<String> = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('$') {
        expanded.push_str(before);
        let (name, next) = name(after);
        rest = next;
        if name.is_empty() {
            expanded.push('$');
        } else if let Some(value) = variable(name) {
            expanded.push_str(&value);
        } else if !unset.iter().any(|known| known == name) {
            unset.push(name.to_owned());
        }
    }
    expanded.push_str(rest);
    match unset.is_empty() {
        true => Ok(expanded),
        false => Err(unset),
    }
}

/// The name after a `$`, and what stands behind it.
fn name(after: &str) -> (&str, &str) {
    let end_of = |text: &str| {
        text.find(|next: char| !next.is_ascii_alphanumeric() && next != '_')
            .unwrap_or(text.len())
    };
    if let Some(inside) = after.strip_prefix('{') {
        let (name, rest) = inside.split_at(end_of(inside));
        return match rest.strip_prefix('}') {
            Some(rest) => (name, rest),
            None => ("", after),
        };
    }
    after.split_at(end_of(after))
}

#[cfg(test)]
mod tests {
    use super::expand;

    #[test]
    fn variables_are_replaced_once_and_missing_ones_named() {
        let variable = |name: &str| match name {
            "URL" => Some("postgresql://h/$X".to_owned()),
            "DB" => Some("shop".to_owned()),
            _ => None,
        };
        let cases = [
            ("$URL", Ok("postgresql://h/$X")),
            (
                "postgresql://h/${DB}_old?x=$DB",
                Ok("postgresql://h/shop_old?x=shop"),
            ),
            ("a$", Ok("a$")),
            ("a${DB", Ok("a${DB")),
            ("plain", Ok("plain")),
            ("$A:$B:${A}", Err("A B")),
        ];
        for (text, expected) in cases {
            let found = expand(text, &variable).map_err(|unset| unset.join(" "));
            assert_eq!(found, expected.map(str::to_owned).map_err(str::to_owned));
        }
    }
}
