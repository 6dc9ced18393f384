//! From declared connections, `--connect` and the environment to settings. Connects nowhere.

use std::collections::{BTreeMap, BTreeSet};
use std::env::VarError;

use stepmark_core::ConnectionName;
use stepmark_core::plan::{ConnectionSpec, Generated, Plan};
use stepmark_engines::postgres::{Account, Settings};
use stepmark_parse::nearest;

use super::addresses::{Peer, addresses};
use super::given::Given;
use super::url::expand;
use super::{Connections, Surroundings};
use crate::app::Runbook;
use crate::{Complaint, Exit};

/// Resolves the connections of `runbook` from `--connect` values, its front matter, and libpq's environment and files.
pub(crate) fn resolve(
    runbook: &Runbook,
    connect: &[String],
    surroundings: &Surroundings<'_>,
) -> Result<Connections, Complaint> {
    let front = &runbook.plan.front;
    let default = [ConnectionName::default()];
    let known: Vec<ConnectionName> = match front.connections.as_slice() {
        [] => default.to_vec(),
        specs => specs.iter().map(|spec| spec.name.clone()).collect(),
    };
    let mut given = Given::of(connect, &known)?;
    if let Some(unknown) = given.named.keys().find(|name| !known.contains(name)) {
        return Err(no_such(unknown, &known));
    }
    if let Some(url) = given.unnamed.take() {
        let name = only_one(&runbook.plan, &known)?;
        if given.named.insert(name.clone(), url).is_some() {
            let message = format!("--connect is given twice for {name}");
            return Err(Complaint::new(Exit::Usage, message).hint("keep one of them"));
        }
    }
    if front.connections.is_empty() {
        return undeclared(&runbook.plan, &given, surroundings);
    }
    let resolver = Resolver {
        runbook,
        given: &given.named,
        origin: "--connect",
        surroundings,
    };
    resolver.all()
}

/// The connections of `runbook` to throwaway clusters at `urls`. Nothing of the environment may lead one elsewhere, and
/// the front matter's peers are those of the real servers.
pub(crate) fn resolve_scratch(
    runbook: &Runbook,
    urls: &BTreeMap<ConnectionName, String>,
) -> Result<Connections, Complaint> {
    let surroundings = Surroundings {
        environment: &|_| Err(VarError::NotPresent),
        account: Account::default(),
    };
    let mut connections = Connections::default();
    if runbook.plan.front.connections.is_empty() {
        for name in runbook.plan.connections() {
            let url = urls.get(&name).expect("the only connection has a cluster");
            let settings = surroundings.settings(url, "--scratch")?;
            connections.add(name, settings, Peer::default());
        }
        return Ok(connections);
    }
    let resolver = Resolver {
        runbook,
        given: urls,
        origin: "--scratch",
        surroundings: &surroundings,
    };
    for (name, led) in resolver.each()? {
        connections.add(name, led.settings(), Peer::default());
    }
    Ok(connections)
}

/// The connection that a `--connect` without a name means.
fn only_one(plan: &Plan, known: &[ConnectionName]) -> Result<ConnectionName, Complaint> {
    if let [only] = known {
        return Ok(only.clone());
    }
    let mut used: BTreeSet<ConnectionName> = plan.connections().into_iter().collect();
    for step in &plan.steps {
        if let Some(Generated::On(name)) = &step.sql.generated {
            used.insert(name.clone());
        }
    }
    let mut used = used.into_iter();
    match (used.next(), used.next()) {
        (Some(only), None) => Ok(only),
        _ => Err(Complaint::new(
            Exit::Usage,
            "--connect does not say which connection it is for",
        )
        .hint(format!(
            "write --connect NAME=URL, with one of: {}",
            listed(known)
        ))),
    }
}

fn no_such(name: &ConnectionName, known: &[ConnectionName]) -> Complaint {
    let message = format!("the runbook has no connection called {name}");
    let complaint = Complaint::new(Exit::Usage, message);
    if let [only] = known
        && *only == ConnectionName::default()
    {
        return complaint.hint("leave the name out: --connect URL");
    }
    match nearest(name.as_str(), known.iter().map(ConnectionName::as_str)) {
        Some(near) => complaint.hint(format!("did you mean {near}?")),
        None => complaint.hint(format!("its connections are: {}", listed(known))),
    }
}

fn listed(names: &[ConnectionName]) -> String {
    let names: Vec<&str> = names.iter().map(ConnectionName::as_str).collect();
    names.join(", ")
}

/// The one connection of a runbook that declares none, if a step uses it.
fn undeclared(
    plan: &Plan,
    given: &Given,
    surroundings: &Surroundings<'_>,
) -> Result<Connections, Complaint> {
    let mut connections = Connections::default();
    for name in plan.connections() {
        let url = given.named.get(&name).map(String::as_str);
        connections.add(name, surroundings.only(url)?, Peer::default());
    }
    Ok(connections)
}

impl Connections {
    fn add(&mut self, name: ConnectionName, settings: Settings, peer: Peer) {
        self.addresses.extend(addresses(&name, &settings, peer));
        self.settings.insert(name, settings);
    }
}

