//! Front matter: what is read, what is refused, and what is none.

use stepmark_core::plan::{ConnectionSpec, InputSpec};

use crate::common::{findings, parsed};

#[test]
fn titles_are_chosen_in_order() {
    let cases = [
        ("# Head\n", "Head"),
        ("## Two\n\n# One\n\n# Other\n", "One"),
        ("> # Quoted\n", "file"),
        ("text\n", "file"),
        ("", "file"),
        ("---\ntitle: Matter\n---\n", "Matter"),
        ("---\ntitle: Matter\n---\n# Head\n", "Head"),
        ("---\r\ntitle: Matter\r\n---\r\n", "Matter"),
        ("\u{feff}---\ntitle: Matter\n---\n", "Matter"),
        ("---\ntitle: \"A: \\\"b\\\"\" \nowner: x\n...\n", "A: \"b\""),
        ("---\ntitle: 'It''s'\n---\n", "It's"),
        ("---\n# note\n\ntitle: Matter # note\n---\n", "Matter"),
        ("---\ntitle:\n---\n", "file"),
        ("---\n---\n", "file"),
    ];
    for (source, expected) in cases {
        let parsed = parsed(source);
        assert_eq!(parsed.plan.title, expected, "{source:?}");
        assert_eq!(findings(&parsed), Vec::<String>::new(), "{source:?}");
    }
}

/// The example of the format's specification.
const WHOLE: &str = r#"---
title: Move a live database
owner: data-platform
environment: staging
connections:
  source:            { url: $SOURCE_URL }
  destination:       { url: "${DESTINATION_URL}", settings: { lock_timeout: 5s, app.x: 1 } }
  destination_admin: { like: destination, database: postgres, peer_host: 10.0.0.1, peer_port: 5433 }
inputs:
  app_db:        { description: Database to move, default: app }
  repl_password: { secret: true, env: REPL_PASSWORD }
  lag_bytes_max: { type: integer, default: 0 }
  mode:
    choices: [fast, slow]
    pattern: '[a-z]+'
requires:
  postgres: ">=12 <18"
  tools: [pg_dump, psql]
rehearsal:
  source:      { setup: fixtures/shop.sql, settings: { wal_level: logical } }
  destination: {}
  ignore: [audit_copy]
---
"#;

#[test]
fn everything_declared_is_in_the_plan() {
    let parsed = parsed(WHOLE);
    assert_eq!(findings(&parsed), Vec::<String>::new());
    let front = &parsed.plan.front;
    assert_eq!(front.owner.as_deref(), Some("data-platform"));
    assert_eq!(front.environment.as_deref(), Some("staging"));
    let connections: Vec<String> = front.connections.iter().map(connection).collect();
    assert_eq!(
        connections,
        [
            "source url=$SOURCE_URL at source",
            "destination url=${DESTINATION_URL} lock_timeout=5s app.x=1 at destination",
            "destination_admin like=destination database=postgres peer=10.0.0.1:5433 at destination_admin",
        ]
    );
    let inputs: Vec<String> = front.inputs.iter().map(input).collect();
    assert_eq!(
        inputs,
        [
            "app_db text \"Database to move\" default=app at app_db",
            "repl_password text secret env=REPL_PASSWORD at repl_password",
            "lag_bytes_max integer default=0 at lag_bytes_max",
            "mode text pattern=[a-z]+ choices=fast,slow at mode",
        ]
    );
    let requires = &front.requires;
    let allowed = |major| requires.postgres.iter().all(|bound| bound.allows(major, 4));
    assert_eq!([11, 12, 17, 18].map(allowed), [false, true, true, false]);
    let tools: Vec<&str> = requires
        .tools
        .iter()
        .map(|(_, at)| &WHOLE[at.clone()])
        .collect();
    assert_eq!(tools, ["pg_dump", "psql"]);
    let clusters: Vec<_> = front
        .rehearsal
        .clusters
        .iter()
        .map(|cluster| {
            (
                cluster.connection.as_str(),
                cluster.setup.as_deref(),
                cluster.settings.len(),
            )
        })
        .collect();
    assert_eq!(
        clusters,
        [
            ("source", Some("fixtures/shop.sql"), 1),
            ("destination", None, 0)
        ]
    );
    assert_eq!(front.rehearsal.ignore, ["audit_copy"]);
}

