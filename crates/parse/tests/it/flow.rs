//! Which step follows which, what they are called, and the circles they can make.

use crate::common::{findings, parsed, steps};

/// A fence with these attributes.
fn sh(attributes: &str) -> String {
    format!("```sh {{{attributes}}}\n:\n```\n\n")
}

#[test]
fn ids_come_from_names_then_headings_then_task_text() {
    let x = "```sh\n:\n```\n";
    let cases = [
        (x.to_owned(), vec!["step"]),
        (format!("{x}{x}"), vec!["step", "step-2"]),
        (
            format!("# One Two!\n{x}{x}## Three\n{x}# One two\n{x}"),
            vec!["one-two", "one-two-2", "three", "one-two-3"],
        ),
        (
            format!("# A\n{x}{}{x}", sh("name=a-2")),
            vec!["a", "a-2", "a-3"],
        ),
        (format!("# A\n{}{x}", sh("name=a")), vec!["a", "a-2"]),
        (format!("# A-2\n{x}# A\n{x}{x}"), vec!["a-2", "a", "a-3"]),
        (format!("#\n{x}"), vec!["step"]),
        (format!("# 日本\n{x}"), vec!["step"]),
        (
            format!("# `code` *and* [link](x)\n{x}"),
            vec!["code-and-link"],
        ),
        (format!("> # Quoted\n\n{x}"), vec!["step"]),
        (format!("Setext\n======\n{x}"), vec!["setext"]),
        (
            "# H\n- [ ] Tell *on-call*\n- [ ] Tell *on-call*\n".to_owned(),
            vec!["tell-on-call", "tell-on-call-2"],
        ),
        (
            "- [ ] Do <!-- {name=oncall} -->\n".to_owned(),
            vec!["oncall"],
        ),
    ];
    for (source, expected) in cases {
        let plan = parsed(&source).plan;
        let ids: Vec<&str> = plan.steps.iter().map(|step| step.id.as_str()).collect();
        assert_eq!(ids, expected, "{source}");
    }
}

#[test]
fn long_headings_make_ids_that_fit() {
    let heading = "very long words ".repeat(9);
    let plan = parsed(&format!("# {heading}\n{0}{0}", "```sh\n:\n```\n")).plan;
    let lengths: Vec<usize> = plan
        .steps
        .iter()
        .map(|step| step.id.as_str().len())
        .collect();
    assert_eq!(lengths, [54, 56]);
}

#[test]
fn steps_follow_each_other_unless_told_otherwise() {
    let (a, b, c) = (sh("name=a"), sh("name=b"), sh("name=c"));
    let cases = [
        (format!("{a}{b}{c}"), vec!["a sh", "b sh <- a", "c sh <- b"]),
        (
            format!("{a}{}{c}", sh("name=b needs=none")),
            vec!["a sh", "b sh", "c sh <- b"],
        ),
        (
            format!("{a}{b}{}", sh("name=c needs=a")),
            vec!["a sh", "b sh <- a", "c sh <- a"],
        ),
        (
            format!("{a}{b}{}", sh("name=c needs=b,a,b")),
            vec!["a sh", "b sh <- a", "c sh <- a,b"],
        ),
        (
            format!("{}{b}", sh("name=a needs=b")).replace("name=b", "name=b needs=none"),
            vec!["a sh <- b", "b sh"],
        ),
        (
            format!("{a}{}{b}", sh("name=undo rollback=a")),
            vec!["a sh", "undo sh rollback of a", "b sh <- a"],
        ),
        (
            format!("{}{a}{b}", sh("name=is-there probe=a")),
            vec!["is-there sh probe of a check", "a sh", "b sh <- a"],
        ),
        (
            format!("{a}{}{b}", sh("rollback=b needs=a")),
            vec!["a sh", "step sh <- a rollback of b", "b sh <- a"],
        ),
        (format!("{a}{}{b}", sh("skip")), vec!["a sh", "b sh <- a"]),
        (format!("1. x\n\n{b}2. y\n\n{c}"), vec!["b sh", "c sh <- b"]),
    ];
    for (source, expected) in cases {
        let parsed = parsed(&source);
        assert_eq!(steps(&parsed.plan), expected, "{source}");
        assert_eq!(findings(&parsed), Vec::<String>::new(), "{source}");
    }
}