/// Where a connection leads, before its own settings of the session are put in.
#[derive(Clone)]
struct Led {
    settings: Settings,
    of_session: Vec<(String, String)>,
    peer: Peer,
}

impl Led {
    fn settings(&self) -> Settings {
        let settings = self.settings.clone();
        settings.with_session_settings(self.of_session.clone())
    }
}

struct Resolver<'a> {
    runbook: &'a Runbook,
    /// The addresses that go before the front matter's.
    given: &'a BTreeMap<ConnectionName, String>,
    /// Where those come from.
    origin: &'static str,
    surroundings: &'a Surroundings<'a>,
}

impl Resolver<'_> {
    /// Every declared connection; what is missing for any of them is told at once.
    fn all(&self) -> Result<Connections, Complaint> {
        let specs = &self.runbook.plan.front.connections;
        let missing: Vec<String> = specs.iter().flat_map(|spec| self.missing(spec)).collect();
        if !missing.is_empty() {
            let what = match missing.len() {
                1 => "a connection does not say where it leads".to_owned(),
                count => format!("{count} connections do not say where they lead"),
            };
            return Err(Complaint::new(Exit::Usage, what)
                .details(missing)
                .hint("nothing was executed; --scratch runs it on throwaway servers instead"));
        }
        let mut connections = Connections::default();
        for (name, led) in self.each()? {
            let settings = led.settings();
            connections.add(name, settings, led.peer);
        }
        Ok(connections)
    }

    /// Where each declared connection leads.
    fn each(&self) -> Result<BTreeMap<ConnectionName, Led>, Complaint> {
        let mut led = BTreeMap::new();
        for spec in &self.runbook.plan.front.connections {
            self.lead(spec, &mut led)?;
        }
        Ok(led)
    }

    /// What keeps `spec` from leading anywhere, as a line.
    fn missing(&self, spec: &ConnectionSpec) -> Option<String> {
        let (name, place) = (&spec.name, self.runbook.place(&spec.span));
        if self.given.contains_key(name) || spec.like.is_some() {
            return None;
        }
        match &spec.url {
            Some(url) => {
                let unset = expand(url, &|name| self.surroundings.variable(name)).err()?;
                let unset = unset.join(" and ");
                let are = if unset.contains(' ') { "are" } else { "is" };
                Some(format!(
                    "{place}: {name}: {unset} {are} not set; export {unset}, or give --connect {name}=URL"
                ))
            }
            None if self.is_only() => None,
            None => Some(format!(
                "{place}: {name}: has neither url nor like; give --connect {name}=URL"
            )),
        }
    }

    fn is_only(&self) -> bool {
        self.runbook.plan.front.connections.len() == 1
    }

    /// Where `spec` leads; `like` connections follow the one they name, whose circles the parser has refused.
    fn lead(
        &self,
        spec: &ConnectionSpec,
        led: &mut BTreeMap<ConnectionName, Led>,
    ) -> Result<Led, Complaint> {
        if let Some(known) = led.get(&spec.name) {
            return Ok(known.clone());
        }
        let specs = &self.runbook.plan.front.connections;
        let like = spec
            .like
            .as_ref()
            .filter(|_| !self.given.contains_key(&spec.name));
        let model = like.and_then(|like| specs.iter().find(|other| other.name == *like));
        let mut found = match model {
            Some(model) => self.lead(model, led)?,
            None => Led {
                settings: self.start(spec)?,
                of_session: Vec::new(),
                peer: Peer::default(),
            },
        };
        if let Some(database) = spec
            .database
            .as_deref()
            .filter(|_| self.is_by_front_matter(spec))
        {
            let origin = format!(
                "database of {}, {}",
                spec.name,
                self.runbook.place(&spec.span)
            );
            found.settings = found.settings.with_database(database, &origin);
        }
        found.of_session.extend(spec.settings.iter().cloned());
        found.peer.host = spec.peer_host.clone().or(found.peer.host);
        found.peer.port = spec.peer_port.or(found.peer.port);
        led.insert(spec.name.clone(), found.clone());
        Ok(found)
    }

    /// Whether its database is the front matter's to choose: a URL on the command line is the whole address.
    fn is_by_front_matter(&self, spec: &ConnectionSpec) -> bool {
        !self.given.contains_key(&spec.name)
    }

    fn start(&self, spec: &ConnectionSpec) -> Result<Settings, Complaint> {
        let surroundings = self.surroundings;
        match (self.given.get(&spec.name), &spec.url) {
            (Some(given), _) => {
                surroundings.settings(given, &format!("{} {}", self.origin, spec.name))
            }
            (None, Some(url)) => {
                let url = expand(url, &|name| surroundings.variable(name))
                    .expect("what is not set was told before");
                let place = self.runbook.place(&spec.span);
                surroundings.settings(&url, &format!("url of {}, {place}", spec.name))
            }
            (None, None) => surroundings.only(None),
        }
    }
}
