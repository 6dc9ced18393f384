//! What `--connect` said, and which connection each address is of.

use std::collections::BTreeMap;

use stepmark_core::ConnectionName;
use stepmark_engines::postgres::Settings;

use super::{Connections, Surroundings};
use crate::{Complaint, Exit};

/// The connections that `connect` gives without a runbook, under whatever names it gives them.
pub(crate) fn resolve_given(
    connect: &[String],
    surroundings: &Surroundings<'_>,
) -> Result<Connections, Complaint> {
    let name = |value: &String| {
        let (name, _) = value.split_once('=')?;
        (!Settings::is_keyword(name)).then(|| ConnectionName::new(name))
    };
    let known: Vec<ConnectionName> = connect.iter().filter_map(name).collect();
    let Given { named, unnamed } = Given::of(connect, &known)?;
    let mut connections = Connections::default();
    if let Some(url) = unnamed {
        let settings = surroundings.only(Some(&url))?;
        let name = ConnectionName::default();
        connections.settings.insert(name, settings);
    }
    for (name, url) in named {
        let settings = surroundings.settings(&url, &format!("--connect {name}"))?;
        connections.settings.insert(name, settings);
    }
    Ok(connections)
}

/// The addresses that `--connect` gave.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Given {
    pub(super) named: BTreeMap<ConnectionName, String>,
    pub(super) unnamed: Option<String>,
}

impl Given {
    /// Sorts `values` by the names of `known` connections.
    pub(super) fn of(values: &[String], known: &[ConnectionName]) -> Result<Self, Complaint> {
        let mut given = Self::default();
        for value in values {
            let split = split_name(value, known);
            if split
                .as_ref()
                .map_or(value.as_str(), |(_, url)| url)
                .trim()
                .is_empty()
            {
                return Err(no_address(value));
            }
            let twice = match split {
                Some((name, url)) => {
                    let before = given.named.insert(name.clone(), url.to_owned());
                    before.map(|_| format!("--connect is given twice for {name}"))
                }
                None => {
                    let before = given.unnamed.replace(value.clone());
                    before.map(|_| "--connect without a name is given twice".to_owned())
                }
            };
            if let Some(message) = twice {
                return Err(Complaint::new(Exit::Usage, message).hint("keep one of them"));
            }
        }
        Ok(given)
    }
}

/// An empty address, mostly of a variable that is not set, would lead to libpq's defaults.
fn no_address(value: &str) -> Complaint {
    let message = format!("--connect “{value}” holds no address");
    Complaint::new(Exit::Usage, message)
        .hint("give a URL, postgresql://user@host:5432/database; is a variable of the shell unset?")
}

/// `NAME=URL` for any name, and `NAME=` with anything behind it for one of `known` that is no keyword of libpq's. One that
/// is, is a name before `keyword=…` only: `host=/tmp` alone is keywords.
fn split_name<'v>(value: &'v str, known: &[ConnectionName]) -> Option<(ConnectionName, &'v str)> {
    let (name, rest) = value.split_once('=')?;
    if name.is_empty() || name.contains([' ', ':', '/', '?']) {
        return None;
    }
    let is_url = rest.starts_with("postgresql://") || rest.starts_with("postgres://");
    let keyword = rest.split_once('=').map(|(keyword, _)| keyword.trim());
    let is_keywords = keyword.is_some_and(|keyword| {
        !keyword.is_empty()
            && keyword
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte == b'_')
    });
    let is_known = known.iter().any(|one| one.as_str() == name);
    (is_url || is_known && (is_keywords || !Settings::is_keyword(name)))
        .then(|| (ConnectionName::new(name), rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_address_is_no_way_to_the_defaults() {
        for value in ["source=", "source= ", "", " "] {
            let known = [ConnectionName::new("source")];
            let complaint = Given::of(&[value.to_owned()], &known).unwrap_err();
            let expected = format!("--connect “{value}” holds no address");
            assert_eq!(complaint.message, expected);
        }
    }

    #[test]
    fn a_name_is_told_from_a_keyword() {
        let known = ["source", "host"].map(ConnectionName::new);
        let cases = [
            ("postgresql://h/db?options=x", None),
            ("source=postgresql://h", Some(("source", "postgresql://h"))),
            ("other=postgres://h", Some(("other", "postgres://h"))),
            (
                "source=host=/tmp dbname=a",
                Some(("source", "host=/tmp dbname=a")),
            ),
            ("source=nonsense", Some(("source", "nonsense"))),
            ("source=", Some(("source", ""))),
            ("host=/tmp dbname=a", None),
            ("host=dbname=a", Some(("host", "dbname=a"))),
            ("other=dbname=a", None),
            ("dbname=shop", None),
            ("shop", None),
        ];
        for (value, expected) in cases {
            let expected = expected.map(|(name, url)| (ConnectionName::new(name), url));
            assert_eq!(split_name(value, &known), expected, "{value}");
        }
    }
}
