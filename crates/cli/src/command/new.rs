//! `stepmark new`: a runbook to begin with, from a template that is built in.

mod arguments;
mod new_files;
mod template;

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use stepmark_parse::nearest;

pub(crate) use arguments::NewArguments;
use new_files::write_new;
use template::{BLANK, NEXT, TEMPLATES, Template};

use crate::diagnostics::visible;
use crate::say::say_on_stdout;
use crate::{Complaint, Exit};

/// Writes a runbook and what it refers to, or lists the templates.
pub(crate) fn new(arguments: &NewArguments) -> Result<Exit, Complaint> {
    let Some(name) = arguments.name.as_deref().filter(|_| !arguments.list) else {
        say_on_stdout(&listed());
        return Ok(Exit::Done);
    };
    let template = find(arguments.from.as_deref().unwrap_or(BLANK))?;
    let path = path_of(name)?;
    let folder = path.parent().unwrap_or(Path::new(""));
    let mut files: Vec<(PathBuf, String)> = template
        .files
        .iter()
        .map(|(name, text)| (folder.join(name), (*text).to_owned()))
        .collect();
    files.push((path.clone(), template.text_for(&path)));
    let written = write_new(&files)?;
    say_on_stdout(&said(&path, &written));
    Ok(Exit::Done)
}

fn find(name: &str) -> Result<&'static Template, Complaint> {
    let found = TEMPLATES.iter().find(|template| template.name == name);
    found.ok_or_else(|| {
        let message = format!("there is no template called {}", visible(name));
        let names = TEMPLATES.iter().map(|template| template.name);
        Complaint::new(Exit::Usage, message).hint(match nearest(name, names) {
            Some(near) => format!("did you mean {near}? `stepmark new --list` shows what there is"),
            None => "`stepmark new --list` shows what there is".to_owned(),
        })
    })
}

/// `NAME.md`; a name that ends so already stays.
fn path_of(name: &Path) -> Result<PathBuf, Complaint> {
    let refused = |why: &str| {
        Complaint::new(Exit::Usage, format!("{} {why}", name.display())).hint(
            "give a name, with a folder before it or without: `stepmark new runbooks/migrate`",
        )
    };
    let ends_in_slash = name.as_os_str().as_encoded_bytes().ends_with(b"/");
    let Some(file) = name.file_name().filter(|_| !ends_in_slash) else {
        return Err(refused("names no file"));
    };
    if name.is_dir() {
        return Err(refused("is a folder"));
    }
    let known = name.extension().and_then(OsStr::to_str);
    if matches!(known, Some("md" | "markdown")) {
        return Ok(name.to_owned());
    }
    let mut file = file.to_owned();
    file.push(".md");
    Ok(name.with_file_name(file))
}

fn listed() -> String {
    let width = TEMPLATES.iter().map(|template| template.name.len()).max();
    let mut text = String::new();
    for template in TEMPLATES {
        let width = width.unwrap_or(0);
        let _ = writeln!(text, "  {:width$}  {}", template.name, template.meaning);
    }
    text + "\n`stepmark new NAME --from TEMPLATE` writes one as NAME.md, with what it refers to.\n"
}

fn said(path: &Path, written: &[PathBuf]) -> String {
    let shown = |path: &Path| visible(&path.display().to_string());
    let mut text = String::new();
    for file in written {
        let _ = writeln!(text, "wrote {}", shown(file));
    }
    let path = shown(path);
    let _ = write!(
        text,
        "\nIt is a page like any other: open {path} in an editor, and make it yours.\n\n"
    );
    for (command, meaning) in NEXT {
        let command = format!("stepmark {} {path}{}", command.before, command.after);
        let _ = writeln!(text, "  {command:<44}  {meaning}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_get_the_ending_of_a_page() {
        let path = |name: &str| path_of(Path::new(name)).map(|path| path.display().to_string());
        let cases = [
            ("migrate", Some("migrate.md")),
            ("a.b", Some("a.b.md")),
            ("migrate.md", Some("migrate.md")),
            ("x/migrate.markdown", Some("x/migrate.markdown")),
            ("x/", None),
            ("..", None),
            ("", None),
        ];
        for (name, expected) in cases {
            assert_eq!(path(name).ok().as_deref(), expected, "{name}");
        }
    }
}
