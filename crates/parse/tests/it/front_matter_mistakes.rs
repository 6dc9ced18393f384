//! Front matter with one mistake each, and steps that do not fit what is declared.

use stepmark_core::ConnectionName;

use crate::common::{findings, parsed};

/// A line of front matter, and what is found in it.
const WRONG: &[(&str, &str)] = &[
    ("environment: production", ""),
    (
        "environment: Production",
        "2:14 error front-matter-value: `Production` is not guarded as production is",
    ),
    (
        "environment: prod",
        "2:14 error front-matter-value: `prod` is not guarded as production is",
    ),
    (
        "environment: prodution",
        "2:14 error front-matter-value: `prodution` is not guarded as production is",
    ),
    (
        "environment: ' '",
        "2:14 error front-matter-value: `environment` names nothing",
    ),
    ("environment: preproduction", ""),
    ("environment: production-copy", ""),
    ("environment: staging", ""),
    (
        "steps: some",
        "2:8 error front-matter-value: `steps` is not `some`",
    ),
    ("steps: marked", ""),
    (
        "titel: x",
        "2:1 error front-matter-unknown: unknown front matter key `titel`",
    ),
    (
        "title: a\ntitle: b",
        "3:1 error front-matter-duplicate: `title` is given twice",
    ),
    (
        "title: [a]",
        "2:8 error front-matter-value: `title` of front matter is a list, not text",
    ),
    (
        "title: {a: b}",
        "2:8 error front-matter-value: `title` of front matter is a set of keys, not text",
    ),
    (
        "title: a: b",
        "2:9 error front-matter-syntax: front matter is not YAML here: mapping values are not allowed in this context",
    ),
    (
        "title: 'a",
        "2:10 error front-matter-syntax: front matter ends too early: invalid indentation in multiline quoted scalar",
    ),
    (
        "title: &x a",
        "2:11 error front-matter-syntax: anchors, aliases, tags and keys that are no text are not read",
    ),
    (
        "title: !!str a",
        "2:14 error front-matter-syntax: anchors, aliases, tags and keys that are no text are not read",
    ),
    (
        "just text",
        "2:1 error front-matter-syntax: front matter is not lines of `key: value`",
    ),
    (
        "- a\n- b",
        "2:1 error front-matter-syntax: front matter is not lines of `key: value`",
    ),
    ("runme:\n  version: v3\nskipPrompts: true", ""),
    (
        "shell: bash",
        "2:1 error front-matter-unsupported: Runme's `shell` has another form here",
    ),
    (
        "connections: [a]",
        "2:14 error front-matter-value: `connections` is a list, not a set of keys",
    ),
    (
        "connections:\n  my-db: { url: $A }",
        "3:3 error front-matter-value: `my-db` is no connection's name",
    ),
    (
        "connections:\n  ignore: { url: $A }",
        "3:3 error front-matter-value: `ignore` is no connection's name",
    ),
    (
        "connections:\n  a: {}",
        "3:3 error front-matter-value: connection `a` does not say where it leads",
    ),
    (
        "connections:\n  a: $URL",
        "3:6 error front-matter-value: connection `a` is text, not a set of keys",
    ),
    (
        "connections:\n  a: { uri: $A, url: $A }",
        "3:8 error front-matter-unknown: unknown key `uri` in connection `a`",
    ),
    (
        "connections:\n  a: { url: \"$\" }",
        "3:13 error front-matter-value: `url` of connection `a` holds a `$` that begins no variable",
    ),
    (
        "connections:\n  a: { url: \"${A\" }",
        "3:13 error front-matter-value: `url` of connection `a` holds a `$` that begins no variable",
    ),
    (
        "connections:\n  a: { url: $A }\n  b: { url: $B, like: a }",
        "4:23 error front-matter-value: connection `b` has both `url` and `like`",
    ),
    (
        "connections:\n  alpha: { url: $A }\n  b: { like: alhpa }",
        "4:14 error unknown-connection: no connection is called `alhpa`",
    ),
    (
        "connections:\n  a: { like: b }\n  b: { like: c }\n  c: { like: b }",
        "4:14 error cycle: connections are like each other: b -> c -> b",
    ),
    (
        "connections:\n  a: { like: a }",
        "3:14 error cycle: connections are like each other: a -> a",
    ),
    (
        "connections:\n  a: { url: $A, peer_port: 0 }",
        "3:28 error front-matter-value: `peer_port` of connection `a` is no port",
    ),
    (
        "connections:\n  a: { url: $A, settings: { a b: 1 } }",
        "3:29 error front-matter-value: `a b` is no setting's name",
    ),
    (
        "connections:\n  a: { url: $A, settings: { work_mem: [1] } }",
        "3:39 error front-matter-value: `work_mem` of `settings` of connection `a` is a list, not text",
    ),
    (
        "connections:\n  a: { url: $A }\n  a: { url: $B }",
        "4:3 error front-matter-duplicate: `a` is given twice",
    ),
    (
        "connections:\n  a: { url: \"x\u{202e}\" }",
        "3:13 error invisible-character: `url` of connection `a` holds U+202E (bidirectional control)",
    ),
    (
        "inputs:\n  a-b: {}",
        "3:3 error front-matter-value: `a-b` is no variable's name",
    ),
    (
        "inputs:\n  PATH: {}",
        "3:3 error front-matter-value: `PATH` means something to shells or psql already",
    ),
    (
        "inputs:\n  a: app",
        "3:6 error front-matter-value: input `a` is text, not a set of keys",
    ),
    (
        "inputs:\n  a: { defualt: x }",
        "3:8 error front-matter-unknown: unknown key `defualt` in input `a`",
    ),
    (
        "inputs:\n  a: { type: int }",
        "3:14 error front-matter-value: `int` is no type of an input",
    ),
    (
        "inputs:\n  a: { type: integer, default: 1.5 }",
        "3:32 error front-matter-value: the default of input `a` is not a whole number",
    ),
    (
        "inputs:\n  a: { type: boolean, default: yes }",
        "3:32 error front-matter-value: the default of input `a` is not true or false",
    ),
    (
        "inputs:\n  a: { default: [x] }",
        "3:17 error front-matter-value: `default` of input `a` is a list, not text",
    ),
    (
        "inputs:\n  a: { pattern: '[a', default: x }",
        "3:17 error front-matter-value: this is no regular expression: non-empty character class has no closing bracket",
    ),
    (
        "inputs:\n  a: { pattern: '[a-z]', default: xy }",
        "3:35 error front-matter-value: the default of input `a` does not match the pattern [a-z]",
    ),
    (
        "inputs:\n  a: { choices: [x, y], default: z }",
        "3:34 error front-matter-value: the default of input `a` is none of: x, y",
    ),
    (
        "inputs:\n  a: { choices: x }",
        "3:17 error front-matter-value: `choices` of input `a` is text, not a list",
    ),
    (
        "inputs:\n  a: { choices: [] }",
        "3:17 error front-matter-value: `choices` of input `a` leaves no value to choose",
    ),
    (
        "inputs:\n  a: { choices: [x, x] }",
        "3:21 error front-matter-value: choice `x` of input `a` is there twice",
    ),
    (
        "inputs:\n  a: { type: number, choices: [1, b] }",
        "3:35 error front-matter-value: choice `b` of input `a` is not a decimal number",
    ),
    (
        "inputs:\n  a: { secret: true, default: x }",
        "3:31 error front-matter-value: input `a` is secret and stands here for all to read",
    ),
    (
        "inputs:\n  a: { secret: \"true\" }",
        "3:16 error front-matter-value: `secret` of input `a` is not true or false",
    ),
    (
        "inputs:\n  a: { env: $A }",
        "3:13 error front-matter-value: `$A` is no environment variable's name",
    ),
    (
        "inputs:\n  default_host: {}",
        "3:3 error duplicate-variable: `default_host` is an address of connection `default` already",
    ),
    (
        "inputs:\n  a: {}\n  a: {}",
        "4:3 error front-matter-duplicate: `a` is given twice",
    ),
    (
        "requires: { postgres: twelve }",
        "2:23 error front-matter-value: `twelve` bounds no version",
    ),
    (
        "requires: { postgres: \">=15 <12\" }",
        "2:23 error front-matter-value: no version is `>=15 <12`",
    ),
    ("requires: { postgres: 15 }", ""),
    (
        "requires: { tools: [a/b] }",
        "2:21 error front-matter-value: `a/b` is no program's name",
    ),
    (
        "requires: { tols: [a] }",
        "2:13 error front-matter-unknown: unknown key `tols` in `requires`",
    ),
    (
        "rehearsal:\n  source: {}",
        "3:3 error unknown-connection: no connection is called `source`",
    ),
    ("rehearsal:\n  default: { setup: a.sql }\n  ignore: [a]", ""),
    (
        "connections:\n  a: { url: $A }\n  b: { like: a }\nrehearsal:\n  b: {}",
        "6:3 error front-matter-value: connection `b` has no server of its own",
    ),
];

