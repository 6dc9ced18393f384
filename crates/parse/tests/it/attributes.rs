//! Attributes on fences and tasks: what each means, and what is said where it means nothing.

use stepmark_core::VariableName;
use stepmark_core::plan::{Expectation, Step};

use crate::common::{findings, parsed, steps};
use stepmark_parse::{AttributeTarget, ValueForm, attribute_table};

/// Steps and findings of a `sql` fence with these attributes, under a heading, before a step called `other`.
fn on_sql(attributes: &str) -> (Vec<String>, Vec<String>) {
    on(&format!("```sql {attributes}\nselect 1;\n```\n"))
}

fn on(step: &str) -> (Vec<String>, Vec<String>) {
    let parsed = parsed(&format!("# H\n{step}\n```sh {{name=other}}\n:\n```\n"));
    let mut lines = steps(&parsed.plan);
    assert_eq!(
        lines.pop().map(|line| line.starts_with("other sh")),
        Some(true)
    );
    (lines, findings(&parsed))
}

#[test]
fn attributes_have_their_meaning() {
    let cases = [
        ("", "h sql"),
        ("{}", "h sql"),
        ("{name=x}", "x sql"),
        ("{\"name\":\"x\"}", "x sql"),
        ("{required}", "h sql required"),
        ("{required=true}", "h sql required"),
        ("{required=false}", "h sql"),
        ("{confirm}", "h sql confirm"),
        ("{confirm=yes}", "h sql confirm \"yes\""),
        ("{confirm=\"drop it\"}", "h sql confirm \"drop it\""),
        ("{confirm=false}", "h sql"),
        ("{timeout=1m30s}", "h sql 90s"),
        ("{timeout=500ms}", "h sql 500ms"),
        ("{check}", "h sql check"),
        ("{on=default}", "h sql"),
        ("{needs=none}", "h sql"),
        (
            "{retry=3 retry-delay=5s idempotent estimate=10m no-return}",
            "h sql",
        ),
        ("{transaction=false}", "h sql"),
    ];
    for (attributes, expected) in cases {
        let (steps, findings) = on_sql(attributes);
        assert_eq!(steps, [expected], "{attributes}");
        assert_eq!(findings, Vec::<String>::new(), "{attributes}");
    }
}

#[test]
fn skipped_fences_and_tasks_are_prose() {
    let cases = [
        "```sql {skip}\nselect 1;\n```\n",
        "```sql {skip=true}\n\\d\n```\n",
        "```sql {ignore=true}\nselect 1;\n```\n",
        "```bash {\"ignore\":\"true\"}\nls\n```\n",
        "- [ ] Not now <!-- {skip} -->\n",
    ];
    for source in cases {
        let (steps, findings) = on(source);
        assert!(steps.is_empty(), "{source}: {steps:?}");
        assert_eq!(findings, Vec::<String>::new(), "{source}");
    }
}

/// Attributes of a `sql` fence, and what is in the plan beside the findings.
const TYPED: &[(&str, &str)] = &[
    ("{check}", "Holds"),
    ("{check=false}", ""),
    ("{expect=empty}", "Empty"),
    ("{expect=rows check}", "Rows"),
    ("{expect=empty,rows}", "Equals(\"empty,rows\")"),
    ("{expect=\"\"}", "Equals(\"\")"),
    ("{expect=\"a b\"}", "Equals(\"a b\")"),
    ("{expect=/}", "Equals(\"/\")"),
    ("{expect=/^4[0-9]+$/}", "Matches(^4[0-9]+$)"),
    ("{expect=\"/a\\\\.b/\"}", "Matches(a\\.b)"),
    ("{same=other needs=other}", "SameAs(StepIndex(1))"),
    ("{when=default_host}", "when default_host"),
    (
        "{always idempotent no-return}",
        "always idempotent no-return",
    ),
    ("{retry=3}", "retry 3 after 1s of Contention"),
    (
        "{retry=3 retry-delay=500ms idempotent}",
        "idempotent retry 3 after 500ms of AnyFailure",
    ),
    ("{retry=3 check}", "Holds retry 3 after 1s of AnyFailure"),
    (
        "{retry=3 expect=rows}",
        "Rows retry 3 after 1s of AnyFailure",
    ),
    (
        "{retry=3 same=other needs=other}",
        "SameAs(StepIndex(1)) retry 3 after 1s of AnyFailure",
    ),
    (
        "{retry=3 wait timeout=1h}",
        "Holds retry 3 after 1s of AnyFailure wait every 2s for 0ns",
    ),
    (
        "{retry=3 probe=other}",
        "Holds retry 3 after 1s of AnyFailure",
    ),
    (
        "{retry=3 transaction}",
        "transaction retry 3 after 1s of Contention",
    ),
    (
        "{retry=3 transaction check}",
        "Holds transaction retry 3 after 1s of AnyFailure",
    ),
    ("{wait timeout=30m}", "Holds wait every 2s for 0ns"),
    (
        "{wait every=1s for=60s timeout=30m expect=empty}",
        "Empty wait every 1s for 60s",
    ),
    ("{wait=false}", ""),
    ("{capture=a}", "capture a"),
    ("{capture=\"a, b_2\"}", "capture a,b_2"),
    ("{gexec}", "gexec Here"),
    ("{gexec=default}", "gexec On(ConnectionName(\"default\"))"),
    ("{gexec=false}", ""),
    (
        "{transaction lock-timeout=5s statement-timeout=1m}",
        "transaction lock 5s statement 60s",
    ),
    ("{estimate=10m}", "estimate 600s"),
];

