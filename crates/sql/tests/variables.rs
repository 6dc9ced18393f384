//! Variables as psql finds them, their values as libpq quotes them, and positions back and forth.

use stepmark_sql::{StatementKind, VariableForm, byte_offset, character_position, split};

#[test]
fn variables_are_found_where_psql_finds_them() {
    use VariableForm::{Identifier, Literal, Plain, Test};
    let cases: &[(&str, &[(&str, VariableForm)])] = &[
        (
            "select :a, :'b', :\"c\", :{?d}",
            &[("a", Plain), ("b", Literal), ("c", Identifier), ("d", Test)],
        ),
        ("select 1::int, x::text[], a := 1", &[]),
        ("select a[1:n], b[1:2]", &[("n", Plain), ("2", Plain)]),
        ("select :::v", &[("v", Plain)]),
        ("select ':a', \":b\", $$:c$$, /* :d */ 1 -- :e", &[]),
        ("select :'a b', :\"c", &[]),
        ("select : a, :{a}, \\:b", &[]),
        ("select :é_1;", &[("é_1", Plain)]),
        ("copy t from stdin;\n:a\n\\.\nselect :b;", &[("b", Plain)]),
    ];
    for (text, expected) in cases {
        let split = split(text, true);
        let found: Vec<_> = split
            .variables
            .iter()
            .map(|it| (it.name.as_str(), it.form))
            .collect();
        assert_eq!(found, *expected, "{text:?}");
    }
}

#[test]
fn values_take_the_place_of_variables_and_positions_lead_back() {
    let text = "select 1; select é\\:\\:text, :'v', :n from x;";
    let split = split(text, true);
    let statement = &split.statements[1];
    let edits = split.variables.iter().filter(|it| it.name == "v");
    let elsewhere = (0..6, "elsewhere");
    let edits = edits
        .map(|it| (it.range.clone(), "'it''s'"))
        .chain([elsewhere]);
    let sent = statement.sent_with(text, edits);
    assert_eq!(sent.text(), "select é::text, 'it''s', :n from x;");
    for (place, source) in [
        ("é", "é"),
        ("text", "text"),
        ("it''s", ":'v'"),
        (", :n", ", :n"),
        ("x;", "x;"),
    ] {
        let position = character_position(sent.text(), sent.text().find(place).expect("is there"));
        assert_eq!(
            sent.source_of_position(position),
            text.find(source),
            "{place}"
        );
    }
    assert_eq!(sent.source_of_position(36), Some(text.len()));
    assert_eq!(sent.source_of_position(37), None);
    assert_eq!(sent.source_of_position(0), None);
}

#[test]
fn what_is_sent_is_judged_with_its_values() {
    use StatementKind::{Commit, Other, Query};
    let cases = [
        ("select 1;\n:v;", "COMMIT", vec![Commit], None),
        (":v vacuum;", "select 1 as", vec![Query], None),
        (
            "select 1 \\; :v \\; \\; end;",
            "vacuum",
            vec![Query, StatementKind::Maintain, Commit],
            Some("VACUUM"),
        ),
        (":v", "-- nothing", vec![], None),
        (":v;", "frobnicate", vec![Other], None),
    ];
    for (text, value, kinds, refused) in cases {
        let split = split(text, true);
        let statement = split.statements.last().expect("there is one");
        let variable = &split.variables[0];
        let sent = statement.sent_with(text, [(variable.range.clone(), value)]);
        assert_eq!(sent.kinds(), kinds, "{text}");
        assert_eq!(sent.cannot_run_in_transaction(), refused, "{text}");
    }
    let whole = stepmark_sql::Sent::whole("create database a; drop database b", true);
    assert_eq!(whole.kinds().len(), 2);
    assert_eq!(whole.cannot_run_in_transaction(), Some("CREATE DATABASE"));
}

#[test]
fn a_negative_value_after_a_minus_does_not_begin_a_comment() {
    let text = "select 1 -:n, :'s';";
    let split = split(text, true);
    let values = ["-1", "'\n, 2; drop table t; --'"];
    let edits = split
        .variables
        .iter()
        .map(|it| it.range.clone())
        .zip(values);
    let sent = split.statements[0].sent_with(text, edits);
    assert_eq!(sent.text(), "select 1 - -1, '\n, 2; drop table t; --';");
    assert_eq!(sent.source_offset(10), Some(10));
    assert_eq!(sent.source_offset(13), text.find(','));
}

#[test]
fn positions_count_characters_from_one() {
    assert_eq!(character_position("aé𝄞b", 0), 1);
    assert_eq!(character_position("aé𝄞b", 2), 2);
    assert_eq!(character_position("aé𝄞b", 7), 4);
    assert_eq!(character_position("aé𝄞b", 99), 5);
    assert_eq!(byte_offset("aé𝄞b", 0), None);
    assert_eq!(byte_offset("aé𝄞b", 4), Some(7));
    assert_eq!(byte_offset("aé𝄞b", 5), Some(8));
    assert_eq!(byte_offset("aé𝄞b", 6), None);
}
