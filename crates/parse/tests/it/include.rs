//! Runbooks that include others, case by case: what becomes of the steps, and which includes are refused where.

use stepmark_core::ConnectionName;
use stepmark_core::plan::{BlockKind, Plan, Sources};
use stepmark_parse::{Diagnostic, Parsed, parse_sources};

use crate::common::steps;

/// Reads the first of `files` with the others beside it. A text `!why` is a file that cannot be read.
pub(crate) fn joined(files: &[(&str, &str)]) -> (Sources, Parsed) {
    let mut sources = Sources::new(files[0].0, files[0].1.into());
    loop {
        let parsed = parse_sources(&sources, "book");
        if parsed.wanted.is_empty() {
            return (sources, parsed);
        }
        for path in parsed.wanted {
            let found = files.iter().find(|(name, _)| *name == path);
            match found.map(|(_, text)| text.strip_prefix('!').ok_or(*text)) {
                Some(Err(text)) => sources.add(path, text.into()),
                Some(Ok(why)) => sources.add_unreadable(path, why),
                None => sources.add_unreadable(path, "is not there"),
            }
        }
    }
}

/// One line for each diagnostic: `file:line:column code: message`, and its other places behind it.
pub(crate) fn findings(sources: &Sources, found: &[Diagnostic]) -> Vec<String> {
    let line = |found: &Diagnostic| {
        let file = &sources.file_at(found.span.start).path;
        let (line, column) = (found.position.line, found.position.column);
        let related = found.related.iter().map(|label| {
            let file = &sources.file_at(label.span.start).path;
            let position = label.position;
            format!(
                " [{file}:{}:{} {}]",
                position.line, position.column, label.message
            )
        });
        let related: String = related.collect();
        format!(
            "{file}:{line}:{column} {}: {}{related}",
            found.code, found.message
        )
    };
    found.iter().map(line).collect()
}

#[track_caller]
fn check(files: &[(&str, &str)], expected_steps: &[&str], expected_findings: &[&str]) {
    let (sources, parsed) = joined(files);
    assert_eq!(findings(&sources, &parsed.diagnostics), expected_findings);
    assert_eq!(steps(&parsed.plan), expected_steps);
}

/// The headings, each with its level as signs.
fn headings(plan: &Plan) -> Vec<String> {
    let blocks = plan.document.blocks.iter();
    blocks
        .filter_map(|block| match &block.kind {
            BlockKind::Heading { level, content } => {
                let text: String = content.iter().map(|run| run.text.as_str()).collect();
                Some(format!("{} {text}", "#".repeat(usize::from(*level))))
            }
            _ => None,
        })
        .collect()
}

const BACKUP: &str = "\
# Take a backup

```sh {name=take}
:
```

## Prove it

```sh {name=prove needs=take}
:
```

```sh {rollback=take}
:
```
";

#[test]
fn included_steps_stand_in_the_flow_where_their_line_is() {
    let book = "\
# Change

```sh {name=before}
:
```

## Backup

[Take a backup](backup.md) <!-- {include=backup.md name=backup} -->

```sh {name=after}
:
```

```sh {name=late needs=backup.take}
:
```
";
    let files = [("book.md", book), ("backup.md", BACKUP)];
    check(
        &files,
        &[
            "before bash",
            "backup.take bash <- before",
            "backup.prove bash <- backup.take",
            "backup.prove-it bash rollback of backup.take",
            "after bash <- backup.prove",
            "late bash <- backup.take",
        ]
        .map(|line| line.replace("bash", "sh"))
        .each_ref()
        .map(String::as_str),
        &[],
    );
    let (sources, parsed) = joined(&files);
    let plan = &parsed.plan;
    assert_eq!(plan.title, "Change");
    assert_eq!(
        headings(plan),
        [
            "# Change",
            "## Backup",
            "### Take a backup",
            "#### Prove it"
        ]
    );
    let places: Vec<String> = plan
        .steps
        .iter()
        .map(|step| {
            let (file, line) = sources.line_of(&step.span);
            let body = step.body.lines[0].position.line;
            let said = step.body.file.as_deref().unwrap_or("-");
            let under: Vec<usize> = step.headings.clone();
            format!(
                "{}:{line} {said}:{body} {under:?} {}",
                file.path, step.title
            )
        })
        .collect();
    assert_eq!(
        places,
        [
            "book.md:3 -:4 [0] Change",
            "backup.md:3 backup.md:4 [0, 2, 4] Take a backup",
            "backup.md:9 backup.md:10 [0, 2, 4, 6] Prove it",
            "backup.md:13 backup.md:14 [0, 2, 4, 6] Prove it",
            "book.md:11 -:12 [0, 2] Backup",
            "book.md:15 -:16 [0, 2] Backup",
        ]
    );
    for block in &plan.document.blocks {
        if let Some(step) = block.step {
            assert_eq!(block.span.start, plan.step(step).span.start);
        }
    }
}