fn typed(step: &Step) -> String {
    let (flow, sql) = (&step.flow, &step.sql);
    let mut words: Vec<String> = Vec::new();
    words.extend(
        step.expectation
            .iter()
            .map(|expectation| match expectation {
                Expectation::Matches(pattern) => format!("Matches({})", pattern.text()),
                other => format!("{other:?}"),
            }),
    );
    words.extend(flow.when.iter().map(|name| format!("when {name}")));
    let flags = [
        (flow.always, "always"),
        (flow.live, "live"),
        (flow.idempotent, "idempotent"),
        (flow.no_return, "no-return"),
        (sql.transaction, "transaction"),
    ];
    words.extend(
        flags
            .iter()
            .filter(|(on, _)| *on)
            .map(|(_, word)| (*word).to_owned()),
    );
    words.extend(flow.retry.iter().map(|retry| {
        format!(
            "retry {} after {:?} of {:?}",
            retry.count, retry.delay, retry.after
        )
    }));
    words.extend(
        flow.wait
            .iter()
            .map(|wait| format!("wait every {:?} for {:?}", wait.every, wait.steady)),
    );
    if !flow.captures.is_empty() {
        let names: Vec<&str> = flow.captures.iter().map(VariableName::as_str).collect();
        words.push(format!("capture {}", names.join(",")));
    }
    words.extend(sql.generated.iter().map(|place| format!("gexec {place:?}")));
    words.extend(
        sql.lock_timeout
            .iter()
            .map(|timeout| format!("lock {timeout:?}")),
    );
    words.extend(
        sql.statement_timeout
            .iter()
            .map(|timeout| format!("statement {timeout:?}")),
    );
    words.extend(
        flow.estimate
            .iter()
            .map(|estimate| format!("estimate {estimate:?}")),
    );
    words.join(" ")
}

#[test]
fn values_are_typed_in_the_plan() {
    for (attributes, expected) in TYPED {
        let source = format!(
            "```sql {attributes}\nselect 1;\n```\n```sql {{name=other needs=none}}\nselect 2;\n```\n"
        );
        let parsed = parsed(&source);
        assert_eq!(typed(&parsed.plan.steps[0]), *expected, "{attributes}");
        assert_eq!(findings(&parsed), Vec::<String>::new(), "{attributes}");
    }
}

/// Attributes of a `sql` fence on line 2, and what is found.
const WRONG: &[(&str, &str)] = &[
    (
        "{nmae=x}",
        "2:9 error attribute-unknown: unknown attribute `nmae`",
    ),
    (
        "{name=-x}",
        "2:14 error attribute-value: `-x` is no value for `name`",
    ),
    (
        "{name=none}",
        "2:14 error attribute-value: `none` is no value for `name`",
    ),
    (
        "{name}",
        "2:9 error attribute-value: attribute `name` has no value",
    ),
    (
        "{name=a.b}",
        "2:14 error attribute-value: `a.b` is no value for `name`",
    ),
    (
        "{name=\"\"}",
        "2:15 error attribute-value: `` is no value for `name`",
    ),
    (
        "{timeout=0s}",
        "2:17 error attribute-value: `0s` is no value for `timeout`",
    ),
    (
        "{timeout=30}",
        "2:17 error attribute-value: `30` is no value for `timeout`",
    ),
    (
        "{required=yes}",
        "2:18 error attribute-value: `yes` is no value for `required`",
    ),
    (
        "{confirm=\"\"}",
        "2:18 error attribute-value: `` is no value for `confirm`",
    ),
    (
        "{retry=0}",
        "2:15 error attribute-value: `0` is no value for `retry`",
    ),
    (
        "{needs=}",
        "2:14 error attribute-syntax: no value after `=`",
    ),
    (
        "{needs=\"\"}",
        "2:16 error attribute-value: `` is no value for `needs`",
    ),
    (
        "{needs=other,none}",
        "2:15 error attribute-value: `other,none` is no value for `needs`",
    ),
    (
        "{needs=othr}",
        "2:15 error unknown-id: no step is named `othr`",
    ),
    (
        "{needs=\"other, h\"}",
        "2:23 error unknown-id: no step is named `h`",
    ),
    (
        "{rollback=gone}",
        "2:18 error unknown-id: no step is named `gone`",
    ),
    (
        "{probe=gone}",
        "2:15 error unknown-id: no step is named `gone`",
    ),
    (
        "{on=primary}",
        "2:12 error unknown-connection: no connection is called `primary`",
    ),
    (
        "{name=a name=b}",
        "2:16 error attribute-duplicate: attribute `name` is given twice",
    ),
    (
        "{interpreter=python3}",
        "2:9 error attribute-not-applicable: attribute `interpreter` means nothing on a sql step",
    ),
    (
        "{stop=other}",
        "2:14 error wrong-role: `other` does not stay up in the background",
    ),
    (
        "{name=x",
        "2:8 error attribute-syntax: attributes are not closed",
    ),
    (
        "{check} now",
        "2:16 error attribute-syntax: text after the attributes",
    ),
    (
        "title=x {name=y}",
        "2:8 error attribute-syntax: text between the language and the attributes",
    ),
    (
        "{name=a\u{200b}b}",
        "2:15 error invisible-character: the value of `name` holds U+200B (zero width space)",
    ),
    (
        "{rollback=other probe=other}",
        "2:24 error attribute-conflict: a step is either a rollback or a probe",
    ),
];

