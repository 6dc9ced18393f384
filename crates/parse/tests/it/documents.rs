//! Every document the tests have: the corpus, the repository's own pages and runbooks, and the examples of the CommonMark
//! specification.

use std::path::{Path, PathBuf};

/// Name and text of each, in a stable order.
pub(crate) fn documents() -> Vec<(String, String)> {
    let crate_root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = crate_root.parent().and_then(Path::parent).unwrap();
    let mut documents = vec![
        read(&root.join("README.md")),
        read(&root.join("ARCHITECTURE.md")),
    ];
    for folder in [
        crate_root.join("tests/corpus"),
        root.join("runbooks"),
        root.join("docs"),
        root.join("docs/decisions"),
    ] {
        documents.extend(files(&folder).iter().map(|path| read(path)));
    }
    documents.extend(examples());
    documents
}

/// The repository's own runbooks.
pub(crate) fn runbooks() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../runbooks");
    files(&folder).iter().map(|path| read(path)).collect()
}

/// The examples of the CommonMark specification 0.31.2, in its order.
pub(crate) fn examples() -> Vec<(String, String)> {
    let all = include_str!("../specification/examples.txt");
    let examples: Vec<(String, String)> = all
        .split("%%% ")
        .filter_map(|example| example.split_once('\n'))
        .map(|(number, text)| (format!("example {number}"), text.to_owned()))
        .collect();
    assert_eq!(examples.len(), 652);
    examples
}

#[expect(
    clippy::disallowed_methods,
    reason = "the test reads files, the parser does not"
)]
fn read(path: &Path) -> (String, String) {
    let name = path.file_name().unwrap().to_str().unwrap().to_owned();
    (name, std::fs::read_to_string(path).unwrap())
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect();
    files.sort();
    assert!(!files.is_empty(), "no documents in {}", folder.display());
    files
}
