//! The Markdown files that were named, and those below the folders that were. Does not read them.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::{MarkdownFile, Unreadable};

/// Folders that hold other people's files, beside the hidden ones.
const PASSED_OVER: [&str; 2] = ["node_modules", "target"];

/// The files of `roots` in the order given, each once; those below a folder are sorted. Links to folders are not followed.
pub(crate) fn markdown_files(roots: &[PathBuf]) -> Vec<Result<MarkdownFile, Unreadable>> {
    let mut files = Vec::new();
    for root in roots {
        if root.is_dir() {
            let mut below = Vec::new();
            walk(root, &mut below);
            below.sort_by(|a, b| path_of(a).cmp(path_of(b)));
            files.extend(below);
        } else {
            files.push(Ok(MarkdownFile {
                path: root.clone(),
                is_named: true,
            }));
        }
    }
    let mut seen = HashSet::new();
    files.retain(|file| seen.insert(path_of(file).to_owned()));
    files
}

fn path_of(file: &Result<MarkdownFile, Unreadable>) -> &Path {
    match file {
        Ok(file) => &file.path,
        Err(unreadable) => &unreadable.path,
    }
}

fn walk(root: &Path, files: &mut Vec<Result<MarkdownFile, Unreadable>>) {
    let mut todo = vec![root.to_owned()];
    while let Some(folder) = todo.pop() {
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) => {
                files.push(Err(Unreadable::new(&folder, &error)));
                continue;
            }
        };
        for entry in entries.flatten() {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
            if name.starts_with('.') || is_folder && PASSED_OVER.contains(&&*name) {
                continue;
            }
            let path = match folder.as_os_str() == "." {
                true => PathBuf::from(entry.file_name()),
                false => entry.path(),
            };
            if is_folder {
                todo.push(path);
            } else if is_markdown(&name) && path.is_file() {
                files.push(Ok(MarkdownFile {
                    path,
                    is_named: false,
                }));
            }
        }
    }
}

fn is_markdown(name: &str) -> bool {
    [".md", ".markdown"]
        .iter()
        .any(|ending| name.ends_with(ending))
}
