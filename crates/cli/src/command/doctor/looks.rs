//! The looks themselves. Nothing they make stays.

use std::io::IsTerminal as _;
use std::path::Path;

use stepmark_core::ConnectionName;
use stepmark_core::plan::Span;
use stepmark_engines::postgres::Settings as ConnectionSettings;
use stepmark_scratch::Programs;

use super::finding::{Finding, State};
use crate::Complaint;
use crate::app::{
    Connections, Runbook, Signer, Surroundings, complain, identify, in_path, resolve, resolve_given,
};
use crate::settings::Settings;

/// Programs that steps call, and what for.
const PROGRAMS: &[(&str, State, &str)] = &[
    ("bash", State::Missing, "shell steps need it"),
    (
        "psql",
        State::Note,
        "psql fences and many shell steps need it",
    ),
    ("pg_dump", State::Note, "backup steps need it"),
    ("pg_restore", State::Note, "restore steps need it"),
];

pub(super) fn programs() -> Vec<Finding> {
    let find = |(name, state, why): &(&str, State, &str)| match in_path(name, &path(), here()) {
        Some(path) => Finding::new(State::Fine, name, path.display().to_string()),
        None => Finding::new(*state, name, format!("not in PATH; {why}")).hint(format!(
            "install it, or put its folder into PATH: {}",
            install(name)
        )),
    };
    PROGRAMS.iter().map(find).collect()
}

/// The programs that `runbook` requires beside those that are looked for anyway.
pub(super) fn tools(runbook: &Runbook) -> Vec<Finding> {
    let known = |tool: &str| PROGRAMS.iter().any(|(name, ..)| *name == tool);
    let tools = runbook.plan.front.requires.tools.iter();
    let find = |(tool, span): &(String, Span)| match in_path(tool, &path(), &runbook.folder()) {
        Some(path) => Finding::new(State::Fine, tool, path.display().to_string()),
        None => {
            let more = format!("not in PATH; {} requires it", runbook.place(span));
            Finding::new(State::Missing, tool, more).hint("install it, or put its folder into PATH")
        }
    };
    tools
        .filter(|(tool, _)| !known(tool) || in_path(tool, &path(), here()).is_none())
        .map(find)
        .collect()
}

pub(super) fn server_programs() -> Finding {
    match Programs::find_here() {
        Ok(programs) => {
            let (version, bindir) = (programs.version(), programs.bindir().display());
            Finding::new(State::Fine, "postgres", format!("{version} in {bindir}"))
        }
        Err(error) => {
            let hint = error.hint().unwrap_or_default();
            Finding::new(
                State::Note,
                "postgres",
                "no server programs; the demo and --scratch need them",
            )
            .hint(hint)
        }
    }
}

pub(super) fn terminal() -> Finding {
    let stdout = std::io::stdout();
    if !stdout.is_terminal() {
        return Finding::new(
            State::Note,
            "terminal",
            "stdout is none; runs are headless here",
        );
    }
    let size = rustix::termios::tcgetwinsize(stdout);
    let (columns, rows) = size.map_or((0, 0), |size| (size.ws_col, size.ws_row));
    let kind = std::env::var("TERM").unwrap_or_default();
    if kind == "dumb" {
        let more = "it cannot move its cursor; runs are asked about in lines";
        return Finding::new(State::Note, "terminal", more);
    }
    let state = if columns >= 80 && rows >= 24 {
        State::Fine
    } else {
        State::Note
    };
    Finding::new(state, "terminal", format!("{kind}, {columns}×{rows}"))
        .hint("the screen wants 80×24 or more")
}

/// The folder that logs go to, or that it would be made in.
pub(super) fn log_folder(folder: &Path) -> Finding {
    let place = folder;
    let tried = standing(folder);
    match tempfile_in(tried) {
        Ok(()) => Finding::new(
            State::Fine,
            "log",
            format!("{} can be written", place.display()),
        ),
        Err(error) => Finding::new(
            State::Missing,
            "log",
            format!("{} cannot be written: {error}", place.display()),
        )
        .hint("runs are recorded beside the runbook; give another place with --log-dir DIR"),
    }
}

pub(super) fn space(folder: &Path) -> Finding {
    const WANTED: u64 = 64 << 20;
    match rustix::fs::statvfs(standing(folder)) {
        Ok(volume) => {
            let free = volume.f_bavail.saturating_mul(volume.f_frsize);
            let state = if free >= WANTED {
                State::Fine
            } else {
                State::Missing
            };
            Finding::new(state, "disk", format!("{} MiB free", free >> 20))
                .hint("a run wants 64 MiB for its outputs; make room or use --log-dir DIR")
        }
        Err(error) => Finding::new(
            State::Missing,
            "disk",
            format!("{}: {error}", folder.display()),
        ),
    }
}

