//! Scripts with the statements psql 15.18 sends for them, compared with its wire once and pinned.
//! Ours on purpose: blank lines stay, empty statements go, text after COPY on its line is refused.
//! No server is needed here; running what is split is tested end to end elsewhere.

use stepmark_sql::{ProblemKind, split};

/// Whether these are the texts psql sends, blank lines inside kept, and these the problems.
#[track_caller]
fn check(text: &str, sent: &[&str], problems: &[&str]) {
    let split = split(text, true);
    let actual: Vec<_> = split.statements.iter().map(|it| it.sent(text)).collect();
    assert_eq!(actual, sent, "{text:?}");
    let actual: Vec<_> = split
        .problems
        .iter()
        .map(|it| it.kind.to_string())
        .collect();
    assert_eq!(actual, problems, "{text:?}");
}

#[test]
fn statements_end_at_semicolons_outside_quotes_and_comments() {
    check(
        "select 1; -- done\nselect 2;\n",
        &["select 1;", "select 2;"],
        &[],
    );
    check(
        "select ';', \";\", $$;$$, $a$;$$;$a$, 1;x",
        &["select ';', \";\", $$;$$, $a$;$$;$a$, 1;", "x"],
        &[],
    );
    check(
        "-- l;\n/* x; */\nselect\n\n1\n;\n-- tail;\n",
        &["/* x; */\nselect\n\n1\n;"],
        &[],
    );
    check("select 1\n\n-- c\n\n", &["select 1\n\n-- c"], &[]);
    check(
        "/* a /* b; */ c; */ select 1;",
        &["/* a /* b; */ c; */ select 1;"],
        &[],
    );
    check("/* only */\n", &[], &[]);
    check(";;\n -- a\n;\n", &[], &[]);
    check("", &[], &[]);
    check("\u{feff}", &[], &[]);
    check("\u{feff}select 1;", &["select 1;"], &[]);
    check(
        "select 1;\r\nselect 2;\r\n",
        &["select 1;", "select 2;"],
        &[],
    );
    check("select 'é;', ü;ß", &["select 'é;', ü;", "ß"], &[]);
}

