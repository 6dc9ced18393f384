//! Reads a section of a `pg_service.conf`. Does not decide which file, and knows no LDAP.

/// The `keyword=value` lines of `[name]`, in order; none when the file has no such section.
/// Lines of other sections are not looked at. A malformed line in it is an error with its number.
pub(super) fn section(text: &str, name: &str) -> Result<Option<Vec<(String, String)>>, String> {
    let mut found: Option<Vec<(String, String)>> = None;
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some(header) = line.strip_prefix('[') {
            if found.is_some() {
                break;
            }
            if header.strip_suffix(']') == Some(name) {
                found = Some(Vec::new());
            }
            continue;
        }
        let Some(pairs) = found.as_mut() else {
            continue;
        };
        match line.split_once('=') {
            Some(("service", _)) => {
                return Err(format!(
                    "line {}: a service cannot name another service",
                    index + 1
                ));
            }
            Some((keyword, value)) => pairs.push((keyword.to_owned(), value.to_owned())),
            None => return Err(format!("line {}: not of the form keyword=value", index + 1)),
        }
    }
    Ok(found)
}