#[test]
fn without_a_name_the_steps_are_as_if_they_stood_here() {
    check(
        &[
            (
                "book.md",
                "```text {include=part.md}\nprose\n```\n\n```sh {name=b needs=a}\n:\n```\n",
            ),
            ("part.md", "```sh {name=a}\n:\n```\n"),
        ],
        &["a sh", "b sh <- a"],
        &[],
    );
}

#[test]
fn lists_tasks_and_headings_may_hold_an_include() {
    check(
        &[
            (
                "book.md",
                "- [One](a.md) <!-- {include=a.md name=x} -->\n- [Two](a.md) <!-- {include=a.md name=y} -->\n\n# [Three](a.md) <!-- {include=a.md name=z} -->\n\n- [ ] Task\n\n  ```text {include=a.md name=w}\n  ```\n- [ ] Other\n",
            ),
            ("a.md", "- [ ] Do it\n"),
        ],
        &[
            "x.do-it manual",
            "y.do-it manual <- x.do-it",
            "z.do-it manual <- y.do-it",
            "task manual <- w.do-it",
            "w.do-it manual <- z.do-it",
            "other manual <- z.do-it",
        ],
        &[],
    );
}

#[test]
fn includes_in_includes_are_found_from_their_own_folder() {
    check(
        &[
            (
                "book.md",
                "[A](shared/a.md) <!-- {include=shared/a.md name=a} -->\n",
            ),
            (
                "shared/a.md",
                "[B](deep/b.md) <!-- {include=deep/b.md name=b} -->\n\n```sh {name=x needs=b.x}\n:\n```\n",
            ),
            (
                "shared/deep/b.md",
                "[C](../../c.md) <!-- {include=../../c.md} -->\n",
            ),
            ("c.md", "```sh {name=x}\n:\n```\n"),
        ],
        &["a.b.x sh", "a.x sh <- a.b.x"],
        &[],
    );
}

#[test]
fn an_include_gives_its_steps_the_connection_they_do_not_name() {
    let (_, parsed) = joined(&[
        (
            "book.md",
            "---\nconnections:\n  one: { url: $ONE }\n  two: { url: $TWO }\n---\n[A](a.md) <!-- {include=a.md on=two} -->\n",
        ),
        (
            "a.md",
            "```sql\nselect 1;\n```\n\n```sql {name=b on=one}\nselect 2;\n```\n\n```sql {rollback=b}\nselect 3;\n```\n\n```sh\n:\n```\n\n- [ ] Task\n",
        ),
    ]);
    assert_eq!(parsed.diagnostics, []);
    let names: Vec<Option<&str>> = parsed
        .plan
        .steps
        .iter()
        .map(|step| step.connection.as_ref().map(ConnectionName::as_str))
        .collect();
    assert_eq!(
        names,
        [Some("two"), Some("one"), Some("one"), Some("two"), None]
    );
}

#[test]
fn mistakes_in_an_included_file_are_told_at_their_own_place() {
    check(
        &[
            ("book.md", "\n\n[A](a.md) <!-- {include=a.md name=n} -->\n"),
            (
                "a.md",
                "\u{feff}Prose\n\n  ```sql {nmae=x}\n  select :'gone';\n  ```\n\n```sh {name=y needs=zz}\n:\n```\n",
            ),
        ],
        &["n.step sql", "n.y sh"],
        &[
            "a.md:3:11 attribute-unknown: unknown attribute `nmae`",
            "a.md:4:10 undeclared-variable: no input or capture is called `gone`",
            "a.md:7:21 unknown-id: no step is named `n.zz`",
        ],
    );
}

#[test]
fn ids_that_come_twice_are_refused_with_both_places() {
    let step = "```sh {name=a}\n:\n```\n";
    check(
        &[
            (
                "book.md",
                "```sh {name=a}\n:\n```\n\n[P](p.md) <!-- {include=p.md} -->\n",
            ),
            ("p.md", step),
        ],
        &["a sh", "a-2 sh <- a"],
        &["p.md:1:13 duplicate-id: two steps are named `a` [book.md:1:13 the first is here]"],
    );
    check(
        &[
            (
                "book.md",
                "[P](p.md) <!-- {include=p.md} -->\n\n[P](./p.md) <!-- {include=./p.md} -->\n",
            ),
            ("p.md", step),
        ],
        &["a sh"],
        &[
            "book.md:3:27 duplicate-id: `p.md` is included twice, and its steps would have the same ids [book.md:1:25 the first is here]",
        ],
    );
}

