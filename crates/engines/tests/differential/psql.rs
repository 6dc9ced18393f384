//! A script run by the real psql, as `psql -f` runs it.

use std::io::{Read as _, Seek as _, Write as _};
use std::process::{Command, Stdio};

use stepmark_scratch::Cluster;

use crate::server_log::{Logged, Mark};

/// What psql did.
pub(crate) struct Ran {
    /// Standard output and error together, in order; the file's name is taken out.
    pub(crate) printed: String,
    /// Whether it stopped before the end.
    pub(crate) stopped: bool,
    pub(crate) logged: Vec<Logged>,
}

/// Runs `script` in `database`, up to the first error if `on_error_stop`.
pub(crate) fn run(cluster: &Cluster, database: &str, script: &str, on_error_stop: bool) -> Ran {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(script.as_bytes()).unwrap();
    let mut printed = tempfile::tempfile().unwrap();
    let mark = Mark::now(cluster);
    let mut command = Command::new(cluster.programs().bindir().join("psql"));
    command
        .args(["-X", "-P", "pager=off"])
        // Ours shows tables that are wider than this expanded, whoever looks.
        .args(["-P", "expanded=auto", "-P", "columns=200", "-v"])
        .arg(format!("ON_ERROR_STOP={}", u8::from(on_error_stop)))
        .args(["-d", &cluster.url(database), "-f"])
        .arg(file.path())
        .env_clear()
        .env("LC_ALL", "C.UTF-8")
        .stdin(Stdio::null())
        .stdout(printed.try_clone().unwrap())
        .stderr(printed.try_clone().unwrap());
    let code = command.status().unwrap().code();
    let logged = mark.since(cluster, database);
    printed.rewind().unwrap();
    let mut bytes = Vec::new();
    printed.read_to_end(&mut bytes).unwrap();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    // 3 is an error in the script, 2 a lost connection.
    assert!(
        matches!(code, Some(0 | 2 | 3)),
        "psql ended with {code:?}: {text}"
    );
    Ran {
        printed: without_place(&text, &file.path().display().to_string()),
        stopped: code != Some(0),
        logged,
    }
}

/// `psql:FILE:12: ERROR:  …` without what comes before `ERROR`.
fn without_place(text: &str, file: &str) -> String {
    let place = format!("psql:{file}:");
    let mut kept = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let rest = line
            .strip_prefix(&place)
            .and_then(|rest| rest.split_once(": "));
        kept += rest.map_or(line, |(_, message)| message);
    }
    kept
}
