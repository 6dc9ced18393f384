//! The price of durability that a peer pays too: a file appended to and synced so often. Knows no journal.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;

use stepmark_tests::Finished;

/// The length of a record of a trivial step, about.
const RECORD: [u8; 400] = [b'x'; 400];

/// Appends to a new file in `folder` and syncs it, `count` times.
pub(crate) fn synced(folder: &Path, count: usize) -> Finished {
    let path = folder.join("appended");
    let finished = Finished::work(|| {
        let mut options = OpenOptions::new();
        let mut file = options
            .append(true)
            .create_new(true)
            .open(&path)
            .expect("a file in our own folder");
        for _ in 0..count {
            file.write_all(&RECORD).expect("the disk takes it");
            file.sync_data().expect("the disk takes it");
        }
    });
    std::fs::remove_file(&path).expect("our own file");
    finished
}
