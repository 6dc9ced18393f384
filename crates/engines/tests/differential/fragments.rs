//! Random scripts, put together from pieces of the corpus and from what has broken splitters.

use proptest::prelude::*;

use crate::case::written;

/// Tokens and stretches of text that open, close, join or hide things. No backslash outside of what is closed: psql
/// would run what follows as its own command.
const TOKENS: &[&str] = &[
    "select 1",
    "select",
    ";",
    ";",
    ";",
    "\n",
    "\n",
    "\n\n",
    " ",
    "\t",
    "\r\n",
    "\x0c",
    "\u{a0}",
    "'",
    "''",
    "'a;'",
    "E'",
    "E'\\''",
    "e'\\\\;'",
    "U&'x;'",
    "u&\"y;\"",
    "n'z'",
    "b'1'",
    "x'f'",
    "\"",
    "\"\"",
    "\"q;\"",
    "$$",
    "$$;$$",
    "$a$",
    "$a$;$a$",
    "$ä$",
    "$1",
    "a$b$",
    "1$",
    "--",
    "-- c;\n",
    "-- '\n",
    "/*",
    "*/",
    "/* ; */",
    "/* /* ' */ ; */",
    "/",
    "*",
    "-",
    "+",
    "+-",
    "+/*;*/",
    "*--;\n",
    "@/* ' */",
    "-/**/-",
    "<>--'\n",
    "<>",
    "=>",
    "(",
    ")",
    "(;)",
    "[",
    "]",
    ":",
    "::",
    ":=",
    ": :",
    "a[1:2]",
    "\\;",
    "\\;\n",
    "\\:",
    "..",
    "1.5",
    ".5",
    "1e",
    "1e+",
    "0x1f",
    "1_000",
    "é",
    "漢",
    "🦀",
    "\u{301}",
    "create function f()",
    "create or replace procedure p()",
    "CREATE",
    "or replace",
    "function",
    "returns int",
    "language sql",
    "begin atomic",
    "begin",
    "case",
    "when",
    "end",
    "end;",
    "atomic",
    "return 1;",
    "create rule r as on insert to t do (",
    "as $f$ begin; end; $f$",
    "do $$",
    ",",
    "a",
    "as b",
    "from t",
    "where",
    "copy",
    "stdin",
    "@",
    "?",
    "#",
    "{",
    "}",
    "~",
    "`",
    "!",
];

/// A script that psql can be given whatever the pieces come to.
pub(crate) fn scripts() -> impl Strategy<Value = String> {
    let token = prop::sample::select(TOKENS).prop_map(str::to_owned);
    let piece = prop_oneof![8 => token, 2 => statements(), 1 => bodies()];
    let separator = prop::sample::select(vec!["", " ", "\n", ";", ";\n"]);
    prop::collection::vec((piece, separator), 1..30).prop_map(|pieces| {
        pieces
            .into_iter()
            .map(|(piece, separator)| piece + separator)
            .collect()
    })
}

/// A stretch of lines of the corpus, cut at the first and last line's any character. COPY is left out: where it fails,
/// psql takes its data for statements.
fn statements() -> impl Strategy<Value = String> {
    let scripts: Vec<String> = written().into_iter().map(|case| case.script).collect();
    let fit: Vec<String> = scripts
        .into_iter()
        .filter(|script| is_fit(script))
        .collect();
    (
        prop::sample::select(fit),
        any::<prop::sample::Index>(),
        1_usize..200,
    )
        .prop_map(|(script, at, length)| {
            let from = script.floor_char_boundary(at.index(script.len()));
            let to = script.ceil_char_boundary((from + length).min(script.len()));
            script[from..to].to_owned()
        })
}

/// What psql takes for the beginning of a function, and words that open and close its body, or look like it.
fn bodies() -> impl Strategy<Value = String> {
    let heads = vec![
        "create function f() ",
        "CREATE OR REPLACE PROCEDURE p() ",
        "create /* c */ or\nreplace function f() ",
        "create function\n",
        "create view v as ",
        "/* c */ create procedure p() ",
        "create or function f() ",
        "create temp function f() ",
        "select 1 \\; create function f() ",
    ];
    let words = vec![
        "begin",
        "begin atomic",
        "BEGIN",
        "case",
        "Case",
        "end",
        "end",
        "END",
        ";",
        ";",
        "select 1;",
        "(",
        ")",
        "\"end\"",
        "'end;'",
        "-- end;\n",
        "/* begin; */",
        "$$end;$$",
        "ending",
        "_case",
        "\\;",
        "begin$",
        "\n\n",
    ];
    let words = prop::collection::vec(prop::sample::select(words), 2..16);
    (prop::sample::select(heads), words)
        .prop_map(|(head, words)| head.to_owned() + &words.join(" "))
}

/// Whether it is of text that cannot harm or take long, in whatever order.
fn is_fit(script: &str) -> bool {
    let lower = script.to_ascii_lowercase();
    let unfit = [
        "stdin",
        "stdout",
        "\\d",
        "\\g",
        "\\ ",
        "database",
        "system",
        "terminate",
        "program",
        "conforming",
        "generate_series(1, 100",
        "role",
    ];
    !script.trim().is_empty() && !unfit.iter().any(|word| lower.contains(word))
}

/// Statements and COPY with data, whole, in any order; the table they copy into is `t (a text)`.
pub(crate) fn copying() -> impl Strategy<Value = String> {
    let pieces = vec![
        "select 1;",
        "select 'a;\n';\n",
        "-- c\n",
        "/* ; */",
        "\n",
        ";",
        "select 2 \\; select 3;\n",
        "select nope;\n",
        "selec;\n",
        "copy t from stdin;\n1\n\\.\n",
        "COPY t (a) FROM stdin WITH (FORMAT text);\nit's; $$\n/*\n\\.\n",
        "copy t from stdin csv;\n\"a;\"\n\\.\n",
        "copy t\nfrom stdin -- c\n;\n\\.\n",
        "copy t from stdin;  \n\n\n\\.\n",
        "copy t from stdin; -- c\n--\n\\.\n",
        "copy t to stdout;\n",
        "copy t from stdin;\n\\\\.\n \\\\.\n\\.\n",
        "copy t from stdin;\r\n1\r\n\\.\r\n",
        "copy (select 'from stdin;') to stdout;\n",
        "table t;\n",
        "/* c */ copy /* d; */ t from/**/stdin/* e */;\n'\n\\.\n",
        "copy nope from stdin;\n",
        "copy t from stdin nope;\n",
        "copy t from stdin where a <> ';' ;\nx\n\\.\n",
        "copy t from stdin (delimiter ';');\nx\n\\.\n",
        "copy t from stdin delimiter as e'\\t';\nx\n\\.\n",
    ];
    prop::collection::vec(prop::sample::select(pieces), 1..12).prop_map(|pieces| pieces.concat())
}
