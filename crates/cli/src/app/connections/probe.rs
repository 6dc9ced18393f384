//! Whether anything answers where the connections lead, and what.

use std::collections::BTreeMap;
use std::time::Duration;

use stepmark_core::ConnectionName;
use stepmark_core::plan::{Generated, Plan, Step, StepKind};
use stepmark_core::record::TargetIdentity;
use stepmark_core::runner::{OpenFailure, Setting};
use stepmark_engines::postgres::{Opening, Session, Settings};
use stepmark_tui::{Reach, TargetLine};

use super::password::identified;
use crate::app::ask::Ask;
use crate::{Complaint, Exit};

/// How long a server may take to answer before the run starts, where the settings do not say.
const PROBE_PATIENCE: Duration = Duration::from_secs(10);

/// The settings that say where a connection leads, by libpq's names.
const ADDRESS: [&str; 4] = ["host", "port", "dbname", "user"];

/// Opens each connection that a SQL step uses once, to say where it leads, and closes it again; every connection where
/// the runbook bounds the server's version. In the order in which they are declared. A password that is missing is asked
/// for, if there is a `person`.
pub(crate) fn probe(
    plan: &Plan,
    connections: &mut BTreeMap<ConnectionName, Settings>,
    mut person: Option<&mut dyn Ask>,
) -> Result<Vec<TargetLine>, Complaint> {
    let bounded = !plan.front.requires.postgres.is_empty();
    let used =
        |name: &ConnectionName| bounded || plan.steps.iter().any(|step| is_for_sql(step, name));
    let mut lines = Vec::with_capacity(connections.len());
    for (name, settings) in connections {
        // `as_deref_mut` would borrow the person for as long as they live.
        let person: Option<&mut dyn Ask> = match &mut person {
            Some(person) => Some(&mut **person),
            None => None,
        };
        let reach = match used(name) {
            false => Reach::Untried,
            true => reach(name, settings, person)?,
        };
        lines.push(TargetLine {
            connection: name.clone(),
            reach,
            settings: settings.report(),
        });
    }
    let declared = &plan.front.connections;
    lines.sort_by_key(|line| {
        declared
            .iter()
            .position(|spec| spec.name == line.connection)
    });
    Ok(lines)
}

/// Whether `step` sends SQL over the connection called `name`.
fn is_for_sql(step: &Step, name: &ConnectionName) -> bool {
    let generated = matches!(&step.sql.generated, Some(Generated::On(on)) if on == name);
    generated || step.kind == StepKind::Sql && step.connection.as_ref() == Some(name)
}

fn reach(
    name: &ConnectionName,
    settings: &mut Settings,
    person: Option<&mut dyn Ask>,
) -> Result<Reach, Complaint> {
    let identify = |settings: &Settings| identify(settings, "stepmark");
    Ok(match identified(name, settings, person, &identify)? {
        Ok(identity) => Reach::Identified(Box::new(identity)),
        Err(failure) => Reach::Failed(failure),
    })
}

/// Opens a session under `application`, and closes it again.
pub(crate) fn identify(
    settings: &Settings,
    application: &str,
) -> Result<TargetIdentity, OpenFailure> {
    let settings = settings.clone().waiting_at_most(PROBE_PATIENCE);
    let (session, identity) =
        Session::open(settings, Opening::named(application), Box::new(|_| ()))?;
    session.close(Box::new(|_| ()));
    Ok(identity)
}

/// The failure that keeps the run from starting: the first step that needs a server cannot reach it, and no
/// shell step before it could have made it reachable.
pub(crate) fn unreachable<'a>(
    plan: &Plan,
    targets: &'a [TargetLine],
) -> Option<(&'a TargetLine, &'a OpenFailure)> {
    let first = plan
        .steps
        .iter()
        .find(|step| step.is_main() && step.kind != StepKind::Manual)?;
    let name = first
        .connection
        .as_ref()
        .filter(|_| first.kind == StepKind::Sql)?;
    targets
        .iter()
        .find(|line| line.connection == *name)
        .and_then(|line| match &line.reach {
            Reach::Failed(failure) => Some((line, failure)),
            Reach::Identified(_) | Reach::Untried => None,
        })
}

/// A failed connection: what to do about it, and each setting that was given with where it came from. What is only libpq's
/// own default tells nothing, but for the address.
pub(crate) fn complain(name: &ConnectionName, failure: &OpenFailure) -> Complaint {
    let is_told = |setting: &&Setting| {
        ADDRESS.contains(&setting.name.as_str()) || setting.origin != "default"
    };
    let told: Vec<&Setting> = failure.settings.iter().filter(is_told).collect();
    let longest =
        |of: fn(&Setting) -> &str| told.iter().map(|one| of(one).len()).max().unwrap_or(0);
    let width = longest(|setting| &setting.name);
    let value_width = longest(|setting| &setting.value);
    let lines = told.iter().map(|setting| {
        let (name, value) = (&setting.name, &setting.value);
        format!(
            "{name:width$}  {value:value_width$}  from {}",
            setting.origin
        )
    });
    let message = format!("connection {name}: {}", failure.message);
    let complaint = Complaint::new(Exit::Refused, message).details(lines);
    match &failure.hint {
        Some(hint) => complaint.hint(hint.clone()),
        None => complaint,
    }
}