#[test]
fn an_included_file_does_not_see_the_names_of_what_includes_it() {
    check(
        &[
            (
                "book.md",
                "```sh {name=mine}\n:\n```\n\n[P](p.md) <!-- {include=p.md name=p} -->\n",
            ),
            ("p.md", "```sh {name=a needs=mine}\n:\n```\n"),
        ],
        &["mine sh", "p.a sh"],
        &["p.md:1:21 unknown-id: no step is named `p.mine`"],
    );
}

#[test]
fn circles_of_files_are_shown_whole() {
    check(
        &[("book.md", "[Me](book.md) <!-- {include=book.md} -->\n")],
        &[],
        &["book.md:1:29 cycle: files include each other: book.md -> book.md"],
    );
    check(
        &[
            ("book.md", "[A](x/a.md) <!-- {include=x/a.md} -->\n"),
            ("x/a.md", "\n[B](b.md) <!-- {include=b.md} -->\n"),
            (
                "x/b.md",
                "\n\n[A](a.md) <!-- {include=a.md name=again} -->\n",
            ),
        ],
        &[],
        &[
            "x/b.md:3:25 cycle: files include each other: x/a.md -> x/b.md -> x/a.md [x/a.md:2:25 `x/b.md` is included here]",
        ],
    );
}

#[test]
fn what_cannot_be_included_is_told_where_it_is_written() {
    let cases: &[(&str, &str)] = &[
        (
            "[A](gone.md) <!-- {include=gone.md} -->\n",
            "book.md:1:28 include-unreadable: `gone.md` is not there",
        ),
        (
            "[A](folder) <!-- {include=folder} -->\n",
            "book.md:1:27 include-unreadable: `folder` is a folder",
        ),
        (
            "[A](x/) <!-- {include=x/} -->\n",
            "book.md:1:23 include-refused: `x/` is a folder",
        ),
        (
            "[A](/etc/passwd) <!-- {include=/etc/passwd} -->\n",
            "book.md:1:32 include-refused: `/etc/passwd` is no relative path",
        ),
        (
            "[A](https://a/b.md) <!-- {include=https://a/b.md} -->\n",
            "book.md:1:35 include-refused: `https://a/b.md` is an address on the network",
        ),
        (
            "[A](other.md) <!-- {include=part.md} -->\n",
            "book.md:1:29 include-refused: the link before it leads to `other.md`, and `part.md` is included",
        ),
        (
            "Prose <!-- {include=part.md} -->\n",
            "book.md:1:21 include-refused: no link to the included file stands before this comment",
        ),
        (
            "<!-- {include=part.md} -->\n",
            "book.md:1:15 include-refused: no link to the included file stands before this comment",
        ),
        (
            "[A](part.md) <!-- {include=part.md required} -->\n",
            "book.md:1:36 attribute-not-applicable: attribute `required` means nothing beside `include`",
        ),
        (
            "[A](part.md) <!-- {include=part.md include=part.md} -->\n",
            "book.md:1:36 attribute-duplicate: attribute `include` is given twice [book.md:1:20 first here]",
        ),
        (
            "[A](part.md) <!-- {include} -->\n",
            "book.md:1:20 attribute-value: attribute `include` has no value",
        ),
        (
            "[A](part.md) <!-- {include=part.md name=a.b} -->\n",
            "book.md:1:36 attribute-value: `a.b` is no value for `name`",
        ),
        (
            "[A](part.md) <!-- {include=part.md name=\"} -->\n",
            "book.md:1:41 attribute-syntax: quote is not closed",
        ),
        (
            "```sql {include=part.md}\nselect 1;\n```\n",
            "book.md:1:9 attribute-not-applicable: attribute `include` means nothing on a sql step",
        ),
        (
            "- [ ] [A](part.md) <!-- {include=part.md} -->\n",
            "book.md:1:26 attribute-not-applicable: attribute `include` means nothing on a task step",
        ),
    ];
    for (book, expected) in cases {
        let (sources, parsed) = joined(&[
            ("book.md", book),
            ("part.md", "Prose\n"),
            ("folder", "!is a folder"),
        ]);
        let found = findings(&sources, &parsed.diagnostics);
        assert_eq!(found, [*expected], "{book}");
        assert!(parsed.diagnostics.iter().all(|found| found.help.is_some()));
    }
}

