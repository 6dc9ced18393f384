//! Whole documents: for each file in `corpus/`, everything that was read, as a snapshot.

use std::path::{Path, PathBuf};

use crate::common::{everything, parsed};
use crate::invariants;

#[expect(
    clippy::disallowed_methods,
    reason = "the test reads files, the parser does not"
)]
fn documents() -> Vec<(PathBuf, String)> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
    let mut documents: Vec<_> = std::fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .map(|path| {
            let text = std::fs::read_to_string(&path).unwrap();
            (path, text)
        })
        .collect();
    documents.sort();
    assert!(documents.len() >= 5);
    documents
}

#[test]
fn documents_are_read_as_their_snapshots_say() {
    for (path, text) in documents() {
        let name = path.file_stem().unwrap().to_str().unwrap();
        insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(name, everything(&text));
        });
    }
}

#[test]
fn documents_with_windows_line_ends_read_the_same() {
    for (path, text) in documents() {
        let windows = text.replace('\n', "\r\n");
        let (unix, windows) = (parsed(&text).plan, parsed(&windows).plan);
        let shape = |plan: &stepmark_core::plan::Plan| {
            plan.steps
                .iter()
                .map(|step| {
                    (
                        step.id.clone(),
                        step.digest,
                        step.needs.clone(),
                        step.body.clone(),
                    )
                })
                .collect::<Vec<_>>()
        };
        assert_eq!(shape(&unix), shape(&windows), "{}", path.display());
    }
}

#[test]
fn documents_hold_the_invariants() {
    for (_, text) in documents() {
        invariants::hold(text.as_bytes());
    }
}
