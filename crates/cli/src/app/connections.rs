//! Where the runbook's connections lead, and whether anything answers there.

use std::collections::BTreeMap;
use std::time::Duration;

use stepmark_core::ConnectionName;
use stepmark_core::plan::{Plan, Step, StepKind};
use stepmark_core::runner::OpenFailure;
use stepmark_engines::postgres::{Account, Session, Settings};
use stepmark_tui::{Reach, TargetLine};

use super::operator::user_name;
use crate::{Complaint, Exit};

/// How long a server may take to answer before the run starts, where the settings do not say.
const PROBE_PATIENCE: Duration = Duration::from_secs(10);

/// The settings of each connection.
pub(crate) type Connections = BTreeMap<ConnectionName, Settings>;

/// Resolves the connections of `plan` from `--connect` values, `DATABASE_URL`, and libpq's environment and files.
pub(crate) fn resolve(plan: &Plan, given: &[String]) -> Result<Connections, Complaint> {
    let mut urls = BTreeMap::new();
    for value in given {
        let (name, url) = split_name(value);
        if urls.insert(name.clone(), url.to_owned()).is_some() {
            let message = format!("--connect is given twice for {name}");
            return Err(Complaint::new(Exit::Usage, message));
        }
    }
    let mut connections = Connections::new();
    for name in plan.connections() {
        let settings = settings(urls.remove(&name).as_deref())?;
        connections.insert(name, settings);
    }
    match urls.keys().next() {
        Some(unused) if *unused != ConnectionName::default() => Err(Complaint::new(
            Exit::Usage,
            format!("the runbook has no connection called {unused}"),
        )
        .hint("leave the name out: --connect URL")),
        _ => Ok(connections),
    }
}

/// One connection's settings; `url` is what `--connect` said.
pub(crate) fn settings(url: Option<&str>) -> Result<Settings, Complaint> {
    let environment = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let database_url = environment("DATABASE_URL");
    let connect = match (url, &database_url) {
        (Some(url), _) => Some((url, "--connect")),
        (None, Some(url)) => Some((url.as_str(), "DATABASE_URL")),
        (None, None) => None,
    };
    let account = Account {
        user: user_name(rustix::process::geteuid().as_raw()),
        home: std::env::var_os("HOME").map(std::path::PathBuf::from),
    };
    Settings::resolve(connect, &environment, &account).map_err(|error| {
        Complaint::new(Exit::Usage, error.to_string())
            .hint("a connection is a URL, postgresql://user@host:5432/database, or keywords, 'host=… dbname=…'")
    })
}

/// Opens each connection that a SQL step uses once, to say where it leads, and closes it again.
pub(crate) fn probe(plan: &Plan, connections: &Connections) -> Vec<TargetLine> {
    let used = |name: &ConnectionName| {
        let uses =
            |step: &Step| step.kind == StepKind::Sql && step.connection.as_ref() == Some(name);
        plan.steps.iter().any(uses)
    };
    let probe_one = |(name, settings): (&ConnectionName, &Settings)| TargetLine {
        connection: name.clone(),
        reach: match used(name) {
            false => Reach::Untried,
            true => reach(settings),
        },
        settings: settings.report(),
    };
    connections.iter().map(probe_one).collect()
}

fn reach(settings: &Settings) -> Reach {
    let settings = settings.clone().waiting_at_most(PROBE_PATIENCE);
    match Session::open(settings, "stepmark", Box::new(|_| ())) {
        Ok((session, identity)) => {
            session.close(Box::new(|_| ()));
            Reach::Identified(Box::new(identity))
        }
        Err(failure) => Reach::Failed(failure),
    }
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

/// `name=URL` or `URL`: a name is there when it stands before the first `=` of something that is a URL itself, or
/// before two of them; `host=/tmp` alone is keywords.
fn split_name(value: &str) -> (ConnectionName, &str) {
    if let Some((name, rest)) = value.split_once('=') {
        let is_name = !name.is_empty() && !name.contains([' ', ':', '/', '?']);
        let is_url = rest.starts_with("postgresql://") || rest.starts_with("postgres://");
        if is_name && is_url {
            return (ConnectionName::new(name), rest);
        }
    }
    (ConnectionName::default(), value)
}
