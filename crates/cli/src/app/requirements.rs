//! What the runbook requires, against what is there: programs in PATH, versions of servers. Installs nothing.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use stepmark_core::plan::{Comparison, VersionBound};
use stepmark_tui::{Reach, TargetLine};

use super::Runbook;
use crate::{Complaint, Exit};

/// Refuses a run that lacks something its runbook requires, with all that is missing. `path` is PATH as shell steps see
/// it. A server that could not be asked is not judged: what keeps it from answering is told elsewhere.
pub(crate) fn check_requirements(
    runbook: &Runbook,
    targets: &[TargetLine],
    path: &str,
) -> Result<(), Complaint> {
    let requires = &runbook.plan.front.requires;
    let folder = runbook.folder();
    let missing_tools: Vec<String> = requires
        .tools
        .iter()
        .filter(|(tool, _)| in_path(tool, path, &folder).is_none())
        .map(|(tool, span)| format!("{}: {tool} is not in PATH", runbook.place(span)))
        .collect();
    let old_servers: Vec<String> = targets
        .iter()
        .filter_map(|target| wrong_version(runbook, target))
        .collect();
    if missing_tools.is_empty() && old_servers.is_empty() {
        return Ok(());
    }
    let looked = (!missing_tools.is_empty()).then(|| format!("PATH is {path}"));
    let mut ways = Vec::new();
    if looked.is_some() {
        ways.push("install what is missing or put its folder into PATH");
    }
    if !old_servers.is_empty() {
        ways.push("connect to a server of a version the runbook is written for");
    }
    let message = format!(
        "{} cannot run here: it requires what is not there",
        runbook.path.display()
    );
    Err(Complaint::new(Exit::Refused, message)
        .details(missing_tools)
        .details(old_servers)
        .details(looked)
        .hint(format!("nothing was executed; {}", ways.join(", and "))))
}

/// What is wrong with the version of the server that `target` leads to, as a line.
fn wrong_version(runbook: &Runbook, target: &TargetLine) -> Option<String> {
    let requires = &runbook.plan.front.requires;
    let Reach::Identified(identity) = &target.reach else {
        return None;
    };
    let found = &identity.server_version;
    let is_met = |(major, minor)| {
        requires
            .postgres
            .iter()
            .all(|bound| bound.allows(major, minor))
    };
    if version(found).is_none_or(is_met) {
        return None;
    }
    let place = match &requires.postgres_span {
        Some(span) => runbook.place(span),
        None => runbook.path.display().to_string(),
    };
    let name = &target.connection;
    let bounds = bounds_text(&requires.postgres);
    Some(format!(
        "{place}: PostgreSQL {bounds}, and connection {name} leads to {found}"
    ))
}

/// Major and minor of `server_version`: `15.13 (Debian 15.13-1)`, `17beta1`, `9.6.3`.
fn version(text: &str) -> Option<(u32, u32)> {
    let mut parts = text.split('.');
    let digits = |part: &str| {
        let end = part
            .find(|sign: char| !sign.is_ascii_digit())
            .unwrap_or(part.len());
        part[..end].parse().ok()
    };
    let major = digits(parts.next()?)?;
    Some((major, parts.next().and_then(digits).unwrap_or(0)))
}

fn bounds_text(bounds: &[VersionBound]) -> String {
    let text = |bound: &VersionBound| {
        let sign = match bound.comparison {
            Comparison::AtLeast => ">=",
            Comparison::Above => ">",
            Comparison::AtMost => "<=",
            Comparison::Below => "<",
            Comparison::Exactly => "",
        };
        match bound.minor {
            Some(minor) => format!("{sign}{}.{minor}", bound.major),
            None => format!("{sign}{}", bound.major),
        }
    };
    bounds.iter().map(text).collect::<Vec<_>>().join(" ")
}

/// The program called `tool` in the folders of `path`, those that are relative seen from `folder`.
pub(crate) fn in_path(tool: &str, path: &str, folder: &Path) -> Option<PathBuf> {
    let is_program = |path: &PathBuf| {
        path.metadata()
            .is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
    };
    std::env::split_paths(path)
        .map(|place| folder.join(place).join(tool))
        .find(is_program)
}

#[cfg(test)]
mod tests {
    use stepmark_core::ConnectionName;
    use stepmark_core::record::{ServerRole, TargetIdentity};

    use super::*;

    fn target(name: &str, version: &str) -> TargetLine {
        let identity = TargetIdentity {
            system_identifier: None,
            database: "shop".to_owned(),
            database_oid: 1,
            user: "app".to_owned(),
            host: "h".to_owned(),
            port: 5432,
            server_version: version.to_owned(),
            role: ServerRole::Primary,
            backend_pid: 1,
            backend_start: String::new(),
            pooler: false,
            locked: false,
            tls: false,
        };
        TargetLine {
            connection: ConnectionName::new(name),
            reach: Reach::Identified(Box::new(identity)),
            settings: Vec::new(),
        }
    }

    #[test]
    fn versions_are_read_from_what_servers_say() {
        let cases = [
            ("15.13 (Debian 15.13-1.pgdg12+1)", Some((15, 13))),
            ("17beta1", Some((17, 0))),
            ("9.6.3", Some((9, 6))),
            ("16", Some((16, 0))),
            ("unknown", None),
        ];
        for (text, expected) in cases {
            assert_eq!(version(text), expected, "{text}");
        }
    }

    #[test]
    fn everything_that_is_missing_is_told_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let program = |name: &str, mode| {
            let path = folder.path().join(name);
            std::fs::write(&path, "").unwrap();
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        };
        program("pg_dump", 0o755);
        program("notes", 0o644);
        let book = "---\nrequires:\n  postgres: \">=14 <16.2\"\n  tools:\n    - pg_dump\n    - notes\n    - pg_ctl\n---\n";
        let runbook = Runbook::of_text(book);
        let path = folder.path().display().to_string();
        let targets = ["15.13", "16.2", "13.1"]
            .map(|version| target(&format!("s{}", &version[..2]), version));
        let complaint = check_requirements(&runbook, &targets, &path).unwrap_err();
        assert_eq!(
            complaint.text(),
            format!(
                "error: book.md cannot run here: it requires what is not there
  book.md:6: notes is not in PATH
  book.md:7: pg_ctl is not in PATH
  book.md:3: PostgreSQL >=14 <16.2, and connection s16 leads to 16.2
  book.md:3: PostgreSQL >=14 <16.2, and connection s13 leads to 13.1
  PATH is {path}
hint: nothing was executed; install what is missing or put its folder into PATH, and connect to a server of a version the runbook is written for
"
            )
        );
        assert_eq!(complaint.exit, Exit::Refused);
        program("notes", 0o755);
        program("pg_ctl", 0o700);
        assert!(check_requirements(&runbook, &targets[..1], &path).is_ok());
    }
}