/// Sources, where `{a}`, `{z}` and `{in…}` stand for fences with these attributes, and their steps.
const TASKS: &[(&str, &[&str])] = &[
    (
        "{a}- [ ] b\n- [ ] c\n\n{z}",
        &["a sh", "b manual <- a", "c manual <- a", "z sh <- b,c"],
    ),
    (
        "{a}1. [ ] b\n2. [ ] c\n\n{z}",
        &["a sh", "b manual <- a", "c manual <- a", "z sh <- b,c"],
    ),
    (
        "{a}- [ ] b\n{in}- [ ] c\n\n{z}",
        &[
            "a sh",
            "b manual <- in",
            "in sh <- a",
            "c manual <- a",
            "z sh <- b,c",
        ],
    ),
    (
        "{a}- [ ] b\n{in}{in2}\n{z}",
        &[
            "a sh",
            "b manual <- in2",
            "in sh <- a",
            "in2 sh <- in",
            "z sh <- b",
        ],
    ),
    (
        "{a}- [ ] b\n{in}{in2 needs=none}\n{z}",
        &[
            "a sh",
            "b manual <- in,in2",
            "in sh <- a",
            "in2 sh",
            "z sh <- b",
        ],
    ),
    (
        "{a}- [ ] b\n{in needs=none}\n{z}",
        &["a sh", "b manual <- a,in", "in sh", "z sh <- b"],
    ),
    (
        "{a}- [ ] b\n  - [ ] c\n  - [ ] d\n- [ ] e\n\n{z}",
        &[
            "a sh",
            "b manual <- c,d",
            "c manual <- a",
            "d manual <- a",
            "e manual <- a",
            "z sh <- b,e",
        ],
    ),
    (
        "{a}- [ ] b <!-- {needs=none} -->\n{in}- [ ] c\n\n{z}",
        &[
            "a sh",
            "b manual <- in",
            "in sh",
            "c manual <- a",
            "z sh <- b,c",
        ],
    ),
    (
        "{a}- [ ] b\n- note\n- [ ] c\n\n{z}",
        &["a sh", "b manual <- a", "c manual <- a", "z sh <- b,c"],
    ),
    (
        "{a}- [ ] b\n- do\n{in}- [ ] c\n\n{z}",
        &[
            "a sh",
            "b manual <- a",
            "in sh <- b",
            "c manual <- in",
            "z sh <- c",
        ],
    ),
    (
        "{a}- part\n  - [ ] b\n  - [ ] c\n- part\n  - [ ] d\n\n{z}",
        &[
            "a sh",
            "b manual <- a",
            "c manual <- a",
            "d manual <- b,c",
            "z sh <- d",
        ],
    ),
    (
        "{a}- [ ] b\n- part\n  - [ ] c\n\n{z}",
        &["a sh", "b manual <- a", "c manual <- b", "z sh <- c"],
    ),
    (
        "{a}- [ ] b\n- [ ] c\n\ntext\n\n- [ ] d\n- [ ] e\n",
        &[
            "a sh",
            "b manual <- a",
            "c manual <- a",
            "d manual <- b,c",
            "e manual <- b,c",
        ],
    ),
    (
        "{a}- [ ] undo it <!-- {rollback=a name=undo} -->\n- [ ] b\n\n{z}",
        &[
            "a sh",
            "undo manual rollback of a",
            "b manual <- a",
            "z sh <- b",
        ],
    ),
    ("- [ ] b\n- [ ] c\n", &["b manual", "c manual"]),
    (
        "- [ ] b <!-- {required timeout=5m} -->\n- [ ] c\n\n{z}",
        &["b manual required 300s", "c manual", "z sh <- b,c"],
    ),
];

