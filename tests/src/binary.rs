//! The binary under test, built once a test process if it is not there yet.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// The path of the `stepmark` binary of this build.
pub fn stepmark() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| {
        let test = std::env::current_exe().expect("a test knows its own path");
        let folder = test.parent().expect("programs are built into a folder");
        let profile = match folder.ends_with("deps") {
            true => folder
                .parent()
                .expect("tests are built into target/PROFILE/deps"),
            false => folder,
        };
        let mut build = Command::new(env!("CARGO"));
        build.args(["build", "--quiet", "--locked", "-p", "stepmark"]);
        build.current_dir(env!("CARGO_MANIFEST_DIR"));
        if profile.file_name().is_some_and(|name| name == "release") {
            build.arg("--release");
        }
        let built = build.status().expect("cargo runs");
        assert!(built.success(), "the binary under test does not build");
        profile.join("stepmark")
    })
}