fn connection(spec: &ConnectionSpec) -> String {
    let mut text = spec.name.to_string();
    text.extend(spec.url.iter().map(|url| format!(" url={url}")));
    text.extend(spec.like.iter().map(|like| format!(" like={like}")));
    text.extend(spec.database.iter().map(|name| format!(" database={name}")));
    text.extend(
        spec.settings
            .iter()
            .map(|(name, value)| format!(" {name}={value}")),
    );
    text.extend(spec.peer_host.iter().map(|host| format!(" peer={host}")));
    text.extend(spec.peer_port.iter().map(|port| format!(":{port}")));
    text + " at " + &WHOLE[spec.span.clone()]
}

fn input(spec: &InputSpec) -> String {
    let mut text = format!("{} {}", spec.name, spec.kind.word());
    text.extend(spec.description.iter().map(|words| format!(" {words:?}")));
    text.extend(spec.default.iter().map(|value| format!(" default={value}")));
    text.extend(
        spec.pattern
            .iter()
            .map(|pattern| format!(" pattern={}", pattern.text())),
    );
    if !spec.choices.is_empty() {
        text += &format!(" choices={}", spec.choices.join(","));
    }
    text.push_str(if spec.secret { " secret" } else { "" });
    text.extend(spec.environment.iter().map(|name| format!(" env={name}")));
    text + " at " + &WHOLE[spec.span.clone()]
}

#[test]
fn what_is_no_front_matter_is_told() {
    let cases = [
        (
            "---\ntitle: a\n",
            "1:1 error front-matter-unclosed: front matter is not closed",
        ),
        (
            "+++\ntitle = 'a'\n+++\n",
            "1:1 error front-matter-unsupported: front matter in TOML is not read",
        ),
    ];
    for (source, expected) in cases {
        assert_eq!(findings(&parsed(source)), [expected], "{source:?}");
    }
}

#[test]
fn deep_nesting_many_aliases_and_many_values_are_refused_at_once() {
    let deep = format!(
        "---\na: {}1{}\n---\n",
        "[".repeat(10_000),
        "]".repeat(10_000)
    );
    let aliases = format!("---\na: &a [x]\nb: [{}]\n---\n", "*a, ".repeat(10_000));
    let keys: String = (0..100_000).map(|key| format!("k{key}: 1\n")).collect();
    let many = format!("---\n{keys}---\n");
    for source in [deep, aliases, many] {
        let parsed = parsed(&source);
        assert_eq!(parsed.diagnostics.len(), 1);
        assert_eq!(parsed.diagnostics[0].code.word(), "front-matter-syntax");
    }
}

#[test]
fn marked_steps_are_those_with_braces() {
    let cases = [
        ("```sql\nselect 1;\n```", 0),
        ("```sql {}\nselect 1;\n```", 1),
        ("```sql {name=x}\nselect 1;\n```", 1),
        ("```bash ignore\n:\n```", 0),
        ("```console\n$ ls\n```", 0),
        ("```console {}\n$ ls\n```", 1),
        ("```fish\nls\n```", 0),
        ("- [ ] Tell\n- [x] Done", 0),
        ("- [ ] Tell <!-- {} -->", 1),
    ];
    for (step, count) in cases {
        let parsed = parsed(&format!("---\nsteps: marked\n---\n{step}\n"));
        assert_eq!(parsed.plan.steps.len(), count, "{step}");
        assert_eq!(findings(&parsed), Vec::<String>::new(), "{step}");
    }
    let unclear = parsed("---\nsteps: marked\n---\n```sql title=x {name=y}\nselect 1;\n```\n");
    assert_eq!(
        findings(&unclear),
        ["4:8 error attribute-syntax: text between the language and the attributes"]
    );
}