#[test]
fn tasks_of_one_list_stand_side_by_side() {
    for (source, expected) in TASKS {
        let mut source = source
            .replace("{a}", &sh("name=a"))
            .replace("{z}", &sh("name=z"));
        for name in ["in", "in2", "in needs=none", "in2 needs=none"] {
            let fence = format!("  ```sh {{name={name}}}\n  :\n  ```\n");
            source = source.replace(&format!("{{{name}}}"), &fence);
        }
        let parsed = parsed(&source);
        assert_eq!(steps(&parsed.plan), *expected, "{source}");
        assert_eq!(findings(&parsed), Vec::<String>::new(), "{source}");
    }
}

#[test]
fn a_task_is_what_its_first_paragraph_asks() {
    let cases = [
        (
            "- [ ] Tell **on-call**\n",
            "Tell **on-call**",
            "Tell on-call",
        ),
        (
            "- [ ] Tell\n  on-call <!-- {required} -->\n  now\n",
            "Tell\non-call\nnow",
            "Tell on-call now",
        ),
        (
            "- [ ] Tell <!-- a note --> them\n",
            "Tell <!-- a note --> them",
            "Tell them",
        ),
        ("- [ ] Tell\n\n  more\n", "Tell", "Tell"),
        ("- [ ] Tell\r\n  them\r\n", "Tell\nthem", "Tell them"),
        ("- [ ] a\n  - b\n", "a", "a"),
        ("* [ ] \\*x\\* <!-- {name=t} -->", "\\*x\\*", "*x*"),
    ];
    for (source, body, title) in cases {
        let parsed = parsed(source);
        let step = &parsed.plan.steps[0];
        assert_eq!(
            (step.body.text.as_str(), step.title.as_str()),
            (body, title),
            "{source:?}"
        );
        assert_eq!(findings(&parsed), Vec::<String>::new(), "{source:?}");
    }
}

#[test]
fn references_that_cannot_hold_are_errors() {
    let a = sh("name=a");
    let cases = [
        (
            format!("{a}{a}"),
            "5:13 error duplicate-id: two steps are named `a`",
        ),
        (
            format!("# H\n{}{}", sh(""), sh("needs=h")),
            "6:14 error unknown-id: no step is named `h`",
        ),
        (
            sh("name=a needs=a"),
            "1:21 error cycle: steps need each other: a -> a",
        ),
        (
            format!("{}{}", sh("name=a needs=b"), sh("name=b needs=a")),
            "1:21 error cycle: steps need each other: a -> b -> a",
        ),
        (
            format!("{}{}{}", sh("name=a needs=c"), sh("name=b"), sh("name=c")),
            "1:21 error cycle: steps need each other: a -> c -> b -> a",
        ),
        (
            format!(
                "{a}{}{}",
                sh("name=undo rollback=a"),
                sh("name=b needs=undo")
            ),
            "9:21 error wrong-role: `undo` is not in the main flow, so nothing in it can wait for it",
        ),
        (
            format!("{a}{}{}", sh("name=undo rollback=a"), sh("rollback=undo")),
            "9:17 error wrong-role: `undo` is not a step of the main flow",
        ),
        (
            sh("name=a rollback=a"),
            "1:24 error wrong-role: `a` is not a step of the main flow",
        ),
        (
            format!("{a}- [ ] t <!-- {{rollback=a}} -->\n  ```sh\n  :\n  ```\n"),
            "6:3 error wrong-role: a step of the main flow stands inside a task that is not in it",
        ),
        (
            "- [ ] t <!-- {required} --> more\n".to_owned(),
            "1:9 error attribute-syntax: the comment with attributes does not end its line",
        ),
        (
            "- [ ] t <!-- {requird} -->\n".to_owned(),
            "1:15 error attribute-unknown: unknown attribute `requird`",
        ),
        (
            "- [ ] t <!-- {on=default} -->\n".to_owned(),
            "1:15 error attribute-not-applicable: attribute `on` means nothing on a task step",
        ),
    ];
    for (source, expected) in cases {
        let parsed = parsed(&source);
        assert_eq!(findings(&parsed), [expected], "{source}");
        assert!(parsed.has_errors());
    }
}

