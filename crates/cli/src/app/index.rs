//! A list of run directories, so that a run is found from anywhere. Rebuildable: nothing depends on it being there.

use std::collections::HashSet;
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::Folders;

/// Adds `directory` to the list. A list that cannot be written costs only the convenience.
pub(crate) fn remember(folders: &Folders, directory: &Path) {
    let Some(state) = &folders.state else { return };
    let Some(text) = directory.to_str().filter(|text| !text.contains('\n')) else {
        return;
    };
    let append = || -> std::io::Result<()> {
        fs::create_dir_all(state)?;
        let mut file = OpenOptions::new()
            .append(true)
            .create(true)
            .open(state.join("runs"))?;
        file.write_all(format!("{text}\n").as_bytes())
    };
    let _ = append();
}

/// The directories in the list that still exist, each once: a run is listed anew whenever it is taken up.
pub(crate) fn remembered(folders: &Folders) -> Vec<PathBuf> {
    let file = folders.state.as_ref().map(|state| state.join("runs"));
    let text = file
        .and_then(|file| fs::read_to_string(file).ok())
        .unwrap_or_default();
    let mut seen = HashSet::new();
    text.lines()
        .filter(|line| seen.insert(*line))
        .map(PathBuf::from)
        .filter(|path| path.join("journal.jsonl").is_file())
        .collect()
}
