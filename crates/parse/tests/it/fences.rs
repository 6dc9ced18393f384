//! Fences of all shapes: which of them run, with which text, and what stands in the way of the others.

use crate::common::{findings, parsed, steps};

/// Kind and text of each step, and the codes found.
fn read(source: &str) -> (Vec<(&'static str, String)>, Vec<&'static str>) {
    let parsed = parsed(source);
    let steps = parsed
        .plan
        .steps
        .iter()
        .map(|step| (step.kind.word(), step.body.text.clone()))
        .collect();
    let codes = parsed
        .diagnostics
        .iter()
        .map(|found| found.code.word())
        .collect();
    (steps, codes)
}

#[test]
fn languages_choose_their_engine() {
    let cases = [
        ("sql", "sql"),
        ("SQL", "sql"),
        ("pgsql", "sql"),
        ("postgresql", "sql"),
        ("psql", "psql"),
        ("bash", "bash"),
        ("shell", "bash"),
        ("sh", "sh"),
        ("zsh", "zsh"),
        ("sql{name=x}", "sql"),
        ("  sql   ", "sql"),
    ];
    for (info, kind) in cases {
        let (steps, codes) = read(&format!("```{info}\nselect 1;\n```\n"));
        assert_eq!(
            (steps, codes),
            (vec![(kind, "select 1;\n".to_owned())], vec![]),
            "{info}"
        );
    }
}

#[test]
fn closed_fences_outside_quotes_run_and_others_do_not() {
    let x = || vec![("sh", "x\n".to_owned())];
    let cases = [
        ("```sh\nx\n```\n", x(), vec![]),
        ("```sh\nx\n```", x(), vec![]),
        ("~~~sh\nx\n~~~\n", x(), vec![]),
        ("````sh\nx\n`````\n", x(), vec![]),
        ("   ```sh\n   x\n   ```\n", x(), vec![]),
        ("```sh\r\nx\r\n```\r\n", x(), vec![]),
        ("- item\n\n  ```sh\n  x\n  ```\n", x(), vec![]),
        ("1. a\n   - b\n     ```sh\n     x\n     ```\n", x(), vec![]),
        ("- a\n\n\t```sh\n\tx\n\t```\n", x(), vec![]),
        ("<details>\n\n```sh\nx\n```\n\n</details>\n", x(), vec![]),
        ("\u{feff}```sh\nx\n```\n", x(), vec![]),
        ("```sh\nx\n", vec![], vec!["fence-unclosed"]),
        ("```sh\nx\n``\n", vec![], vec!["fence-unclosed"]),
        ("```sh\nx\n~~~\n", vec![], vec!["fence-unclosed"]),
        ("```sh\nx\n    ```\n", vec![], vec!["fence-unclosed"]),
        ("```sh\nx\n``` no\n", vec![], vec!["fence-unclosed"]),
        ("````sh\nx\n```\n", vec![], vec!["fence-unclosed"]),
        ("```sh", vec![], vec!["fence-unclosed"]),
        ("```text\nx\n\n# H\n", vec![], vec!["fence-unclosed"]),
        ("- ```sh\n  x\n\nend\n", vec![], vec!["fence-unclosed"]),
        (
            "- ```sh\n  x\n```\n",
            vec![],
            vec!["fence-unclosed", "fence-unclosed"],
        ),
        ("    ```sh\n    x\n    ```\n", vec![], vec![]),
        ("    x\n", vec![], vec![]),
        ("> ```sh\n> x\n> ```\n", vec![], vec![]),
        ("> ```sh\n> x\n", vec![], vec![]),
        ("> - ```sh\n>   x\n>   ```\n", vec![], vec![]),
        ("- > ```sh\n  > x\n  > ```\n", vec![], vec![]),
        ("> [!NOTE]\n> ```sh\n> x\n> ```\n", vec![], vec![]),
        ("> - [ ] no task\n", vec![], vec![]),
        ("<!--\n```sh\nx\n```\n-->\n", vec![], vec![]),
        ("<!--\n\n```sh\nx\n```\n\n-->\n", vec![], vec![]),
        ("<pre>\n```sh\nx\n```\n</pre>\n", vec![], vec![]),
        ("<div>\n```sh\nx\n```\n</div>\n", vec![], vec![]),
        ("````md\n```sh\nx\n```\n````\n", vec![], vec![]),
        ("~~~\n```sh\nx\n```\n~~~\n", vec![], vec![]),
        ("```\nx\n```\n", vec![], vec![]),
        ("```python\nx\n```\n", vec![], vec![]),
        ("```{.sh}\nx\n```\n", vec![], vec![]),
        ("```s\\h\nx\n```\n", vec![], vec![]),
        ("```s&#104;\nx\n```\n", vec![], vec![]),
        ("---\n\n```sh\nx\n```\n\n---\n", x(), vec![]),
        ("a\n\n---\ntitle: no\n```sh\nx\n```\n---\n", x(), vec![]),
        ("```ksh\nx\n```\n", vec![], vec!["language-not-run"]),
        (
            "```sh title=\"x\"\nx\n```\n",
            x(),
            vec!["fence-text-ignored"],
        ),
        ("```sh,linenos\nx\n```\n", x(), vec!["fence-text-ignored"]),
        ("```sh:file.sh\nx\n```\n", x(), vec!["fence-text-ignored"]),
        ("```sh,ignore\nx\n```\n", x(), vec!["fence-unclear"]),
        ("```sh no_run\nx\n```\n", x(), vec!["fence-unclear"]),
        ("``` \u{85}sh\nx\n```\n", vec![], vec![]),
        (
            "```sh\nx\n```\t\ny\n```\n",
            vec![("sh", "x\n```\t\ny\n".to_owned())],
            vec!["fence-unclear"],
        ),
    ];
    for (source, expected, codes) in cases {
        assert_eq!(read(source), (expected, codes), "{source:?}");
    }
}

#[test]
fn texts_are_the_fence_s_own_without_its_indentation() {
    let cases = [
        ("```sh\n```\n", ""),
        ("```sh\n\n\n```\n", "\n\n"),
        ("```sh\n  a\n\tb\n```\n", "  a\n\tb\n"),
        ("  ```sh\n  a\n b\n    c\n  ```\n", "a\nb\n  c\n"),
        ("- x\n\n  ```sh\n  a\n\n    b\n  ```\n", "a\n\n  b\n"),
        ("-\t```sh\n\ta\n\t```\n", "a\n"),
        ("```sh\r\na\r\n\r\nb\r\n```\r\n", "a\n\nb\n"),
        ("```sh\na &amp; \\* <b>\n```\n", "a &amp; \\* <b>\n"),
        ("```console\n$ a\nout\n$ b \\\n> c\n```\n", "a\nb \\\nc\n"),
        ("- ```shell-session\n  $ a\n  out\n  ```\n", "a\n"),
    ];
    for (source, expected) in cases {
        let plan = parsed(source).plan;
        assert_eq!(plan.steps[0].body.text, expected, "{source:?}");
    }
}

#[test]
fn a_transcript_without_commands_is_prose_with_a_warning() {
    assert_eq!(
        read("```console\nroot@db:~# ls\n```\n"),
        (vec![], vec!["console-without-command"])
    );
    assert_eq!(
        read("```console\n$ diff a b\n> x\n```\n"),
        (
            vec![("bash", "diff a b\n".to_owned())],
            vec!["console-unclear"]
        )
    );
}

#[test]
fn sql_that_cannot_be_sent_is_refused_where_it_stands() {
    let cases = [
        ("select 1;\n\\d users\n", "3:1 error meta-command"),
        ("select 1 \\gexec\n", "2:10 error meta-command"),
        ("  \\copy a from b\n", "2:3 error meta-command"),
        ("select 'a;\n", "2:8 error sql-unfinished"),
        ("select \"a;\n", "2:8 error sql-unfinished"),
        ("do $x$ begin end;\n", "2:4 error sql-unfinished"),
        ("select (1;\n", "2:8 error sql-unfinished"),
        ("/* a\nselect 1;\n", "2:1 error sql-unfinished"),
        ("select :'app';\n", "2:8 error undeclared-variable"),
        ("select ä, :\"app\";\n", "2:11 error undeclared-variable"),
        ("select a[1:n], b::text;\n", ""),
        ("select $$ \\d $$, '\\d', '\\\\';\n", ""),
    ];
    for (text, expected) in cases {
        let parsed = parsed(&format!("```sql\n{text}```\n"));
        let found = findings(&parsed);
        assert_eq!(
            found.len(),
            usize::from(!expected.is_empty()),
            "{text}: {found:?}"
        );
        assert!(
            found.iter().all(|line| line.starts_with(expected)),
            "{text}: {found:?}"
        );
        assert_eq!(parsed.plan.steps.len(), 1);
    }
}

#[test]
fn sql_findings_in_lists_have_the_line_of_the_file() {
    let parsed = parsed("1. a\n\n   ```sql\n   select 1;\n     \\d\n   ```\n");
    assert_eq!(
        findings(&parsed),
        ["5:6 error meta-command: \\d is a psql command, not SQL"]
    );
}

#[test]
fn characters_that_hide_are_refused_by_their_code_point() {
    let cases = [
        (
            "\u{202e}",
            "invisible-character: the step holds U+202E (bidirectional control)",
        ),
        (
            "\u{2066}",
            "invisible-character: the step holds U+2066 (bidirectional control)",
        ),
        (
            "\u{200b}",
            "invisible-character: the step holds U+200B (zero width space)",
        ),
        (
            "\u{200d}",
            "invisible-character: the step holds U+200D (zero width joiner)",
        ),
        (
            "\u{feff}",
            "invisible-character: the step holds U+FEFF (zero width no-break space)",
        ),
        (
            "\u{e0041}",
            "invisible-character: the step holds U+E0041 (invisible character)",
        ),
        (
            "\u{1b}",
            "control-character: the step holds the control character U+001B",
        ),
        (
            "\u{9b}",
            "control-character: the step holds the control character U+009B",
        ),
    ];
    for (character, expected) in cases {
        let parsed = parsed(&format!(
            "\u{200b}Prose\u{202e}\n\n```sh\nä {character}\n```\n"
        ));
        assert_eq!(
            findings(&parsed),
            [format!("4:3 error {expected}")],
            "{character:?}"
        );
    }
    assert_eq!(
        findings(&parsed("- [ ] Do\u{200b} it\n")),
        ["1:9 error invisible-character: the task holds U+200B (zero width space)"]
    );
}

#[test]
fn empty_steps_and_ticked_tasks_are_warned_about() {
    let cases = [
        (
            "```sql\n```\n",
            "1:1 warning step-empty: this step has nothing to run",
        ),
        (
            "- [x] Done\n",
            "1:3 warning task-ticked: this task is ticked in the file already",
        ),
    ];
    for (source, expected) in cases {
        let parsed = parsed(source);
        assert_eq!(findings(&parsed), [expected]);
        assert_eq!(steps(&parsed.plan).len(), 1);
        assert!(!parsed.has_errors());
    }
}
