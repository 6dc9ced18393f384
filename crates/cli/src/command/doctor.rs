//! `stepmark doctor`: what would be in the way, before it is.

mod finding;
mod looks;

use std::io::Write as _;
use std::path::Path;

use finding::{Finding, State};

use crate::arguments::DoctorArguments;
use crate::{Complaint, Exit};

/// Looks at programs, terminal, disk, permissions and the connection, and says what is missing and how to get it.
pub(crate) fn doctor(arguments: &DoctorArguments) -> Result<Exit, Complaint> {
    let folder = arguments.file.as_deref().and_then(Path::parent);
    let folder = folder
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let mut findings = looks::programs();
    findings.push(looks::server_programs());
    findings.push(looks::terminal());
    findings.push(looks::log_folder(folder));
    findings.push(looks::space(folder));
    findings.extend(looks::connection(arguments.connect.as_deref())?);
    let mut out = anstream::stdout().lock();
    let text: String = findings.iter().map(Finding::text).collect();
    let _ = out.write_all(stepmark_engines::sanitize::sanitize(&text).as_bytes());
    let missing = findings
        .iter()
        .any(|finding| finding.state == State::Missing);
    Ok(if missing { Exit::Failed } else { Exit::Done })
}
