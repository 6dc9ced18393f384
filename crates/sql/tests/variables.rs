//! Variables as psql finds them, their values as libpq quotes them, and positions back and forth.

use stepmark_sql::{VariableForm, byte_offset, character_position, split};

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
    let variables = split.variables_of(statement);
    assert_eq!(variables.len(), 2);
    let sent = statement.sent_with(text, variables, |it| {
        (it.name == "v").then(|| "'it''s'".to_owned())
    });
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