#[test]
fn a_circle_is_shown_whole_and_cut_in_the_plan() {
    let source = format!(
        "{}{}{}",
        sh("name=a needs=c"),
        sh("name=b"),
        sh("name=c needs=b")
    );
    let parsed = parsed(&source);
    let circle = &parsed.diagnostics[0];
    let related: Vec<_> = circle
        .related
        .iter()
        .map(|label| (label.position.line, label.message.as_str()))
        .collect();
    assert_eq!(circle.label.as_deref(), Some("`a` needs `c`"));
    assert_eq!(
        related,
        [
            (9, "`c` needs `b`"),
            (5, "`b` comes after `a`, as nothing else is said")
        ]
    );
    assert_eq!(steps(&parsed.plan), ["a sh <- c", "b sh", "c sh <- b"]);
}

#[test]
fn a_duplicate_name_points_at_both() {
    let parsed = parsed(&format!("{0}{0}", sh("name=a")));
    let related = &parsed.diagnostics[0].related;
    assert_eq!(related[0].position.line, 1);
    assert_eq!(steps(&parsed.plan), ["a sh", "a-2 sh <- a"]);
}

#[test]
fn two_long_task_lists_do_not_make_a_square_of_edges() {
    let list = "- [ ] t\n".repeat(1500);
    let parsed = parsed(&format!("{list}\ntext\n\n{list}"));
    assert_eq!(parsed.plan.steps.len(), 3000);
    let edges: usize = parsed.plan.steps.iter().map(|step| step.needs.len()).sum();
    assert!(edges < 1_010_000, "{edges}");
    assert_eq!(parsed.diagnostics.len(), 1);
    assert_eq!(parsed.diagnostics[0].code.word(), "graph-too-large");
}

#[test]
fn a_task_that_is_a_heading_is_a_step() {
    let parsed = parsed("- [ ] task\n  ===\n\n  ```sh\n  :\n  ```\n");
    assert_eq!(steps(&parsed.plan), ["task manual <- task-2", "task-2 sh"]);
    assert_eq!(parsed.plan.steps[0].body.text, "task");
    assert_eq!(
        parsed.plan.document.blocks[0].step.map(|step| step.0),
        Some(0)
    );
}

#[test]
fn a_task_without_text_is_a_step_of_its_own_block() {
    let parsed = parsed("before\n\n- [ ]\n  ```sh\n  :\n  ```\n");
    let blocks: Vec<_> = parsed
        .plan
        .document
        .blocks
        .iter()
        .map(|block| block.step.map(|step| step.0))
        .collect();
    assert_eq!(blocks, [None, Some(0), Some(1)]);
    assert_eq!(steps(&parsed.plan), ["step manual <- step-2", "step-2 sh"]);
    assert_eq!(
        findings(&parsed),
        ["3:3 warning step-empty: this task says nothing"]
    );
}

#[test]
fn a_fence_that_begins_by_ending_the_transaction_leads_out_of_it() {
    let cases = [
        ("ROLLBACK;", true),
        (
            "-- back\nrollback to savepoint before; INSERT INTO t VALUES (1);",
            true,
        ),
        ("ABORT;", true),
        ("COMMIT;", true),
        ("END;", true),
        ("INSERT INTO t VALUES (1); ROLLBACK;", false),
        ("BEGIN;", false),
        ("SAVEPOINT before;", false),
        ("SELECT 'ROLLBACK';", false),
        ("", false),
    ];
    for (text, leads_out) in cases {
        let parsed = parsed(&format!("```sql\n{text}\n```\n"));
        let step = parsed.plan.steps.first().expect("a step");
        assert_eq!(step.sql.leads_out, leads_out, "{text}");
    }
}
