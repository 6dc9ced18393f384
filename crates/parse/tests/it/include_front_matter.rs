//! What the front matter of a runbook and of what it includes comes to together.

use stepmark_core::plan::Plan;

use crate::include::{findings, joined};

/// `connections:` and the like of a book, of what it includes, and what is found. Both files have a step.
fn merged(book: &str, part: &str) -> (Plan, Vec<String>) {
    let book = format!(
        "---\n{book}---\n```sql {{name=own}}\nselect 1;\n```\n\n[P](p/p.md) <!-- {{include=p/p.md}} -->\n"
    );
    let part = format!("---\n{part}---\n```sql {{name=theirs}}\nselect 2;\n```\n");
    let (sources, parsed) = joined(&[("book.md", &book), ("p/p.md", &part)]);
    let found = findings(&sources, &parsed.diagnostics);
    (parsed.plan, found)
}

#[test]
fn front_matter_says_more_together_and_nothing_against_itself() {
    let (plan, found) = merged(
        "title: t\nowner: me\ninputs: { a: { default: x } }\nrequires: { postgres: \">=12\", tools: [psql] }\n",
        "owner: they\nenvironment: production\ninputs: { a: { default: y, description: d }, b: { secret: true } }\nrequires: { postgres: \"<18\", tools: [psql, jq] }\nrehearsal: { default: { setup: shop.sql }, ignore: [log] }\n",
    );
    assert_eq!(found, Vec::<String>::new());
    let front = &plan.front;
    assert_eq!(front.owner.as_deref(), Some("me"));
    assert_eq!(front.environment.as_deref(), Some("production"));
    let inputs: Vec<(&str, Option<&str>)> = front
        .inputs
        .iter()
        .map(|input| (input.name.as_str(), input.default.as_deref()))
        .collect();
    assert_eq!(inputs, [("a", Some("x")), ("b", None)]);
    assert_eq!(front.requires.postgres.len(), 2);
    let tools: Vec<&str> = front
        .requires
        .tools
        .iter()
        .map(|(tool, _)| tool.as_str())
        .collect();
    assert_eq!(tools, ["psql", "jq"]);
    assert_eq!(
        front.rehearsal.clusters[0].setup.as_deref(),
        Some("p/shop.sql")
    );
    assert_eq!(front.rehearsal.ignore, ["log"]);

    let (plan, found) = merged(
        "connections: { a: { url: $A } }\n",
        "connections: { a: { url: $A } }\n",
    );
    assert_eq!((plan.front.connections.len(), found.len()), (1, 0));
}

#[test]
fn contradictions_of_front_matter_are_refused_with_both_places() {
    let cases = [
        (
            "connections: { a: { url: $A } }\n",
            "connections: { a: { url: $B } }\n",
            "p/p.md:2:16 include-conflict: connection `a` leads elsewhere in another file [book.md:2:16 the other is here]",
        ),
        (
            "owner: me\n",
            "connections: { a: { url: $A } }\n",
            "book.md:8:27 include-conflict: `p/p.md` declares connections, and this runbook has steps and declares none",
        ),
        (
            "inputs: { a: { default: x } }\n",
            "inputs: { a: { secret: true } }\n",
            "p/p.md:2:11 include-conflict: input `a` is another one in another file [book.md:2:11 the other is here]",
        ),
        (
            "environment: staging\n",
            "environment: production\n",
            "book.md:8:27 include-conflict: `p/p.md` is for environment `production`, and what includes it for `staging`",
        ),
        (
            "requires: { postgres: \">=15\" }\n",
            "requires: { postgres: \"<12\" }\n",
            "p/p.md:2:23 include-conflict: no version of PostgreSQL is what all files require [book.md:2:23 the other is here]",
        ),
    ];
    for (book, part, expected) in cases {
        assert_eq!(merged(book, part).1, [expected], "{book}{part}");
    }
}