#[test]
fn an_include_on_the_line_below_its_link_comes_before_the_next_paragraph() {
    let book = "[A](part.md)\n<!-- {include=part.md} -->\n\nNow do X.\n";
    let (sources, parsed) = joined(&[("book.md", book), ("part.md", "Included.\n")]);
    let blocks = parsed.plan.document.blocks.iter();
    let texts: Vec<&str> = blocks
        .map(|block| sources.row()[block.span.clone()].trim())
        .collect();
    let comment = "<!-- {include=part.md} -->";
    assert_eq!(texts, ["[A](part.md)", comment, "Included.", "Now do X."]);
}

#[test]
fn links_are_compared_as_a_reader_follows_them() {
    let fine = [
        "[A](part.md#here) <!-- {include=part.md} -->\n",
        "[A](./part.md) <!-- {include=part.md} -->\n",
        "[A](my%20part.md) <!-- {include=\"my part.md\"} -->\n",
        "[A](<my part.md>) <!-- {include=\"my part.md\"} -->\n",
        "[A](part.md)\n<!-- {include=part.md} -->\n",
        "> [A](gone.md) <!-- {include=gone.md} -->\n",
        "[A](gone.md) <!-- {include=gone.md skip} -->\n",
        "{% include gone.md %} <!-- {% include gone.md %} -->\n",
    ];
    for book in fine {
        let (_, parsed) = joined(&[
            ("book.md", book),
            ("part.md", "Prose\n"),
            ("my part.md", "Prose\n"),
        ]);
        assert_eq!(parsed.diagnostics, [], "{book}");
    }
}

#[test]
fn bytes_that_are_no_text_are_told_at_the_include() {
    let mut sources = Sources::new("book.md", b"[A](a.md) <!-- {include=a.md} -->\n".to_vec());
    sources.add("a.md", b"ab\xff\n```sh\n:\n```\n".to_vec());
    let parsed = parse_sources(&sources, "book");
    assert_eq!(
        findings(&sources, &parsed.diagnostics),
        ["book.md:1:25 include-unreadable: `a.md` is not UTF-8: byte 2 is 0xff"]
    );
    assert!(parsed.plan.steps.is_empty());
}

#[test]
fn depth_and_number_of_includes_are_bounded() {
    let names: Vec<String> = (0..20).map(|at| format!("{at}.md")).collect();
    let include = |at: usize, name: &str| {
        format!("[N]({at}.md) <!-- {{include={at}.md name={name}}} -->\n\n")
    };
    let deep: Vec<String> = (1..21).map(|next| include(next, "n")).collect();
    let files: Vec<(&str, &str)> = names
        .iter()
        .map(String::as_str)
        .zip(deep.iter().map(String::as_str))
        .collect();
    let (sources, parsed) = joined(&files);
    assert_eq!(
        findings(&sources, &parsed.diagnostics),
        ["8.md:1:25 include-refused: files include each other more than 8 deep"]
    );

    let wide: Vec<String> = (1..9)
        .map(|next| {
            let four = ["a", "b", "c", "d"].map(|name| include(next, name));
            four.concat()
        })
        .chain(["```sh\n:\n```\n".to_owned()])
        .collect();
    let files: Vec<(&str, &str)> = names
        .iter()
        .map(String::as_str)
        .zip(wide.iter().map(String::as_str))
        .collect();
    let (sources, parsed) = joined(&files);
    let found = findings(&sources, &parsed.diagnostics);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(
        found[0].ends_with("more than 500 files are included"),
        "{found:?}"
    );
    assert!(parsed.plan.steps.len() <= 500);

    let long = "n".repeat(64);
    let book = format!("[P](p.md) <!-- {{include=p.md name={long}}} -->\n");
    let (sources, parsed) = joined(&[("book.md", &book), ("p.md", "```sh\n:\n```\n")]);
    let found = findings(&sources, &parsed.diagnostics);
    assert!(
        found[0].contains("is too long to stand before an id"),
        "{found:?}"
    );
}

#[test]
fn captures_cross_the_border_and_come_once() {
    let capture = "```sql {name=c capture=x}\nselect 1 as x;\n```\n";
    check(
        &[
            (
                "book.md",
                "[P](p.md) <!-- {include=p.md name=p} -->\n\n```sql {name=use}\nselect :'x';\n```\n",
            ),
            ("p.md", capture),
        ],
        &["p.c sql", "use sql <- p.c"],
        &[],
    );
    check(
        &[
            (
                "book.md",
                "[P](p.md) <!-- {include=p.md name=p} -->\n\n[P](p.md) <!-- {include=p.md name=q} -->\n",
            ),
            ("p.md", capture),
        ],
        &["p.c sql", "q.c sql <- p.c"],
        &["p.md:1:24 duplicate-variable: `x` is a capture already [p.md:1:24 declared here]"],
    );
}
