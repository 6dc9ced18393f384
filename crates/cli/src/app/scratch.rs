//! Throwaway clusters for a run: one, or those that the runbook's `rehearsal:` describes.

use std::collections::BTreeMap;
use std::path::Path;

use stepmark_core::ConnectionName;
use stepmark_core::plan::RehearsalCluster;
use stepmark_scratch::{Cluster, ClusterOptions, Programs};

use super::runbook::reason;
use super::{Inputs, Runbook};
use crate::{Complaint, Exit};

/// The database that a throwaway run works in, where the runbook names none.
const DATABASE: &str = "shop";
/// Every cluster has this one.
const MAINTENANCE_DATABASE: &str = "postgres";

/// Running throwaway clusters; gone when dropped.
pub(crate) struct Scratch {
    started: Vec<Started>,
    urls: BTreeMap<ConnectionName, String>,
}

/// A running cluster, and what it stands for.
pub(crate) struct Started {
    /// It.
    pub(crate) cluster: Cluster,
    /// The connections that lead there, each to its database.
    pub(crate) databases: Vec<(ConnectionName, String)>,
    /// What it was set up with, by name.
    pub(crate) setup: Option<String>,
}

/// SQL that a cluster is set up with.
#[derive(Clone)]
pub(crate) struct Fixture {
    /// What to call it to a person.
    pub(crate) name: String,
    /// The text, a script for psql.
    pub(crate) sql: String,
}

impl Fixture {
    /// Reads the file at `path`.
    pub(crate) fn read(path: &Path) -> Result<Self, Complaint> {
        let name = path.display().to_string();
        match std::fs::read_to_string(path) {
            Ok(sql) => Ok(Self { name, sql }),
            Err(error) => {
                let message = format!("cannot read {name}: {}", reason(&error));
                let hint = "nothing was executed; a fixture is a SQL file, a script for psql";
                Err(Complaint::new(Exit::Usage, message).hint(hint))
            }
        }
    }
}

/// A cluster to start: the connections that lead there, each to its database.
struct Wanted {
    settings: Vec<(String, String)>,
    databases: Vec<(ConnectionName, String)>,
    fixture: Option<Fixture>,
    /// Whether the fixture is a script of the author's, which has the inputs as psql variables.
    is_scripted: bool,
}

impl Scratch {
    /// Starts what stands for the servers of `runbook`, and runs the fixtures, which have its inputs as psql variables.
    /// `like` connections get no cluster: they follow the one they name. Their databases are made by fixtures or steps.
    pub(crate) fn start(
        runbook: &Runbook,
        fixture: Option<Fixture>,
        inputs: &Inputs,
    ) -> Result<Self, Complaint> {
        let wanted = wanted(runbook, fixture, &BTreeMap::new())?;
        Self::start_all(wanted, &variables(inputs), &|| Ok(()))
    }

    /// The same for a rehearsal: the connections in `schemas` are set up with those, and with nothing else. Between two
    /// clusters `go_on` may object.
    pub(crate) fn start_with_schemas(
        runbook: &Runbook,
        schemas: &BTreeMap<ConnectionName, Fixture>,
        inputs: &Inputs,
        go_on: &dyn Fn() -> Result<(), Complaint>,
    ) -> Result<Self, Complaint> {
        let wanted = wanted(runbook, None, schemas)?;
        Self::start_all(wanted, &variables(inputs), go_on)
    }

    fn start_all(
        wanted: Vec<Wanted>,
        variables: &str,
        go_on: &dyn Fn() -> Result<(), Complaint>,
    ) -> Result<Self, Complaint> {
        let programs = Programs::find_here().map_err(|error| complain(&error))?;
        let mut scratch = Self {
            started: Vec::new(),
            urls: BTreeMap::new(),
        };
        for wanted in wanted {
            go_on()?;
            scratch.start_one(&programs, wanted, variables)?;
        }
        go_on()?;
        Ok(scratch)
    }

