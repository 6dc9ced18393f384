//! Which shell checks are said to mislead, and which are not.

use stepmark_core::plan::Expectation;

use super::misleading;

/// The command and the first words of what is said about it.
fn said(text: &str, expect: Option<&Expectation>) -> Option<(String, String)> {
    let (range, message, _) = misleading(text, expect)?;
    let words: Vec<&str> = message.split([' ', ':']).take(5).collect();
    Some((text[range].to_owned(), words.join(" ")))
}

#[test]
fn a_check_without_expectation_misleads_where_its_exit_code_does() {
    let cases = [
        (
            "kubectl get pods | grep -v Running\n",
            "this holds as soon as",
        ),
        ("grep --invert-match ok log", "this holds as soon as"),
        (
            "LC_ALL=C grep -Eqv '^(a|b)$' \"$log\"\n\n",
            "this holds as soon as",
        ),
        (
            "set -e\ncd /tmp && egrep -vc x log # none",
            "this holds as soon as",
        ),
        ("cat log |\n  grep \\\n  -v x", "this holds as soon as"),
        ("! grep -q ERROR log\n", "this holds as well when"),
        (
            "! cat log | grep ERROR >/dev/null",
            "this holds as well when",
        ),
        (
            "! grep -q ERROR log\necho fine",
            "this line can fail nothing",
        ),
    ];
    for (text, expected) in cases {
        let (_, words) = said(text, None).unwrap_or_else(|| panic!("{text}"));
        assert_eq!(words, expected, "{text}");
    }
}

#[test]
fn the_place_is_the_pipeline_that_decides() {
    let text = "set -e\nx=1; cat log | grep -v \"a b\"  # last\n";
    let (place, _) = said(text, None).unwrap();
    assert_eq!(place, "cat log | grep -v \"a b\"");
    let (place, _) = said("! grep x log\n:\n", None).unwrap();
    assert_eq!(place, "! grep x log");
}

#[test]
fn what_may_be_meant_is_left_alone() {
    let cases = [
        "grep -q ready log",
        "grep -c ready log",
        "ps ax | grep postgres | grep -v grep",
        "grep -v x log | wc -l",
        "grep -v x log || true",
        "grep -e -v log",
        "grep -f-v log",
        "grep -- -v log",
        "grep x -e '-v' log",
        "if ! grep -q x log; then exit 1; fi",
        "if true; then\n  grep -v x log\nfi",
        "[ \"$(grep -vc x log)\" = 0 ]",
        "( grep -v x log )",
        "cat <<END\ngrep -v x\nEND",
        "! diff a b | sort",
        "! grep -q x log && echo fine",
        "echo 'grep -v x'",
        "grep -v x log &",
        "grep -v 'x",
        "grep -v x >",
        "grep -v x >\n",
        "\u{c}grep -v x\u{b}",
        "grep -v x log |",
        "",
        "# grep -v x",
    ];
    for text in cases {
        assert_eq!(said(text, None), None, "{text}");
    }
}

#[test]
fn an_expectation_that_grep_cannot_meet_is_told() {
    let zero = Expectation::Equals("0".to_owned());
    let one = Expectation::Equals("1".to_owned());
    let empty = Expectation::Empty;
    let cases = [
        ("grep ERROR log", &empty, Some("this can never hold")),
        (
            "cat log | grep -v ok 2>&1",
            &empty,
            Some("this can never hold"),
        ),
        (
            "grep ERROR log 2>/dev/null",
            &empty,
            Some("this can never hold"),
        ),
        ("grep -c ERROR log", &zero, Some("this can never hold")),
        ("! grep ERROR log", &empty, Some("this holds as well")),
        ("grep -q ERROR log", &empty, None),
        ("grep ERROR log > found", &empty, None),
        ("grep ERROR log || [ $? -eq 1 ]", &empty, None),
        ("sed -n '/ERROR/p' log", &empty, None),
        ("grep -c ERROR log", &one, None),
        ("grep -v ERROR log", &one, None),
        ("grep ERROR log", &zero, None),
    ];
    for (text, expect, expected) in cases {
        let found = said(text, Some(expect)).map(|(_, words)| words);
        let found = found.as_deref();
        assert_eq!(found.is_some(), expected.is_some(), "{text}: {found:?}");
        assert!(
            found.unwrap_or("").starts_with(expected.unwrap_or("")),
            "{text}: {found:?}"
        );
    }
}