#[test]
fn variables_are_declared_and_there_when_they_are_used() {
    const FRONT: &str = "---\ninputs:\n  app_db: {}\n---\n";
    let cases: &[(&str, &str)] = &[
        (
            "```sql\nselect :'app_db', :\"default_host\", :app_db, :other, a[1:n];\n```",
            "",
        ),
        (
            "```sql\nselect :'ap_db';\n```",
            "no input or capture is called `ap_db`",
        ),
        ("```sh {when=app_db}\n:\n```", ""),
        (
            "```sql {capture=x}\nselect 1;\n```\n```sql\nselect :'x', :x;\n```",
            "",
        ),
        (
            "```sql\nselect :'x';\n```\n```sql {capture=x}\nselect 1;\n```",
            "`x` is captured by a step that does not come before this one",
        ),
        (
            "```sql\nselect :x;\n```\n```sql {capture=x}\nselect 1;\n```",
            "`x` is captured by a step that does not come before this one",
        ),
        (
            "```sql {capture=x}\nselect 1;\n```\n```sql {needs=none}\nselect :'x';\n```",
            "`x` is captured by a step that does not come before this one",
        ),
        (
            "```sql {capture=x}\nselect 1;\n```\n```sh {when=x}\n:\n```\n```sh {when=x}\n:\n```",
            "",
        ),
        (
            "```sql {capture=x}\nselect 1;\n```\n```sh {when=x needs=none}\n:\n```",
            "`x` is captured by a step that does not come before this one",
        ),
        (
            "```sql {name=s capture=x}\nselect 1;\n```\n```sql {rollback=s}\nselect :'x';\n```",
            "",
        ),
        (
            "```sql {capture=x}\nselect 1;\n```\n```sql {capture=x}\nselect 1;\n```",
            "`x` is a capture already",
        ),
        (
            "```sql {capture=app_db}\nselect 1;\n```",
            "`app_db` is an input already",
        ),
    ];
    for (steps, expected) in cases {
        let parsed = parsed(&format!("{FRONT}{steps}\n"));
        let found: Vec<&str> = parsed
            .diagnostics
            .iter()
            .map(|found| found.message.as_str())
            .collect();
        assert_eq!(found.join(" "), *expected, "{steps}");
    }
}

#[test]
fn fences_are_steps_after_front_matter_and_never_in_it() {
    let fence = "```sh\n:\n```\n";
    let cases = [
        (format!("---\ntitle: a\n---\n{fence}"), 1, 4),
        (format!("---\n\n{fence}\n---\n"), 1, 3),
        (format!("text\n\n---\ntitle: a\n\n{fence}---\n"), 1, 6),
    ];
    for (source, count, line) in cases {
        let plan = parsed(&source).plan;
        assert_eq!(plan.steps.len(), count, "{source:?}");
        assert_eq!(source[plan.steps[0].span.clone()], *fence.trim_end());
        assert_eq!(
            plan.steps[0].body.first_line(),
            Some(line + 1),
            "{source:?}"
        );
    }
    let hidden = parsed(&format!("---\n{fence}---\n"));
    assert!(hidden.plan.steps.is_empty() && hidden.has_errors());
}

#[test]
fn a_file_that_is_not_utf8_is_one_error_with_its_place() {
    let source = b"# \xc3\xa4\nab\xff```sh\n:\n```\n";
    let parsed = stepmark_parse::parse(source, "file");
    assert_eq!(
        findings(&parsed),
        ["2:3 error invalid-utf8: byte 0xff is not UTF-8"]
    );
    assert!(parsed.plan.steps.is_empty());
    assert_eq!(parsed.plan.title, "file");
    assert_eq!(parsed.plan.digest, stepmark_core::Digest::of(source));
}
