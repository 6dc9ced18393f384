//! `stepmark doctor`: what would be in the way, before it is.

mod finding;
mod looks;

use std::io::Write as _;
use std::path::Path;

use finding::{Finding, State};

use crate::app::Runbook;
use crate::arguments::DoctorArguments;
use crate::settings::{Flags, Settings};
use crate::{Complaint, Exit};

/// Looks at programs, terminal, disk, permissions and the connection, and says what is missing and how to get it.
pub(crate) fn doctor(arguments: &DoctorArguments) -> Result<Exit, Complaint> {
    let folder = arguments.file.as_deref().and_then(Path::parent);
    let folder = folder
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let runbook = arguments
        .file
        .as_deref()
        .filter(|file| file.is_file())
        .map(Runbook::look_at)
        .transpose()?;
    let mut findings = looks::programs();
    findings.extend(runbook.iter().flat_map(looks::tools));
    findings.push(looks::server_programs());
    findings.push(looks::terminal());
    let settings = Settings::here(&Flags::default()).and_then(|settings| {
        settings.bound()?;
        Ok(settings)
    });
    findings.push(looks::settings(settings.as_ref()));
    let settings = settings.ok();
    let key = settings
        .as_ref()
        .and_then(|known| known.sign.value.as_deref());
    findings.extend(key.map(looks::signing_key));
    match settings
        .as_ref()
        .and_then(|known| known.log_dir.value.as_deref())
    {
        Some(folder) => {
            findings.push(looks::log_folder(folder));
            findings.push(looks::space(folder));
        }
        None => {
            findings.push(looks::log_folder(&folder.join(".stepmark")));
            findings.push(looks::space(folder));
        }
    }
    let given = &arguments.connect;
    match runbook.filter(|runbook| !runbook.plan.front.connections.is_empty()) {
        Some(runbook) => findings.extend(looks::declared(&runbook, given)),
        None => findings.push(looks::connection(given.first().map(String::as_str))?),
    }
    let mut out = anstream::stdout().lock();
    let text: String = findings.iter().map(Finding::text).collect();
    let _ = out.write_all(stepmark_engines::sanitize::sanitize(&text).as_bytes());
    let missing = findings
        .iter()
        .any(|finding| finding.state == State::Missing);
    Ok(if missing { Exit::Failed } else { Exit::Done })
}
