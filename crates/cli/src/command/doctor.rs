//! `stepmark doctor`: what would be in the way, before it is.

mod finding;
mod looks;

use std::path::Path;

use finding::{Finding, State};

use crate::app::Runbook;
use crate::arguments::{DoctorArguments, SettingArguments};
use crate::say::say_on_stdout;
use crate::settings::Settings;
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
        .map(Runbook::look_at)
        .transpose()?;
    let mut findings = looks::programs();
    findings.extend(runbook.iter().flat_map(looks::tools));
    findings.push(looks::server_programs());
    findings.push(looks::terminal());
    let settings = Settings::here(&SettingArguments::default());
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
    findings.extend(connections(runbook.as_ref(), &arguments.connect));
    let text: String = findings.iter().map(Finding::text).collect();
    say_on_stdout(&stepmark_engines::sanitize::sanitize(&text));
    let missing = findings
        .iter()
        .any(|finding| finding.state == State::Missing);
    Ok(if missing { Exit::Failed } else { Exit::Done })
}

/// Those that the runbook declares, as `given` completes them; else those that are given; else the usual one.
fn connections(runbook: Option<&Runbook>, given: &[String]) -> Vec<Finding> {
    let of_runbook = runbook
        .filter(|runbook| !given.is_empty() || !runbook.plan.front.connections.is_empty())
        .map(|runbook| looks::declared(runbook, given))
        .filter(|findings| !findings.is_empty());
    match of_runbook {
        Some(findings) => findings,
        None if given.is_empty() => vec![looks::usual_connection()],
        None => looks::given(given),
    }
}