#[test]
fn mistakes_are_errors_with_their_place() {
    for (lines, expected) in WRONG {
        let parsed = parsed(&format!("---\n{lines}\n---\n"));
        let found = findings(&parsed);
        let expected: Vec<&str> = [*expected]
            .into_iter()
            .filter(|text| !text.is_empty())
            .collect();
        assert_eq!(found, expected, "{lines}");
        assert!(
            parsed.diagnostics.iter().all(|found| found.help.is_some()),
            "{lines}"
        );
    }
}

const SEVERAL: &str = "connections:\n  a: { url: $A }\n  b: { url: $B }\n";
const ONE: &str = "connections:\n  a: { url: $A }\n";

#[test]
fn steps_find_their_connection() {
    let cases: &[(&str, &str, &str, &str)] = &[
        ("", "```sql\nselect 1;\n```", "default", ""),
        ("", "```sh\n:\n```", "default", ""),
        ("", "- [ ] Do", "", ""),
        (ONE, "```sql\nselect 1;\n```", "a", ""),
        (ONE, "```sh\n:\n```", "a", ""),
        (
            ONE,
            "```sql {on=default}\nselect 1;\n```",
            "a",
            "unknown-connection",
        ),
        (SEVERAL, "```sql\nselect 1;\n```", "a", "connection-unnamed"),
        (
            SEVERAL,
            "```psql\nselect 1;\n```",
            "a",
            "connection-unnamed",
        ),
        (SEVERAL, "```sh\n:\n```", "", ""),
        (SEVERAL, "```sh {on=b}\n:\n```", "b", ""),
        (SEVERAL, "```sql {on=b}\nselect 1;\n```", "b", ""),
        (
            SEVERAL,
            "```sql {on=c}\nselect 1;\n```",
            "a",
            "unknown-connection",
        ),
        (
            SEVERAL,
            "```sql {on=b gexec=c}\nselect 1;\n```",
            "b",
            "unknown-connection",
        ),
        (
            SEVERAL,
            "```sql {on=b name=x}\nselect 1;\n```\n```sql {rollback=x}\nselect 2;\n```",
            "b b",
            "",
        ),
        (
            SEVERAL,
            "```sql {on=b name=x}\nselect 1;\n```\n```sh {rollback=x}\n:\n```",
            "b b",
            "",
        ),
        (
            SEVERAL,
            "```sql {on=b name=x}\nselect 1;\n```\n```sql {probe=x}\nselect 2;\n```",
            "b a",
            "connection-unnamed",
        ),
    ];
    for (front, steps, expected, code) in cases {
        let parsed = parsed(&format!("---\n{front}---\n{steps}\n"));
        let names: Vec<&str> = parsed
            .plan
            .steps
            .iter()
            .map(|step| step.connection.as_ref().map_or("", ConnectionName::as_str))
            .collect();
        assert_eq!(names.join(" "), *expected, "{front}{steps}");
        let codes: Vec<&str> = parsed
            .diagnostics
            .iter()
            .map(|found| found.code.word())
            .collect();
        assert_eq!(codes.join(" "), *code, "{front}{steps}");
    }
}
