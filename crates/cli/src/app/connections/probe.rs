//! Whether anything answers where the connections lead, and what.

use std::collections::BTreeMap;
use std::time::Duration;

use stepmark_core::ConnectionName;
use stepmark_core::plan::{Generated, Plan, Step, StepKind};
use stepmark_core::record::TargetIdentity;
use stepmark_core::runner::OpenFailure;
use stepmark_engines::postgres::{Opening, Session, Settings};
use stepmark_tui::{Reach, TargetLine};

use crate::{Complaint, Exit};

/// How long a server may take to answer before the run starts, where the settings do not say.
const PROBE_PATIENCE: Duration = Duration::from_secs(10);

/// Opens each connection that a SQL step uses once, to say where it leads, and closes it again; every connection where
/// the runbook bounds the server's version. In the order in which they are declared.
pub(crate) fn probe(
    plan: &Plan,
    connections: &BTreeMap<ConnectionName, Settings>,
) -> Vec<TargetLine> {
    let bounded = !plan.front.requires.postgres.is_empty();
    let used =
        |name: &ConnectionName| bounded || plan.steps.iter().any(|step| is_for_sql(step, name));
    let probe_one = |(name, settings): (&ConnectionName, &Settings)| TargetLine {
        connection: name.clone(),
        reach: match used(name) {
            false => Reach::Untried,
            true => reach(settings),
        },
        settings: settings.report(),
    };
    let mut lines: Vec<TargetLine> = connections.iter().map(probe_one).collect();
    let declared = &plan.front.connections;
    lines.sort_by_key(|line| {
        declared
            .iter()
            .position(|spec| spec.name == line.connection)
    });
    lines
}

/// Whether `step` sends SQL over the connection called `name`.
fn is_for_sql(step: &Step, name: &ConnectionName) -> bool {
    let generated = matches!(&step.sql.generated, Some(Generated::On(on)) if on == name);
    generated || step.kind == StepKind::Sql && step.connection.as_ref() == Some(name)
}

fn reach(settings: &Settings) -> Reach {
    match identify(settings, "stepmark") {
        Ok(identity) => Reach::Identified(Box::new(identity)),
        Err(failure) => Reach::Failed(failure),
    }
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

/// A failed connection with each setting and where it came from.
pub(crate) fn complain(name: &ConnectionName, failure: &OpenFailure) -> Complaint {
    let width = failure
        .settings
        .iter()
        .map(|setting| setting.name.len())
        .max()
        .unwrap_or(0);
    let value_width = failure
        .settings
        .iter()
        .map(|setting| setting.value.len())
        .max()
        .unwrap_or(0);
    let lines = failure.settings.iter().map(|setting| {
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
