//! The words of a text that name something: roles, databases, tables. Does not know which of them exist, and takes keywords
//! for names too.

use std::collections::HashSet;

use crate::{Lexer, TokenKind};

/// What a shell's words have before them when they name a role, a database or a server.
const NAMED_BY: [&str; 14] = [
    "-U",
    "-d",
    "-h",
    "-O",
    "--username",
    "--dbname",
    "--host",
    "--owner",
    "user",
    "dbname",
    "host",
    "PGUSER",
    "PGDATABASE",
    "PGHOST",
];
/// What ends a word of a shell's text as far as names go.
const BETWEEN: &str = " \t\r\n='\"`;&|()";

/// The identifiers in a script for psql or a server, without their quotes, and the arguments of psql's own commands.
pub fn names_in_sql<'a>(text: &'a str, names: &mut HashSet<&'a str>) {
    for token in Lexer::new(text, true) {
        let written = &text[token.range];
        match token.kind {
            TokenKind::Word => {
                names.insert(written);
            }
            TokenKind::QuotedIdentifier => {
                names.insert(written.trim_start_matches("U&").trim_matches('"'));
            }
            TokenKind::MetaCommand => names.extend(written.split_whitespace()),
            _ => {}
        }
    }
}

/// The words of a shell's text that are given as a role, a database or a host.
pub fn names_in_text<'a>(text: &'a str, names: &mut HashSet<&'a str>) {
    let mut before = "";
    for word in text.split(|one| BETWEEN.contains(one)) {
        if word.is_empty() {
            continue;
        }
        if NAMED_BY.contains(&before) {
            names.insert(word);
        }
        if let Some((_, rest)) = word.split_once("://") {
            names.extend(named_by_address(rest));
        }
        before = word;
    }
}

/// User, host and database of what stands behind `://`.
fn named_by_address(rest: &str) -> impl Iterator<Item = &str> {
    let (server, path) = rest.split_once('/').unwrap_or((rest, ""));
    let (account, host) = server.rsplit_once('@').unwrap_or(("", server));
    let user = account.split(':').next();
    let host = host.split(':').next();
    let database = path.split(['?', '#']).next();
    [user, host, database]
        .into_iter()
        .flatten()
        .filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(
        list: fn(&'static str, &mut HashSet<&'static str>),
        text: &'static str,
        name: &str,
        is_one: bool,
    ) {
        let mut names = HashSet::new();
        list(text, &mut names);
        assert_eq!(names.contains(name), is_one, "{name} in {text}: {names:?}");
    }

    #[test]
    fn identifiers_are_names_and_what_stands_in_strings_is_none() {
        check(
            names_in_sql,
            "ALTER ROLE postgres PASSWORD 'other';",
            "postgres",
            true,
        );
        check(
            names_in_sql,
            "ALTER ROLE \"Big One\" LOGIN;",
            "Big One",
            true,
        );
        check(
            names_in_sql,
            "\\connect shop owner\nSELECT 1;",
            "shop",
            true,
        );
        check(
            names_in_sql,
            "ALTER ROLE a PASSWORD 'postgres'; -- postgres",
            "postgres",
            false,
        );
    }

    #[test]
    fn in_a_shell_what_is_given_as_a_role_database_or_host_is_a_name() {
        check(
            names_in_text,
            "PGPASSWORD=postgres psql -U postgres",
            "postgres",
            true,
        );
        check(
            names_in_text,
            "psql 'dbname=shop password=shop'",
            "shop",
            true,
        );
        check(
            names_in_text,
            "psql postgres://shop:shop@db/x",
            "shop",
            true,
        );
        check(
            names_in_text,
            "psql postgres://u:word@db:5432/shop?a=b",
            "shop",
            true,
        );
        check(
            names_in_text,
            "psql postgres://u:word@db/x; echo word",
            "word",
            false,
        );
        check(
            names_in_text,
            "PGPASSWORD=hunter2222 psql; echo hunter2222",
            "hunter2222",
            false,
        );
    }
}
