//! Where installations keep the server programs. Knows paths only; what is inside is judged by `programs`.

use std::path::{Path, PathBuf};

/// Directories as packagers and installers lay them out; `*` stands for any text within one component.
pub(crate) const PLACES: [&str; 11] = [
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/usr/lib/postgresql*/bin",
    "/usr/lib64/postgresql-*/bin",
    "/usr/libexec/postgresql*",
    "/opt/homebrew/opt/postgresql*/bin",
    "/usr/local/opt/postgresql*/bin",
    "/home/linuxbrew/.linuxbrew/opt/postgresql*/bin",
    "/Applications/Postgres.app/Contents/Versions/*/bin",
    "/opt/local/lib/postgresql*/bin",
    "/usr/local/pgsql/bin",
];

/// The existing directories a pattern stands for, in the order of their names.
pub(crate) fn expand(pattern: &str) -> Vec<PathBuf> {
    let mut found = vec![PathBuf::from("/")];
    for component in pattern.split('/').filter(|component| !component.is_empty()) {
        found = match component.split_once('*') {
            None => found.iter().map(|parent| parent.join(component)).collect(),
            Some((prefix, suffix)) => found
                .iter()
                .flat_map(|parent| entries(parent, prefix, suffix))
                .collect(),
        };
    }
    found.retain(|directory| directory.is_dir());
    found
}

fn entries(parent: &Path, prefix: &str, suffix: &str) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(parent) else {
        return Vec::new();
    };
    let mut found: Vec<PathBuf> = entries
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name.len() >= prefix.len() + suffix.len())
        .filter(|name| name.starts_with(prefix) && name.ends_with(suffix))
        .map(|name| parent.join(name))
        .collect();
    found.sort();
    found
}

#[cfg(test)]
mod tests {
    use super::{PLACES, expand};

    #[test]
    fn the_installing_script_looks_in_the_same_places() {
        let script = include_str!("../../../scripts/ensure-postgres");
        let (_, rest) = script.split_once("PLACES='\n").unwrap();
        let (places, _) = rest.split_once("'\n").unwrap();
        assert_eq!(places.lines().collect::<Vec<_>>(), PLACES);
    }

    #[test]
    fn a_star_stands_for_text_within_one_component() {
        let root = tempfile::tempdir().unwrap();
        for directory in ["pg/15/bin", "pg/9/bin", "pg/15/lib", "pg-17/bin", "pg/file"] {
            std::fs::create_dir_all(root.path().join(directory)).unwrap();
        }
        let check = |pattern: &str, expected: &[&str]| {
            let pattern = format!("{}/{pattern}", root.path().display());
            let expected: Vec<_> = expected.iter().map(|name| root.path().join(name)).collect();
            assert_eq!(expand(&pattern), expected);
        };
        check("pg/*/bin", &["pg/15/bin", "pg/9/bin"]);
        check("pg-*/bin", &["pg-17/bin"]);
        check("p*/15/lib", &["pg/15/lib"]);
        check("pg/15/bin", &["pg/15/bin"]);
        check("none/*/bin", &[]);
    }
}
