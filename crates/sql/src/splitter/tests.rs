//! The work of splitting grows with the text and no faster, counted in bytes looked at.

use crate::{split, steps};

/// Patterns that made some version of a splitter, ours or another's, look at bytes again and again.
const PATTERNS: [&str; 27] = [
    "set standard_conforming_strings=off;reset all;",
    "begin;set local standard_conforming_strings=0;end;\n",
    "select 1;",
    "select 'a', E'b\\'c', \"d\";\n",
    "'a' -- c\n",
    "'a' --",
    "+/**/",
    "+-- \n",
    "$a",
    "$a$",
    "$$ $a$",
    "/*",
    "*/",
    "(",
    ":'a",
    ":{?a",
    "\\a",
    "\\a 'b",
    "\\a 'b'|",
    "\\; ",
    "\\;copy t from ",
    "copy t from stdin;\n1\n\\.\n",
    "copy t from stdin;\n",
    "create function f() begin ",
    "with a as (",
    "-- c\n",
    "1e+",
];

#[test]
fn splitting_is_linear() {
    let work = |pattern: &str, times: usize| {
        let text = pattern.repeat(times);
        let steps = steps::taken_by(|| drop(split(&text, true)));
        (steps, text.len())
    };
    for pattern in PATTERNS {
        let (steps, bytes) = work(pattern, 4000);
        assert!(
            steps <= 12 * bytes,
            "{pattern:?}: {steps} steps for {bytes} bytes"
        );
        assert!(
            steps >= bytes / 8,
            "{pattern:?}: {steps} steps are not all for {bytes} bytes"
        );
    }
}