#[test]
fn quotes_follow_their_prefix() {
    check(r"select 'a\'; x", &[r"select 'a\';", "x"], &[]);
    check(r"select E'a\';'; x", &[r"select E'a\';';", "x"], &[]);
    check(
        r#"select U&'\'; select U&"a;""b";"#,
        &[r"select U&'\';", r#"select U&"a;""b";"#],
        &[],
    );
    check(
        r"select b'1', X'f', n'\'; x",
        &[r"select b'1', X'f', n'\';", "x"],
        &[],
    );
    check("select u&';'; x", &["select u&';';", "x"], &[]);
    check("select 'a''b;' 'c';", &["select 'a''b;' 'c';"], &[]);
    check("select 'a'\n'b;c';\n", &["select 'a'\n'b;c';"], &[]);
    check("select E'a'\n'b\\';c", &["select E'a'\n'b\\';", "c"], &[]);
    check(
        "select E'a' -- c\r'b\\';c';",
        &["select E'a' -- c\r'b\\';c';"],
        &[],
    );
}

#[test]
fn strings_on_one_line_do_not_continue_each_other() {
    check(r"select E'a' 'b\';c", &[r"select E'a' 'b\';", "c"], &[]);
    check(r"select 1e-e'\';';x", &[r"select 1e-e'\';';", "x"], &[]);
}

#[test]
fn backslashes_escape_in_plain_strings_when_the_session_says_so() {
    let text = r"select 'a\';'; select 2";
    let split = split(text, false);
    let sent: Vec<_> = split.statements.iter().map(|it| it.sent(text)).collect();
    assert_eq!(sent, [r"select 'a\';';", "select 2"]);

    let text = r"select b'a''\';'; select 2";
    let split = stepmark_sql::split(text, false);
    assert_eq!(
        split.statements.len(),
        2,
        "a bit string has no doubled quote"
    );
    assert_eq!(split.statements[0].sent(text), r"select b'a''\';';");
}

#[test]
fn lines_after_a_set_are_read_as_it_says() {
    let off = "set standard_conforming_strings = off;";
    check(
        &format!("{off} select 'a\\'; b\nselect 'c\\';'; d"),
        &[off, "select 'a\\';", "b\nselect 'c\\';';", "d"],
        &[],
    );
    check(
        "SET SESSION \"standard_conforming_strings\" TO 'of';\n'\\';';\nreset all;\n'\\';",
        &[
            "SET SESSION \"standard_conforming_strings\" TO 'of';",
            "'\\';';",
            "reset all;",
            "'\\';",
        ],
        &[],
    );
    let local = "begin; set local standard_conforming_strings = 0;";
    for end in ["commit", "rollback", "end and chain", "abort"] {
        let text = format!("{local}\n'\\';';\n{end};\n'\\';");
        let split = split(&text, true);
        let after: Vec<_> = split
            .statements
            .iter()
            .map(|it| it.standard_conforming_after)
            .collect();
        assert_eq!(after, [true, false, false, true, true], "{end}");
        assert_eq!(split.problems, []);
    }
}

#[test]
fn what_does_not_change_how_strings_are_read_changes_nothing() {
    let texts = [
        "set standard_conforming_strings = maybe;",
        "set local standard_conforming_strings = off;",
        "begin; set standard_conforming_strings = off; rollback;",
        "select set_config('standard_conforming_strings', 'off', false);",
        "create function f() language sql set standard_conforming_strings = off as '';",
        "set my.standard_conforming_strings = off;",
        "set standard_conforming_strings = off; set standard_conforming_strings = on;",
    ];
    for text in texts {
        let script = format!("{text}\n'\\';x");
        let split = split(&script, true);
        assert_eq!(split.problems, [], "{text}");
        let last = split.statements.last().map(|it| it.sent(&script));
        assert_eq!(last.as_deref(), Some("x"), "{text}");
    }
}

#[test]
fn dollars_quote_only_where_no_name_runs_into_them() {
    check("select a$b$;c$b$;", &["select a$b$;", "c$b$;"], &[]);
    check(
        "select $1, 1 as x$$ ; y",
        &["select $1, 1 as x$$ ;", "y"],
        &[],
    );
    check("select 1$a$;$a$; y", &["select 1$a$;$a$;", "y"], &[]);
    check("select 1f$a$;y", &["select 1f$a$;", "y"], &[]);
    check(
        "select $é_1$;$é$;$é_1$; y",
        &["select $é_1$;$é$;$é_1$;", "y"],
        &[],
    );
    check("select $a$b$a$;", &["select $a$b$a$;"], &[]);
    check("select $1a$b;$2;", &["select $1a$b;", "$2;"], &[]);
}

#[test]
fn operators_stop_where_comments_start() {
    check("select 1 +-- ;\n 2;", &["select 1 +-- ;\n 2;"], &[]);
    check("select 1 */* ; */ 2;", &["select 1 */* ; */ 2;"], &[]);
    check("select @-1, 1::int;", &["select @-1, 1::int;"], &[]);
    check("select 1e--b;\nc", &["select 1e--b;", "c"], &[]);
}

#[test]
fn parentheses_and_atomic_bodies_hold_semicolons() {
    check(
        "create rule r as on insert to t do (delete from a; delete from b); select 1;",
        &[
            "create rule r as on insert to t do (delete from a; delete from b);",
            "select 1;",
        ],
        &[],
    );
    check(
        r"select 1\; create function f() begin atomic select 1; end; x",
        &[
            "select 1; create function f() begin atomic select 1; end;",
            "x",
        ],
        &[],
    );
    let body = "CREATE OR REPLACE PROCEDURE p() BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END;";
    check(&format!("{body} select 3;"), &[body, "select 3;"], &[]);
    check(
        "begin; select case when true then 1 end; end;",
        &["begin;", "select case when true then 1 end;", "end;"],
        &[],
    );
    check(
        "create table begin (a int); x",
        &["create table begin (a int);", "x"],
        &[],
    );
    check("select 1); select 2;", &["select 1);", "select 2;"], &[]);
}

#[test]
fn escaped_semicolons_join_parts_and_escaped_colons_are_plain() {
    check(
        r"select 1\; select 2; select 3",
        &["select 1; select 2;", "select 3"],
        &[],
    );
    check(r"select \:a, ':b', :c;", &["select :a, ':b', :c;"], &[]);
    assert_eq!(
        split(r"begin\; select 1\; commit;", true).statements[0].parts,
        3
    );
}

#[test]
fn meta_commands_are_problems_and_are_not_sent() {
    check(
        "select 1 \\gset p_\nselect 2;",
        &["select 1", "select 2;"],
        &[r"\gset is a psql command, not SQL"],
    );
    check(
        "select 2 \\echo hi;\n 3;",
        &["select 2 \n 3;"],
        &[r"\echo is a psql command, not SQL"],
    );
    check(
        "\\echo 'a;\\\\' \\\\ select 1;",
        &["select 1;"],
        &[r"\echo is a psql command, not SQL"],
    );
    check(
        "select 1 \\r\nselect 2;",
        &["select 2;"],
        &[r"\r is a psql command, not SQL"],
    );
    check(
        "\\x \\dt a\n",
        &[],
        &[
            r"\x is a psql command, not SQL",
            r"\dt is a psql command, not SQL",
        ],
    );
    check(
        "\\copy t from 'a\\b'\nselect 1",
        &["select 1"],
        &[r"\copy is a psql command, not SQL"],
    );
    check("\\", &[], &[r"\ is a psql command, not SQL"]);
}

#[test]
fn copy_data_are_neither_lexed_nor_sent() {
    let text = "copy t from stdin; -- c;\na;'\t$$ (\n\\N\n\\.\nselect 1;";
    check(text, &["copy t from stdin;", "select 1;"], &[]);
    let data = split(text, true).statements[0].copy_data.clone();
    assert_eq!(&text[data.expect("data follow")], "a;'\t$$ (\n\\N\n");
    check(
        "COPY t (a) FROM STDIN WITH (format csv);\r\n1\r\n\\.\r\nx",
        &["COPY t (a) FROM STDIN WITH (format csv);", "x"],
        &[],
    );
    check(
        "copy (select 1 from stdin) to stdout;\nx",
        &["copy (select 1 from stdin) to stdout;", "x"],
        &[],
    );
    check("copy t from '/x';\nx", &["copy t from '/x';", "x"], &[]);
    check(
        "copy t from stdin;\n1\n",
        &["copy t from stdin;"],
        &["COPY data are not ended"],
    );
    check(
        "copy t from stdin; select 5;\n1\n\\.\nx",
        &["copy t from stdin;", "x"],
        &["text after COPY … FROM STDIN on the same line"],
    );
    check(
        "select 1\\; copy t from stdin;\n1\n\\.\nx",
        &["select 1; copy t from stdin;", "x"],
        &["COPY … FROM STDIN joined to another statement by \\;"],
    );
}

#[test]
fn unfinished_text_is_sent_and_its_opening_is_pointed_at() {
    for (text, opening, problem) in [
        ("select 1; select 'a;", "'", "string is not closed"),
        ("select 1; select E'a\\';", "E'", "string is not closed"),
        (
            "select 1; select \"a;",
            "\"",
            "quoted identifier is not closed",
        ),
        (
            "select 1; select $é$ a; $a$",
            "$é$",
            "dollar quote $é$ is not closed",
        ),
        (
            "select 1; select /* /* a; */",
            "/*",
            "comment is not closed",
        ),
        (
            "select 1; select (1; (2);",
            "(",
            "parenthesis is not closed",
        ),
        (
            "select 1; create function f() begin atomic select 1;",
            "begin",
            "BEGIN of a function body has no END",
        ),
        ("select 1; select \0", "\0", "NUL character"),
    ] {
        let split = split(text, true);
        assert_eq!(split.statements.len(), 2, "{text:?}");
        assert!(!split.statements[1].terminated, "{text:?}");
        assert_eq!(split.statements[1].range, 10..text.len(), "{text:?}");
        assert_eq!(split.problems.len(), 1, "{text:?}");
        assert_eq!(&text[split.problems[0].range.clone()], opening, "{text:?}");
        assert_eq!(split.problems[0].kind.to_string(), problem);
        assert!(!split.problems[0].kind.hint().is_empty());
    }
}

#[test]
fn a_statement_knows_its_comments_and_its_body() {
    let text = "select 0; -- why\nselect 1 ; -- tail";
    let split = split(text, true);
    let last = &split.statements[1];
    assert_eq!(&text[last.extent.clone()], "-- why\nselect 1 ;");
    assert_eq!(&text[last.body(text)], "select 1");
    assert_eq!(&text[split.empty[0].clone()], "-- tail");
}

#[test]
fn meta_command_names_are_kept() {
    let split = split("\\d+ t", true);
    let name = "d+".to_owned();
    assert_eq!(split.problems[0].kind, ProblemKind::MetaCommand { name });
    assert_eq!(split.problems[0].range, 0..5);
}
