//! Where declared variables stand in the text of a SQL step.

use crate::common::{findings, parsed};

const FRONT: &str = "---\nconnections:\n  main: { url: $MAIN }\ninputs:\n  app_db: {}\n  n: { type: integer, default: 1 }\n---\n";

/// `text form name` for each slot of the last step.
fn slots(steps: &str) -> (Vec<String>, Vec<String>) {
    let parsed = parsed(&format!("{FRONT}{steps}"));
    let step = parsed.plan.steps.last().unwrap();
    let slots = step.slots.iter().map(|slot| {
        let text = &step.body.text[slot.range.clone()];
        format!("{text} {:?} {}", slot.form, slot.name)
    });
    (slots.collect(), findings(&parsed))
}

#[test]
fn each_declared_variable_has_a_slot_where_it_stands() {
    let cases: &[(&str, &[&str])] = &[
        (
            "SELECT :'app_db', :\"app_db\", :n, :{?n};",
            &[
                ":'app_db' Literal app_db",
                ":\"app_db\" Identifier app_db",
                ":n Plain n",
                ":{?n} Test n",
            ],
        ),
        (
            "SELECT :'n'; -- :'n'\nSELECT ':n', $$ :'n' $$, \":n\", x::n, :'n';",
            &[":'n' Literal n", ":'n' Literal n"],
        ),
        (
            "SELECT :'main_host', :main_port, :\"main_dbname\", :'main_user';",
            &[
                ":'main_host' Literal main_host",
                ":main_port Plain main_port",
                ":\"main_dbname\" Identifier main_dbname",
                ":'main_user' Literal main_user",
            ],
        ),
        ("SELECT a[1:2], b[1:m], :other;", &[]),
        ("SELECT a[1:n];", &[":n Plain n"]),
        ("SELECT 'ä', :'n';", &[":'n' Literal n"]),
    ];
    for (text, expected) in cases {
        let (slots, findings) = slots(&format!("```sql\n{text}\n```\n"));
        assert_eq!(slots, *expected, "{text}");
        assert_eq!(findings, Vec::<String>::new(), "{text}");
    }
}

#[test]
fn captures_have_slots_and_what_is_undeclared_has_none() {
    let capture = "```sh {capture=lsn}\necho 1\n```\n";
    let (found, _) = slots(&format!(
        "{capture}- x\n\n  ```sql\n  SELECT\n    :'lsn';\n  ```\n"
    ));
    assert_eq!(found, [":'lsn' Literal lsn"]);
    for form in [":'gone'", ":\"gone\"", ":{?gone}"] {
        let (slots, findings) = slots(&format!("```sql\nSELECT {form}, :n;\n```\n"));
        assert_eq!(slots, [":n Plain n"]);
        assert_eq!(
            findings,
            ["9:8 error undeclared-variable: no input or capture is called `gone`"]
        );
    }
    let (slots, _) = slots("```psql\nSELECT :'n';\n```\n");
    assert_eq!(slots, Vec::<String>::new(), "psql has variables of its own");
}