/// `folder`, or the nearest above it that is there.
fn standing(folder: &Path) -> &Path {
    let mut above = folder.ancestors();
    let found = above.find(|folder| folder.is_dir());
    found.unwrap_or(Path::new("."))
}

/// What the settings say, or what is wrong with them.
pub(super) fn settings(settings: Result<&Settings, &Complaint>) -> Finding {
    match settings {
        Ok(settings) => {
            let plain = match settings.plain.value {
                true => "; runs are asked about in lines",
                false => "",
            };
            let more = format!("theme {}{plain}", settings.theme.value.word());
            Finding::new(State::Fine, "settings", more)
        }
        Err(complaint) => {
            let mut finding = Finding::new(State::Missing, "settings", complaint.message.clone());
            finding.hint.clone_from(&complaint.hint);
            finding
        }
    }
}

/// Whether the key that the settings name signs.
pub(super) fn signing_key(key: &Path) -> Finding {
    match Signer::try_out(key) {
        Ok(_) => Finding::new(State::Fine, "signing", format!("{} signs", key.display())),
        Err(complaint) => {
            let mut finding = Finding::new(State::Missing, "signing", complaint.message);
            finding.details = complaint.details;
            finding
        }
    }
}

/// The connection of a runbook that declares none, as the environment has it.
pub(super) fn usual_connection() -> Finding {
    let named = ["DATABASE_URL", "PGHOST", "PGSERVICE"]
        .iter()
        .any(|name| std::env::var_os(name).is_some());
    let state = if named { State::Missing } else { State::Note };
    let name = ConnectionName::default();
    match Surroundings::here().only(None) {
        Ok(settings) => tried(&name, &settings, state),
        Err(complaint) => unresolved(complaint),
    }
}

/// Each connection that `runbook` declares, or that a step of one that declares none uses.
pub(super) fn declared(runbook: &Runbook, given: &[String]) -> Vec<Finding> {
    each(resolve(runbook, given, &Surroundings::here()))
}

/// Each connection that `--connect` gives.
pub(super) fn given(given: &[String]) -> Vec<Finding> {
    each(resolve_given(given, &Surroundings::here()))
}

fn each(resolved: Result<Connections, Complaint>) -> Vec<Finding> {
    match resolved {
        Ok(connections) => connections
            .settings
            .iter()
            .map(|(name, settings)| tried(name, settings, State::Missing))
            .collect(),
        Err(complaint) => vec![unresolved(complaint)],
    }
}

fn unresolved(complaint: Complaint) -> Finding {
    let mut finding = Finding::new(State::Missing, "connections", complaint.message);
    finding.details = complaint.details;
    finding.hint = complaint.hint;
    finding
}

fn tried(name: &ConnectionName, settings: &ConnectionSettings, failed: State) -> Finding {
    let what = match *name == ConnectionName::default() {
        true => "connection",
        false => name.as_str(),
    };
    match identify(settings, "stepmark doctor") {
        Ok(identity) => {
            let (database, user, role) = (&identity.database, &identity.user, identity.role.word());
            let more = format!(
                "{database} as {user}, PostgreSQL {}, {role}",
                identity.server_version
            );
            Finding::new(State::Fine, what, more)
        }
        Err(failure) => {
            let complaint = complain(name, &failure);
            let mut finding = Finding::new(failed, what, failure.message);
            finding.details = complaint.details;
            finding.hint(complaint.hint.unwrap_or_default())
        }
    }
}

fn path() -> String {
    std::env::var("PATH").unwrap_or_default()
}

fn here() -> &'static Path {
    Path::new("")
}

fn install(program: &str) -> &'static str {
    match program {
        "bash" => "apt install bash",
        _ => "apt install postgresql-client, dnf install postgresql, brew install libpq",
    }
}

fn tempfile_in(folder: &Path) -> Result<(), String> {
    let path = folder.join(format!(".stepmark-doctor-{}", std::process::id()));
    let made = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&path);
    match made {
        Ok(file) => {
            let synced = file.sync_all();
            std::fs::remove_file(&path).map_err(|error| error.to_string())?;
            synced.map_err(|error| error.to_string())
        }
        Err(error) => Err(error.to_string()),
    }
}
