//! `--connect` as it is typed to lead a connection where it led before. Never holds a password.

use crate::ConnectionName;
use crate::quote::shell;

/// What a URL says by itself, in libpq's words.
const OF_URL: [&str; 4] = ["host", "port", "dbname", "user"];

/// `--connect 'postgresql://app@db1:5432/shop'`, quoted for a shell: `settings` by libpq's names. `name` says which
/// connection is meant, where a runbook has several.
pub fn connect_flag(name: Option<&ConnectionName>, settings: &[(&str, &str)]) -> String {
    let name = name.map_or_else(String::new, |name| format!("{name}="));
    let address = url(settings).unwrap_or_else(|| keywords(settings));
    format!("--connect {}", shell(&format!("{name}{address}")))
}

/// As a URL, where nothing in it wants to be encoded.
fn url(settings: &[(&str, &str)]) -> Option<String> {
    let is_plain = |value: &str| {
        let is_fine = |one: u8| one.is_ascii_alphanumeric() || b"-._~".contains(&one);
        !value.is_empty() && value.bytes().all(is_fine)
    };
    if settings.len() != OF_URL.len() {
        return None;
    }
    let of = |name: &str| {
        let found = settings.iter().find(|(known, _)| *known == name);
        found
            .map(|(_, value)| *value)
            .filter(|value| is_plain(value))
    };
    let [host, port, database, user] = OF_URL.map(of);
    Some(format!(
        "postgresql://{}@{}:{}/{}",
        user?, host?, port?, database?
    ))
}

/// As keywords, with quotes where libpq wants them.
fn keywords(settings: &[(&str, &str)]) -> String {
    let word = |(name, value): &(&str, &str)| {
        let is_plain = !value.is_empty()
            && !value.contains(|one: char| one.is_whitespace() || matches!(one, '\'' | '\\'));
        match is_plain {
            true => format!("{name}={value}"),
            false => {
                let escaped = value.replace('\\', "\\\\").replace('\'', "\\'");
                format!("{name}='{escaped}'")
            }
        }
    };
    settings.iter().map(word).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(host: &str) -> [(&str, &str); 4] {
        [
            ("host", host),
            ("port", "5432"),
            ("dbname", "shop"),
            ("user", "app"),
        ]
    }

    #[test]
    fn it_can_be_pasted_into_a_shell() {
        let flag = |settings: &[(&str, &str)]| connect_flag(None, settings);
        assert_eq!(
            flag(&at("db1")),
            "--connect 'postgresql://app@db1:5432/shop'"
        );
        assert_eq!(
            flag(&at("/tmp")),
            "--connect 'host=/tmp port=5432 dbname=shop user=app'"
        );
        assert_eq!(
            flag(&at("/it's here")),
            r"--connect 'host='\''/it\'\''s here'\'' port=5432 dbname=shop user=app'"
        );
        let mut more = at("db1").to_vec();
        more.push(("sslmode", "require"));
        let name = ConnectionName::new("source");
        assert_eq!(
            connect_flag(Some(&name), &more),
            "--connect 'source=host=db1 port=5432 dbname=shop user=app sslmode=require'"
        );
    }
}
