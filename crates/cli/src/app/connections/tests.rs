//! Where declared connections lead.

use super::*;
use crate::app::Runbook;

const TWO: &str = "---
connections:
  source: { url: $SOURCE_URL }
  destination:
    url: postgresql://${DB_USER}@db2/app
    settings: { lock_timeout: 5s }
    peer_host: db2.internal
    peer_port: 6432
  admin: { like: destination, database: postgres, settings: { statement_timeout: 1min } }
---

```sql {on=admin}
SELECT 1
```
";

/// Each connection with its address, its settings of the session and its variables; or the complaint.
fn resolved(book: &str, connect: &[&str], environment: &[(&str, &str)]) -> String {
    let look = |name: &str| {
        let found = environment.iter().find(|(known, _)| *known == name);
        found
            .map(|(_, value)| (*value).to_owned())
            .ok_or(VarError::NotPresent)
    };
    let surroundings = Surroundings {
        environment: &look,
        account: Account {
            user: Some("me".to_owned()),
            home: None,
        },
    };
    let connect: Vec<String> = connect.iter().map(ToString::to_string).collect();
    match resolve(&Runbook::of_text(book), &connect, &surroundings) {
        Ok(connections) => told(&connections),
        Err(complaint) => format!("{}exit {}\n", complaint.text(), complaint.exit.code()),
    }
}

fn told(connections: &Connections) -> String {
    let line = |(name, settings): (&ConnectionName, &Settings)| {
        let of_session: Vec<String> = settings
            .report()
            .into_iter()
            .filter(|setting| {
                setting.name.ends_with("_timeout") && setting.name != "connect_timeout"
            })
            .map(|setting| format!(" {}={}", setting.name, setting.value))
            .collect();
        let variable = |part: &str| {
            let name = VariableName::new(format!("{name}_{part}"));
            connections.addresses[&name].clone()
        };
        format!(
            "{name}: {}{}; {} {} {} {}\n",
            settings.display_url(),
            of_session.concat(),
            variable("host"),
            variable("port"),
            variable("dbname"),
            variable("user"),
        )
    };
    connections.settings.iter().map(line).collect()
}

#[test]
fn urls_come_from_the_environment_and_like_follows_them() {
    let environment = [
        ("SOURCE_URL", "postgresql://app@db1:6000/shop"),
        ("DB_USER", "mover"),
        ("DATABASE_URL", "postgresql://nobody@nowhere/none"),
    ];
    assert_eq!(
        resolved(TWO, &[], &environment),
        "admin: postgresql://mover@db2:5432/postgres lock_timeout=5s statement_timeout=1min; db2.internal 6432 postgres mover
destination: postgresql://mover@db2:5432/app lock_timeout=5s; db2.internal 6432 app mover
source: postgresql://app@db1:6000/shop; db1 6000 shop app
"
    );
}

#[test]
fn the_command_line_goes_before_the_front_matter() {
    let connect = [
        "source=host=/run/a dbname=x user=u",
        "destination=postgresql://u@new:7000/y",
    ];
    assert_eq!(
        resolved(TWO, &connect, &[]),
        "admin: postgresql://u@new:7000/postgres lock_timeout=5s statement_timeout=1min; db2.internal 6432 postgres u
destination: postgresql://u@new:7000/y lock_timeout=5s; db2.internal 6432 y u
source: postgresql://u@%2Frun%2Fa:5432/x; /run/a 5432 x u
"
    );
    let environment = [("SOURCE_URL", "postgresql://s@s/s"), ("DB_USER", "d")];
    let found = resolved(TWO, &["postgresql://only@used/one"], &environment);
    assert!(
        found.starts_with("admin: postgresql://only@used:5432/one"),
        "{found}"
    );
}

#[test]
fn every_connection_that_leads_nowhere_is_told_at_once() {
    assert_eq!(
        resolved(TWO, &[], &[("DB_USER", "")]),
        "error: 2 connections do not say where they lead
  book.md:3: source: SOURCE_URL is not set; export SOURCE_URL, or give --connect source=URL
  book.md:4: destination: DB_USER is not set; export DB_USER, or give --connect destination=URL
hint: nothing was executed; --scratch runs it on throwaway servers instead
exit 2
"
    );
    let bare = "---\nconnections:\n  a: {}\n  b: { url: postgresql://u@h/b }\n---\n";
    let found = resolved(bare, &[], &[("DATABASE_URL", "postgresql://u@h/d")]);
    assert!(
        found.contains("book.md:3: a: has neither url nor like; give --connect a=URL"),
        "{found}"
    );
}

#[test]
fn the_only_connection_falls_back_to_the_environment() {
    let environment = [("DATABASE_URL", "postgresql://u@h/d")];
    let bare = "---\nconnections:\n  only: {}\n---\n";
    let expected = "only: postgresql://u@h:5432/d; h 5432 d u\n";
    assert_eq!(resolved(bare, &[], &environment), expected);
    let undeclared = "```sql\nSELECT 1\n```\n";
    assert_eq!(
        resolved(undeclared, &[], &environment),
        expected.replace("only", "default")
    );
    let given = resolved(undeclared, &["postgresql://x@y/z"], &environment);
    assert_eq!(given, "default: postgresql://x@y:5432/z; y 5432 z x\n");
}

#[test]
fn addresses_for_nobody_or_for_two_are_refused() {
    let several = "---\nconnections:\n  a: { url: postgresql://u@h/a }\n  b: { url: postgresql://u@h/b }\n---\n";
    let cases = [
        (
            several,
            &["postgresql://h"][..],
            "error: --connect does not say which connection it is for\nhint: write --connect NAME=URL, with one of: a, b\n",
        ),
        (
            several,
            &["c=postgresql://h"],
            "error: the runbook has no connection called c\nhint: did you mean a?\n",
        ),
        (
            several,
            &["a=postgresql://h", "a=dbname=x"],
            "error: --connect is given twice for a\nhint: keep one of them\n",
        ),
        (
            "```sql\nSELECT 1\n```\n",
            &["other=postgresql://h"],
            "error: the runbook has no connection called other\nhint: leave the name out: --connect URL\n",
        ),
    ];
    for (book, connect, expected) in cases {
        assert_eq!(resolved(book, connect, &[]), format!("{expected}exit 2\n"));
    }
}

#[test]
fn throwaway_clusters_are_led_to_by_nothing_else() {
    let urls = ["source", "destination"].map(|name| {
        let url = format!("postgresql://postgres@/shop?host=/tmp/{name}&port=5432");
        (ConnectionName::new(name), url)
    });
    let found = resolve_scratch(&Runbook::of_text(TWO), &urls.into_iter().collect()).unwrap();
    assert_eq!(
        told(&found),
        "admin: postgresql://postgres@%2Ftmp%2Fdestination:5432/postgres lock_timeout=5s statement_timeout=1min; /tmp/destination 5432 postgres postgres
destination: postgresql://postgres@%2Ftmp%2Fdestination:5432/shop lock_timeout=5s; /tmp/destination 5432 shop postgres
source: postgresql://postgres@%2Ftmp%2Fsource:5432/shop; /tmp/source 5432 shop postgres
"
    );
}
