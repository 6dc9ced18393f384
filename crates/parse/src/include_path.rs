//! Where an include leads, as far as its text says. Looks at no file.

/// The path that `written`, in a file in `folder`, names from the runbook's own folder; else why it names none, as the end
/// of a sentence about it, and what to write.
pub(crate) fn resolve(folder: &str, written: &str) -> Result<String, (&'static str, &'static str)> {
    if written.contains("://") {
        let help = "only files are included: copy it into the repository, and include the copy";
        return Err(("is an address on the network", help));
    }
    if written.starts_with(['/', '~']) || written.contains('\\') || is_drive(written) {
        let help =
            "write the path from this file's folder, with `/`: another machine has other folders";
        return Err(("is no relative path", help));
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in folder.split('/').chain(written.split('/')) {
        match (part, parts.last()) {
            ("" | ".", _) => {}
            ("..", Some(last)) if *last != ".." => {
                parts.pop();
            }
            (part, _) => parts.push(part),
        }
    }
    match parts.last() {
        None | Some(&"..") => Err(("is a folder", "name a Markdown file inside it")),
        Some(_) if written.ends_with('/') => Err(("is a folder", "name a Markdown file inside it")),
        Some(_) => Ok(parts.join("/")),
    }
}

/// The folder of the file at `path`, from the runbook's own folder; empty for that one.
pub(crate) fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// `C:` and the like.
fn is_drive(written: &str) -> bool {
    let bytes = written.as_bytes();
    bytes.len() > 1 && bytes[0].is_ascii_alphabetic() && bytes[1] == b':'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_made_plain_and_stay_relative() {
        let cases = [
            ("", "a.md", Ok("a.md")),
            ("", "./a.md", Ok("a.md")),
            ("shared", "a.md", Ok("shared/a.md")),
            ("shared", "../a.md", Ok("a.md")),
            ("shared/deep", "../../a.md", Ok("a.md")),
            ("..", "../a.md", Ok("../../a.md")),
            ("", "x/../../a.md", Ok("../a.md")),
            ("", "a b//c.md", Ok("a b/c.md")),
            ("", "/etc/passwd", Err("is no relative path")),
            ("", "~/a.md", Err("is no relative path")),
            ("", "C:a.md", Err("is no relative path")),
            ("", "a\\b.md", Err("is no relative path")),
            ("", "https://a/b.md", Err("is an address on the network")),
            ("", "file:///a.md", Err("is an address on the network")),
            ("", ".", Err("is a folder")),
            ("a", "..", Err("is a folder")),
            ("", "a/", Err("is a folder")),
        ];
        for (folder, written, expected) in cases {
            let found = resolve(folder, written);
            let found = found.as_deref().map_err(|(why, _)| *why);
            assert_eq!(found, expected, "{written} in {folder}");
        }
        assert_eq!(folder_of("../a/b.md"), "../a");
        assert_eq!(folder_of("b.md"), "");
    }
}