    fn start_one(
        &mut self,
        programs: &Programs,
        wanted: Wanted,
        variables: &str,
    ) -> Result<(), Complaint> {
        let options = ClusterOptions {
            settings: wanted.settings,
            ..ClusterOptions::default()
        };
        let cluster = Cluster::start(programs, options).map_err(|error| complain(&error))?;
        for (connection, database) in &wanted.databases {
            if database != MAINTENANCE_DATABASE {
                cluster
                    .create_database(database)
                    .map_err(|error| complain(&error))?;
            }
            self.urls.insert(connection.clone(), cluster.url(database));
        }
        if let (Some(fixture), Some((_, database))) = (&wanted.fixture, wanted.databases.first()) {
            let variables = if wanted.is_scripted { variables } else { "" };
            let sql = format!("{variables}{}", fixture.sql);
            cluster.execute(database, &sql).map_err(|error| {
                let complaint = complain(&error);
                Complaint {
                    message: format!("the fixture {} failed: {}", fixture.name, complaint.message),
                    ..complaint
                }
                .hint(match wanted.is_scripted {
                    true => "no step was executed, and the cluster is gone; correct that file and run it again",
                    false => "no step was executed, and the cluster is gone; `--schema-from` takes a database whose schema these programs can make: install what it wants, or write a `setup:` instead",
                })
            })?;
        }
        self.started.push(Started {
            cluster,
            databases: wanted.databases,
            setup: wanted.fixture.map(|fixture| fixture.name),
        });
        Ok(())
    }

    /// The clusters.
    pub(crate) fn started(&self) -> &[Started] {
        &self.started
    }

    /// Gives the clusters away.
    pub(crate) fn into_started(self) -> Vec<Started> {
        self.started
    }

    /// Where each connection leads that follows no other.
    pub(crate) fn urls(&self) -> &BTreeMap<ConnectionName, String> {
        &self.urls
    }

    /// `PATH` with the clusters' own programs first, so that shell steps use the same version.
    pub(crate) fn path_variable(&self) -> Option<(String, String)> {
        let path = std::env::var("PATH").unwrap_or_default();
        let cluster = &self.started.first()?.cluster;
        let bindir = cluster.programs().bindir().display();
        Some(("PATH".to_owned(), format!("{bindir}:{path}")))
    }
}

/// The clusters that `runbook` needs: one for each connection of its `rehearsal:`, and one that all others share.
fn wanted(
    runbook: &Runbook,
    fixture: Option<Fixture>,
    schemas: &BTreeMap<ConnectionName, Fixture>,
) -> Result<Vec<Wanted>, Complaint> {
    let clusters = &runbook.plan.front.rehearsal.clusters;
    let of = |name: &ConnectionName| clusters.iter().find(|cluster| cluster.connection == *name);
    let roots = runbook.servers();
    if fixture.is_some() && roots.len() > 1 {
        let message = format!(
            "--fixture sets one server up, and the runbook has {}",
            roots.len()
        );
        return Err(Complaint::new(Exit::Usage, message).hint(
            "write `setup: FILE` for each connection under `rehearsal:` in the front matter",
        ));
    }
    let mut wanted = Vec::new();
    let mut shared = Wanted {
        settings: Vec::new(),
        databases: Vec::new(),
        fixture: None,
        is_scripted: true,
    };
    let has_own = |name: &ConnectionName| of(name).is_some() || schemas.contains_key(name);
    let apart = roots.iter().filter(|(name, _)| !has_own(name)).count() > 1;
    for (name, spec) in roots {
        let cluster = of(&name);
        let chosen = spec.and_then(|spec| spec.database.clone());
        let schema = schemas.get(&name).cloned();
        let shares = cluster.is_none() && schema.is_none();
        let database = chosen.unwrap_or_else(|| match shares && apart {
            true => name.to_string(),
            false => DATABASE.to_owned(),
        });
        let settings = cluster.map_or_else(Vec::new, |cluster| cluster.settings.clone());
        let (fixture, is_scripted) = match (schema, cluster) {
            (None, None) => {
                shared.databases.push((name, database));
                continue;
            }
            (Some(schema), _) => (Some(schema), false),
            (None, Some(cluster)) => (setup(runbook, cluster, fixture.as_ref())?, true),
        };
        wanted.push(Wanted {
            settings,
            databases: vec![(name, database)],
            fixture,
            is_scripted,
        });
    }
    if !shared.databases.is_empty() {
        shared.fixture = fixture;
        wanted.push(shared);
    }
    Ok(wanted)
}