#[test]
fn wrong_attributes_are_errors_with_their_place() {
    for (attributes, expected) in WRONG {
        let (_, findings) = on_sql(attributes);
        assert!(
            findings.iter().any(|found| found == expected),
            "{attributes}: {findings:?}"
        );
    }
}

#[test]
fn suggestions_name_the_nearest_word() {
    let cases = [
        ("{timout=5s}", "did you mean `timeout`?"),
        ("{require}", "did you mean `required`?"),
        ("{needs=othr}", "did you mean `other`?"),
    ];
    for (attributes, expected) in cases {
        let parsed = parsed(&format!(
            "```sql {attributes}\n```\n```sh {{name=other}}\n:\n```\n"
        ));
        let helps: Vec<_> = parsed
            .diagnostics
            .iter()
            .filter_map(|found| found.help.as_deref())
            .collect();
        assert!(helps.contains(&expected), "{attributes}: {helps:?}");
    }
}

/// A step of the kind that carries `attributes`.
fn step_with(target: AttributeTarget, attributes: &str) -> Option<String> {
    match target {
        AttributeTarget::Sql => Some(format!("```sql {{{attributes}}}\nselect 1;\n```\n")),
        AttributeTarget::Psql => Some(format!("```psql {{{attributes}}}\nselect 1;\n```\n")),
        AttributeTarget::Shell => Some(format!("```bash {{{attributes}}}\n:\n```\n")),
        AttributeTarget::Task => Some(format!("- [ ] Do <!-- {{{attributes}}} -->\n")),
        AttributeTarget::OtherFence => Some(format!("```python {{{attributes}}}\npass\n```\n")),
        AttributeTarget::Script => Some(format!(
            "```python {{interpreter=python3 {attributes}}}\npass\n```\n"
        )),
        AttributeTarget::Link => None,
    }
}

/// What an attribute must stand beside to mean something.
fn companions(name: &str) -> &'static str {
    match name {
        "retry" => " idempotent",
        "retry-delay" => " retry=2 idempotent",
        "wait" => " timeout=1h",
        "every" | "for" => " wait timeout=1h",
        "same" => " needs=other",
        _ => "",
    }
}

fn valid_value(form: ValueForm) -> &'static str {
    match form {
        ValueForm::Flag | ValueForm::FlagOrText | ValueForm::FlagOrConnection => "",
        ValueForm::NewId => "=fresh",
        ValueForm::StepId | ValueForm::StepIds => "=other",
        ValueForm::Connection => "=default",
        ValueForm::Duration => "=5s",
        ValueForm::Count => "=2",
        ValueForm::Name => "=default_host",
        ValueForm::Names => "=a,b",
        ValueForm::Expectation => "=rows",
        ValueForm::Text => "=text",
        ValueForm::Path => "=other.md",
    }
}

