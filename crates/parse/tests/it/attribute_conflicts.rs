//! Attributes that contradict each other, and those that other tools write.

use crate::common::{findings, parsed};

/// Attributes of a step that contradict each other, and what is said.
const CONFLICTS: &[(&str, &str, &str)] = &[
    (
        "sql",
        "{retry-delay=5s}",
        "attribute-conflict at retry-delay=5s: `retry-delay` means nothing without `retry`",
    ),
    (
        "sql",
        "{every=5s}",
        "attribute-conflict at every=5s: `every` means nothing without `wait`",
    ),
    (
        "sh",
        "{for=5s check}",
        "attribute-conflict at for=5s: `for` means nothing without `wait`",
    ),
    (
        "sql",
        "{for=5s wait=false}",
        "attribute-conflict at for=5s: `for` means nothing without `wait`",
    ),
    (
        "sql",
        "{wait}",
        "attribute-conflict at wait: `wait` has no end of its own",
    ),
    (
        "sql",
        "{wait timeout=5s every=5s}",
        "attribute-conflict at every=5s: `every` is not shorter than the `timeout`",
    ),
    (
        "sql",
        "{wait timeout=5s for=9s}",
        "attribute-conflict at for=9s: `for` is not shorter than the `timeout`",
    ),
    (
        "sh",
        "{retry=2}",
        "attribute-conflict at retry=2: nothing says that this step can be tried again",
    ),
    (
        "sh",
        "{retry=2 idempotent=false}",
        "attribute-conflict at retry=2: nothing says that this step can be tried again",
    ),
    ("sh", "{retry=2 idempotent}", ""),
    ("sh", "{retry=2 check}", ""),
    ("sql", "{retry=2}", ""),
    (
        "sql2",
        "{retry=2}",
        "attribute-conflict at retry=2: nothing says that this step can be tried again",
    ),
    ("sql2", "{retry=2 transaction}", ""),
    ("sql2", "{retry=2 expect=rows}", ""),
    (
        "index",
        "{retry=2}",
        "attribute-conflict at retry=2: nothing says that this step can be tried again",
    ),
    ("index", "{retry=2 idempotent}", ""),
    (
        "index",
        "{transaction}",
        "transaction-control at create index concurrently on t (a);: CREATE INDEX CONCURRENTLY cannot run in a transaction",
    ),
    (
        "begin",
        "{transaction}",
        "transaction-control at begin;: the step is one transaction already",
    ),
    (
        "begin",
        "{gexec}",
        "transaction-control at begin;: a step with `gexec` begins and ends no transaction",
    ),
    (
        "begin",
        "{wait timeout=1m}",
        "transaction-control at begin;: a step with `wait` begins and ends no transaction",
    ),
    (
        "sql",
        "{gexec check}",
        "attribute-conflict at check: `gexec` and `check` exclude each other: its rows are statements to run",
    ),
    (
        "sql",
        "{capture=a gexec}",
        "attribute-conflict at capture=a: `gexec` and `capture` exclude each other: its rows are statements to run",
    ),
    (
        "sql",
        "{expect=rows same=target needs=target}",
        "attribute-conflict at expect=rows: `same` and `expect` exclude each other: each says what the rows must be",
    ),
    (
        "sql",
        "{wait transaction timeout=5m}",
        "attribute-conflict at transaction: `wait` and `transaction` exclude each other: it asks again and again, and has nothing to commit",
    ),
    (
        "sql",
        "{gexec wait timeout=5m}",
        "attribute-conflict at wait: `gexec` and `wait` exclude each other: its rows are statements to run",
    ),
    (
        "sql",
        "{gexec same=target needs=target}",
        "attribute-conflict at same=target: `gexec` and `same` exclude each other: its rows are statements to run",
    ),
    (
        "sql",
        "{transaction lock-timeout=5s statement-timeout=1m capture=a}",
        "",
    ),
    ("sql", "{same=target needs=target}", ""),
    (
        "sql",
        "{same=target}",
        "wrong-role at target: `target` does not come before this step, so it has no rows yet",
    ),
    (
        "sql",
        "{name=self same=self}",
        "wrong-role at self: `self` does not come before this step, so it has no rows yet",
    ),
    ("sql", "{probe=target same=target}", ""),
    ("sql", "{rollback=target same=target}", ""),
    (
        "sql",
        "{retry=2 gexec}",
        "attribute-conflict at retry=2: nothing says that this step can be tried again",
    ),
    ("sql", "{retry=2 gexec transaction}", ""),
    (
        "call",
        "{retry=2}",
        "attribute-conflict at retry=2: nothing says that this step can be tried again",
    ),
    (
        "commit",
        "{retry=2}",
        "attribute-conflict at retry=2: nothing says that this step can be tried again",
    ),
    (
        "do",
        "{retry=2}",
        "attribute-conflict at retry=2: nothing says that this step can be tried again",
    ),
    ("perform", "{retry=2}", ""),
    (
        "sh",
        "{background capture=a}",
        "attribute-conflict at capture=a: `background` and `capture` exclude each other: it has no end to look at",
    ),
    (
        "sh",
        "{background check}",
        "attribute-conflict at check: `background` and `check` exclude each other: it has no end to look at",
    ),
    (
        "sh",
        "{always rollback=target}",
        "attribute-conflict at rollback=target: `always` and `rollback` exclude each other: it is not in the main flow",
    ),
    (
        "sh",
        "{interactive expect=rows}",
        "attribute-conflict at expect=rows: `interactive` and `expect` exclude each other: its output goes to the terminal",
    ),
    (
        "sh",
        "{background timeout=5s}",
        "attribute-conflict at timeout=5s: `background` and `timeout` exclude each other: it has no end to look at",
    ),
    // What it hands out goes to a file and not to the terminal.
    ("sh", "{interactive capture=a}", ""),
    ("sh", "{interactive check timeout=5s}", ""),
    ("sh", "{background cwd=/tmp confirm}", ""),
    (
        "sh",
        "{background interactive}",
        "attribute-conflict at interactive: `background` and `interactive` exclude each other: it has no end to look at",
    ),
    (
        "sql",
        "{capture=a,a}",
        "duplicate-variable at a: `a` is a capture already",
    ),
    (
        "sql",
        "{capture=default_host}",
        "duplicate-variable at default_host: `default_host` is an address of connection `default` already",
    ),
    (
        "sql",
        "{capture=a,PATH}",
        "attribute-value at PATH: `PATH` means something to shells or psql already",
    ),
    (
        "sql",
        "{capture=a-b}",
        "attribute-value at a-b: `a-b` is no value for `capture`",
    ),
    (
        "sql",
        "{capture=\"a,\"}",
        "attribute-value at a,: `a,` is no value for `capture`",
    ),
    (
        "sql",
        "{when=1a}",
        "attribute-value at 1a: `1a` is no value for `when`",
    ),
    (
        "sql",
        "{when=own capture=own}",
        "undeclared-variable at own: `own` is captured by a step that does not come before this one",
    ),
    (
        "sql",
        "{when=nobody}",
        "undeclared-variable at nobody: no input or capture is called `nobody`",
    ),
    (
        "sql",
        "{expect=/(/}",
        "attribute-value at /(/: this is no regular expression: found open group without closing ')'",
    ),
    (
        "sql",
        "{expect}",
        "attribute-value at expect: attribute `expect` has no value",
    ),
    (
        "sql",
        "{same=gone}",
        "unknown-id at gone: no step is named `gone`",
    ),
    (
        "sql",
        "{same=shell}",
        "wrong-role at shell: `shell` is no SQL step, so it has no rows",
    ),
    (
        "sh",
        "{stop=gone}",
        "unknown-id at gone: no step is named `gone`",
    ),
    (
        "sql",
        "{gexec=elsewhere}",
        "unknown-connection at elsewhere: no connection is called `elsewhere`",
    ),
    (
        "sh",
        "{interpreter=bash}",
        "attribute-not-applicable at interpreter=bash: attribute `interpreter` means nothing on a shell step",
    ),
];

