//! The text of a cluster's `postgresql.conf`. Pure: writes and reads nothing.

use crate::{Error, Result};

/// What makes a cluster quick and self-contained; settings of the caller win over these.
const DEFAULTS: [(&str, &str); 6] = [
    ("fsync", "off"),
    ("full_page_writes", "off"),
    ("wal_level", "logical"),
    ("timezone", "UTC"),
    ("log_timezone", "UTC"),
    ("logging_collector", "off"),
];

/// What the cluster itself must know, or it could not be reached or recognised.
const RESERVED: [&str; 8] = [
    "listen_addresses",
    "port",
    "unix_socket_directories",
    "unix_socket_permissions",
    "cluster_name",
    "update_process_title",
    "config_file",
    "data_directory",
];

/// The configuration: initdb's file first, then the defaults, the caller's settings, and the cluster's own.
///
/// # Errors
/// [`Error::Setting`] for a name that is none, and for a setting the cluster keeps to itself.
pub(crate) fn configuration(settings: &[(String, String)], own: &[(&str, &str)]) -> Result<String> {
    let mut text = String::from("include 'data/postgresql.conf'\n");
    for (name, value) in DEFAULTS {
        text.push_str(&line(name, value));
    }
    for (name, value) in settings {
        if let Some(reason) = objection(name) {
            return Err(Error::Setting {
                name: name.clone(),
                reason,
            });
        }
        text.push_str(&line(name, value));
    }
    for (name, value) in own {
        text.push_str(&line(name, value));
    }
    Ok(text)
}

fn objection(name: &str) -> Option<&'static str> {
    let word = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    if !name.split('.').all(word) {
        return Some("it is not a setting's name");
    }
    RESERVED
        .iter()
        .any(|reserved| reserved.eq_ignore_ascii_case(name))
        .then_some("the cluster chooses it")
}

fn line(name: &str, value: &str) -> String {
    let value = value
        .replace('\\', "\\\\")
        .replace('\'', "''")
        .replace('\n', "\\n")
        .replace('\r', "\\r");
    format!("{name} = '{value}'\n")
}

#[cfg(test)]
mod tests {
    use super::configuration;

    #[track_caller]
    fn check(name: &str, value: &str, expected: &str) {
        let seen = configuration(&[(name.to_owned(), value.to_owned())], &[("port", "5432")]);
        match seen {
            Ok(text) => {
                let tail = text.split("logging_collector = 'off'\n").nth(1);
                assert_eq!(tail, Some(format!("{expected}port = '5432'\n").as_str()));
            }
            Err(error) => assert_eq!(error.to_string(), expected),
        }
    }

    #[test]
    fn settings_are_quoted_and_the_clusters_own_come_last() {
        check("work_mem", "8MB", "work_mem = '8MB'\n");
        check("app.note", "it's", "app.note = 'it''s'\n");
        check("search_path", "a\\b\nc", "search_path = 'a\\\\b\\nc'\n");
    }

    #[test]
    fn names_that_would_break_the_file_or_the_cluster_are_refused() {
        check(
            "Port",
            "1",
            "server setting \"Port\" cannot be given: the cluster chooses it",
        );
        check(
            "a = 1 #",
            "1",
            "server setting \"a = 1 #\" cannot be given: it is not a setting's name",
        );
        check(
            "",
            "1",
            "server setting \"\" cannot be given: it is not a setting's name",
        );
    }
}