#[test]
fn every_attribute_is_accepted_or_refused_as_its_row_says() {
    let targets = [
        AttributeTarget::Sql,
        AttributeTarget::Psql,
        AttributeTarget::Shell,
        AttributeTarget::Task,
        AttributeTarget::OtherFence,
        AttributeTarget::Script,
    ];
    for spec in attribute_table() {
        for target in targets {
            let attributes = format!(
                "{}{}{}",
                spec.name,
                valid_value(spec.form),
                companions(spec.name)
            );
            let Some(step) = step_with(target, &attributes) else {
                continue;
            };
            let other = match spec.name {
                "stop" => "```sh {name=other background}\n:\n```\n",
                _ => "```sql {name=other}\nselect 1;\n```\n",
            };
            let found = parsed(&format!("{other}\n{step}")).diagnostics;
            let mut codes: Vec<&str> = found.iter().map(|found| found.code.word()).collect();
            codes.dedup();
            let expected: &[&str] = match spec.applies_to(target) {
                // The step that it is tried on has one already.
                _ if (spec.name, target) == ("interpreter", AttributeTarget::Script) => {
                    &["attribute-duplicate"]
                }
                // There is no file beside a text.
                true if spec.name == "include" => match target {
                    AttributeTarget::Script => &["attribute-not-applicable"],
                    _ => &["include-unreadable"],
                },
                true => &[],
                false if target == AttributeTarget::OtherFence => match spec.name {
                    "skip" | "ignore" => &[],
                    _ => &["attributes-without-step"],
                },
                false => &["attribute-not-applicable"],
            };
            assert_eq!(codes, expected, "{attributes} on {}", target.word());
        }
    }
}

#[test]
fn attributes_are_kept_as_written_with_their_place() {
    let source = "```bash {retry=3 confirm=\"a \\\"b\\\"\" live}\n:\n```\n";
    let plan = parsed(source).plan;
    let kept: Vec<_> = plan.steps[0]
        .attributes
        .iter()
        .map(|kept| {
            (
                kept.name.as_str(),
                kept.value.as_deref(),
                &source[kept.span.clone()],
            )
        })
        .collect();
    assert_eq!(
        kept,
        [
            ("retry", Some("3"), "retry=3"),
            ("confirm", Some("a \"b\""), "confirm=\"a \\\"b\\\""),
            ("live", None, "live"),
        ]
    );
}

#[test]
fn a_second_attribute_of_the_same_name_is_told_however_long_the_list_is() {
    for others in [0, 14, 15, 16, 40] {
        let words: Vec<String> = (0..others).map(|at| format!("x{at}")).collect();
        let source = format!("```sh {{check {} check}}\n:\n```\n", words.join(" "));
        let twice: Vec<_> = parsed(&source)
            .diagnostics
            .into_iter()
            .filter(|found| found.code.word() == "attribute-duplicate")
            .collect();
        assert_eq!(twice.len(), 1, "{source}");
        assert_eq!(twice[0].related[0].position.column, 8, "{source}");
    }
}

#[test]
fn attributes_that_belong_to_no_step_are_told() {
    let cases = [
        (
            "```yaml {name=config}\na: 1\n```\n",
            "attributes-without-step",
        ),
        ("<!-- {name=x} -->\n", "attributes-without-step"),
        (
            "A paragraph. <!-- {required} -->\n",
            "attributes-without-step",
        ),
        (
            "[more](more.md) <!-- {include=more.md} -->\n",
            "include-unreadable",
        ),
        ("```python {interpreter=python3}\npass\n```\n", ""),
        (
            "```python {timeout=5s}\npass\n```\n",
            "attributes-without-step",
        ),
        ("```js {1,3-5}\nx\n```\n", ""),
        ("```python {.numberLines #id}\nx\n```\n", ""),
        ("```python {skip}\nx\n```\n", ""),
        ("<!-- {% include x %} -->\n", ""),
        ("> <!-- {name=x} -->\n", ""),
    ];
    for (source, expected) in cases {
        let found = parsed(source).diagnostics;
        let codes: Vec<&str> = found.iter().map(|found| found.code.word()).collect();
        let expected: Vec<&str> = [expected]
            .into_iter()
            .filter(|code| !code.is_empty())
            .collect();
        assert_eq!(codes, expected, "{source}");
    }
}

#[test]
fn how_a_shell_step_is_run_is_kept_with_it() {
    let parsed = parsed(
        "```sh {name=up background cwd=sub}\n:\n```\n\n\
         ```python {interpreter=\"python3 -u\" interactive stop=up}\npass\n```\n\n\
         ```psql {interactive cwd=/tmp}\n\\q\n```\n",
    );
    assert_eq!(findings(&parsed), Vec::<String>::new());
    let terms: Vec<_> = parsed
        .plan
        .steps
        .iter()
        .map(|step| {
            let shell = &step.shell;
            let folder = shell.folder.as_ref().map(|path| path.display().to_string());
            let stops = step.flow.stops.map(|stops| stops.0);
            let program = shell.program.join("|");
            (shell.background, shell.interactive, program, folder, stops)
        })
        .collect();
    assert_eq!(
        terms,
        [
            (true, false, String::new(), Some("sub".to_owned()), None),
            (false, true, "python3|-u".to_owned(), None, Some(0)),
            (false, true, String::new(), Some("/tmp".to_owned()), None),
        ]
    );
}
