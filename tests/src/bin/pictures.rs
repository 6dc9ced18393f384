//! Makes the pictures of README and docs from the real program: `cargo run -p stepmark-tests --bin pictures`.

use std::fs;
use std::path::{Path, PathBuf};

use stepmark_tests::{Home, Pty, svg};

const ROWS: u16 = 34;
const COLUMNS: u16 = 118;

fn main() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/pictures");
    fs::create_dir_all(&folder).expect("the folder of pictures");
    let home = Home::new();
    let mut pty = Pty::start(home.command(&["demo"]), ROWS, COLUMNS);
    pty.shows("Nothing has run yet");
    take(&pty, &folder, "opening");
    pty.press("\r");
    pty.shows("[ Run ]");
    for done in 1..=9 {
        pty.press("\r");
        pty.shows(&format!(" {done}/26"));
        // The screen drops run keys that come right behind an outcome, as a held-down key would send them.
        std::thread::sleep(std::time::Duration::from_millis(400));
    }
    take(&pty, &folder, "run");
    pty.press("?");
    pty.shows("Keys");
    take(&pty, &folder, "help");
    pty.press("\x1b");
    pty.hides("Keys");
    pty.press("s");
    pty.shows("reason");
    take(&pty, &folder, "skip");
    pty.press("\x1b");
    pty.hides("reason");
    pty.press("q");
    pty.shows("Roll back and leave");
    take(&pty, &folder, "leave");
    pty.press("y");
    pty.ends();
}

fn take(pty: &Pty, folder: &Path, name: &str) {
    let path: PathBuf = folder.join(format!("{name}.svg"));
    let picture = pty.look(|screen| svg(screen, "stepmark — postgres-migration-steps.md"));
    fs::write(&path, picture).expect("a picture");
    println!("{}", path.display());
}