#[test]
fn attributes_that_contradict_each_other_are_errors_with_their_place() {
    for (kind, attributes, expected) in CONFLICTS {
        let (language, text) = match *kind {
            "sh" => ("sh", ":"),
            "sql2" => ("sql", "select 1;\nselect 2;"),
            "index" => ("sql", "create index concurrently on t (a);"),
            "call" => ("sql", "call work();"),
            "commit" => ("sql", "commit;"),
            "do" => ("sql", "do $$ begin commit; end $$;"),
            "perform" => ("sql", "do $$ begin perform 1; end $$;"),
            "begin" => ("sql", "begin; select 1; commit;"),
            _ => ("sql", "select 1;"),
        };
        let source = format!(
            "```{language} {attributes}\n{text}\n```\n```sql {{name=target needs=none}}\nselect 1;\n```\n```sh {{name=shell}}\n:\n```\n"
        );
        let found: Vec<String> = parsed(&source)
            .diagnostics
            .iter()
            .map(|found| {
                let place = &source[found.span.clone()];
                format!("{} at {place}: {}", found.code, found.message)
            })
            .collect();
        let expected: Vec<&str> = [*expected]
            .into_iter()
            .filter(|text| !text.is_empty())
            .collect();
        assert_eq!(found, expected, "{kind} {attributes}");
    }
}

#[test]
fn words_of_runme_mean_the_same_or_are_reported() {
    let cases: &[(&str, usize, &[&str])] = &[
        ("{\"excludeFromRunAll\":\"true\"}", 0, &[]),
        ("{excludeFromRunAll=false interactive=false}", 1, &[]),
        (
            "{excludeFromRunAll=maybe interactive=false}",
            1,
            &["1:26 error attribute-value: `excludeFromRunAll` is neither true nor false"],
        ),
        (
            "{\"id\":\"01J\",\"name\":\"x\",\"interactive\":\"false\"}",
            1,
            &[],
        ),
        (
            "{\"id\":\"01J\"}",
            1,
            &[
                "1:9 warning runme-interactive: Runme would give this fence a terminal, which it does not get here",
            ],
        ),
        ("{\"name\":\"x\"}", 1, &[]),
        ("{interactive=true}", 1, &[]),
        ("{background=false}", 1, &[]),
        ("{promptEnv=never interactive=false}", 1, &[]),
        (
            "{promptEnv=auto interactive=false}",
            1,
            &["1:8 error attribute-unsupported: Runme's `promptEnv` has another form here"],
        ),
        ("{cwd=/tmp interactive=false}", 1, &[]),
        (
            "{closeTerminalOnSuccess=false mimeType=text/x-json terminalRows=20 category=a tag=b interactive=false}",
            1,
            &[],
        ),
    ];
    for (attributes, steps, expected) in cases {
        let parsed = parsed(&format!("```sh {attributes}\n:\n```\n"));
        assert_eq!(parsed.plan.steps.len(), *steps, "{attributes}");
        assert_eq!(findings(&parsed), *expected, "{attributes}");
    }
    let twice = parsed("```sh {id=1}\n:\n```\n```sh {id=2}\n:\n```\n");
    assert_eq!(twice.diagnostics.len(), 1, "said once a file");
}