/// What a cluster of `rehearsal:` is set up with; what was given by flag goes first.
fn setup(
    runbook: &Runbook,
    cluster: &RehearsalCluster,
    given: Option<&Fixture>,
) -> Result<Option<Fixture>, Complaint> {
    if let Some(given) = given {
        return Ok(Some(given.clone()));
    }
    let Some(setup) = &cluster.setup else {
        return Ok(None);
    };
    let fixture = Fixture::read(&runbook.folder().join(setup)).map_err(|complaint| {
        let place = runbook.place(&cluster.span);
        complaint.details([format!("{place}: the setup of {}", cluster.connection)])
    })?;
    Ok(Some(Fixture {
        name: setup.clone(),
        ..fixture
    }))
}

/// What gives a script the inputs as psql variables, without a line of its own, so that psql's line numbers are those of the
/// file. Secrets stay out: a fixture has no use for one, and its errors are shown.
fn variables(inputs: &Inputs) -> String {
    let known = inputs.given.iter().filter(|input| !input.secret);
    let set: String = known
        .map(|input| {
            let value: String = input.value.bytes().map(in_quotes).collect();
            format!("\\set {} '{value}' ", input.name)
        })
        .collect();
    match set.is_empty() {
        true => set,
        // What follows these is read as if it began the line.
        false => set + r"\\",
    }
}

/// A byte of a quoted word for psql: itself, or its octal escape (psql, "Meta-Commands").
fn in_quotes(byte: u8) -> String {
    match byte {
        b'\'' | b'\\' | ..b' ' | b'\x7f'.. => format!("\\{byte:03o}"),
        _ => char::from(byte).to_string(),
    }
}

pub(super) fn complain(error: &stepmark_scratch::Error) -> Complaint {
    let text = error.to_string();
    let mut lines = text.lines().map(str::to_owned);
    let complaint = Complaint::new(Exit::Refused, lines.next().unwrap_or_default()).details(lines);
    match error.hint() {
        Some(hint) => complaint.hint(hint),
        None => complaint,
    }
}

#[cfg(test)]
mod tests {
    use stepmark_core::VariableName;
    use stepmark_core::record::InputOrigin;
    use stepmark_driver::GivenInput;

    use super::*;

    /// The clusters that a front matter asks for, a line each.
    fn clusters(front: &str) -> Vec<String> {
        let runbook = Runbook::of_text(&format!("---\n{front}---\n"));
        let wanted = wanted(&runbook, None, &BTreeMap::new()).unwrap();
        let line = |wanted: Wanted| {
            let databases: Vec<String> = wanted
                .databases
                .iter()
                .map(|(name, database)| format!("{name}/{database}"))
                .collect();
            let settings: Vec<String> = wanted
                .settings
                .iter()
                .map(|(name, value)| format!(" {name}={value}"))
                .collect();
            format!("{}{}", databases.join(" "), settings.concat())
        };
        wanted.into_iter().map(line).collect()
    }

    #[test]
    fn a_fixture_gets_the_inputs_as_psql_variables_but_no_secret() {
        let given = |name: &str, value: &str, secret| GivenInput {
            name: VariableName::new(name),
            value: value.to_owned(),
            secret,
            origin: InputOrigin::Default,
        };
        let inputs = Inputs {
            given: vec![
                given("size", "10", false),
                given("pw", "hunter2", true),
                given("who", "it's\n", false),
            ],
            ..Inputs::default()
        };
        let expected = r"\set size '10' \set who 'it\047s\012' \\";
        assert_eq!(variables(&inputs), expected);
        assert_eq!(variables(&Inputs::default()), "");
    }

    #[test]
    fn clusters_follow_the_rehearsal_and_the_rest_shares_one() {
        assert_eq!(clusters("owner: me\n"), ["default/shop"]);
        let two = "connections:\n  a: { url: $A }\n  b: { url: $B, database: app }\n  c: { like: b, database: postgres }\n";
        assert_eq!(clusters(two), ["a/a b/app"]);
        assert_eq!(
            clusters(&format!(
                "{two}rehearsal:\n  a: {{ settings: {{ wal_level: replica }} }}\n  b: {{}}\n"
            )),
            ["a/shop wal_level=replica", "b/app"]
        );
        assert_eq!(
            clusters(&format!("{two}rehearsal:\n  b: {{}}\n")),
            ["b/app", "a/shop"]
        );
        let one = "connections:\n  only: { url: $A }\n";
        assert_eq!(clusters(one), ["only/shop"]);
    }
}
