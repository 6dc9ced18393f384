//! The attribute grammar, case by case: names, values, and the bytes each error points at.

use super::*;

/// `name=value` for each attribute, or the message and the bytes it points at.
fn read(list: &str) -> Result<Vec<String>, (String, String)> {
    match lex(list, 0..list.len()) {
        Ok((attributes, end)) => {
            assert_eq!(&list[end - 1..end], "}");
            for attribute in &attributes {
                let name = &list[attribute.name_span.clone()];
                assert!(
                    name == attribute.name || name.contains('\\'),
                    "{list}: {name}"
                );
            }
            Ok(attributes
                .into_iter()
                .map(|attribute| match attribute.value {
                    Some(value) => format!("{}={value}", attribute.name),
                    None => attribute.name,
                })
                .collect())
        }
        Err(error) => Err((error.message, list[error.span].to_owned())),
    }
}

#[test]
fn lists_are_read_as_written() {
    let cases: [(&str, &[&str]); 17] = [
        ("{}", &[]),
        ("{ }", &[]),
        ("{name=x}", &["name=x"]),
        (
            "{name=x on=primary timeout=30s required confirm=\"type me\"}",
            &[
                "name=x",
                "on=primary",
                "timeout=30s",
                "required",
                "confirm=type me",
            ],
        ),
        ("{\tname=x\n required }", &["name=x", "required"]),
        (
            "{confirm=\"say \\\"yes\\\" \\\\ }\"}",
            &["confirm=say \"yes\" \\ }"],
        ),
        ("{confirm=\"\"}", &["confirm="]),
        ("{expect=/a=b/}", &["expect=/a=b/"]),
        ("{needs=a,b}", &["needs=a,b"]),
        ("{name=x,required}}", &["name=x,required"]),
        ("{retry-delay=5s a_b}", &["retry-delay=5s", "a_b"]),
        ("{confirm=grün}", &["confirm=grün"]),
        ("{a} trailing", &["a"]),
        ("{\"name\":\"x\"}", &["name=x"]),
        (
            "{ \"name\" : \"x\" , \"interactive\":false,\"n\": 3 }",
            &["name=x", "interactive=false", "n=3"],
        ),
        ("{\"a\":\"\\\"\\\\\\/\\n\\u00e9\"}", &["a=\"\\/\né"]),
        ("{\"a\":-1.5e3}", &["a=-1.5e3"]),
    ];
    for (list, expected) in cases {
        let expected = expected.iter().map(|text| (*text).to_owned()).collect();
        assert_eq!(read(list), Ok(expected), "{list}");
    }
}

#[test]
fn errors_point_at_what_is_wrong() {
    let cases = [
        ("{name=x", "attributes are not closed", "{"),
        ("{", "attributes are not closed", "{"),
        ("{name=}", "no value after `=`", "="),
        ("{name= x}", "no value after `=`", "="),
        ("{name =x}", "unexpected `=` in attributes", "="),
        ("{=x}", "unexpected `=` in attributes", "="),
        ("{1,3-5}", "unexpected `1` in attributes", "1"),
        ("{.sql #id}", "unexpected `.` in attributes", "."),
        ("{a, b}", "unexpected `,` in attributes", ","),
        ("{a=\"b}", "quote is not closed", "\""),
        ("{a=\"b\"c}", "unexpected `c` in attributes", "c"),
        ("{a=b\"c\"}", "unexpected `\"` in attributes", "\""),
        ("{a=\"\\d\"}", "unknown escape in quotes", "\\d"),
        ("{a=\"\\", "unknown escape in quotes", "\\"),
        ("{ünder}", "unexpected `ü` in attributes", "ü"),
        ("{\"a\"}", "unexpected `}` in JSON attributes", "}"),
        ("{\"a\":}", "unexpected `}` in JSON attributes", "}"),
        ("{\"a\":{}}", "unexpected `{` in JSON attributes", "{"),
        ("{\"a\":[1]}", "unexpected `[` in JSON attributes", "["),
        ("{\"a\":null}", "unexpected `n` in JSON attributes", "n"),
        ("{\"a\":1,}", "unexpected `}` in JSON attributes", "}"),
        ("{\"a\":1", "JSON attributes are not closed", ""),
        ("{\"a\":\"\\q\"}", "unknown escape in a JSON string", "\\"),
        ("{\"a\":\"\\u12\"}", "unknown escape in a JSON string", "\\"),
        ("{\"a", "quote is not closed", "\""),
    ];
    for (list, message, place) in cases {
        assert_eq!(
            read(list),
            Err((message.to_owned(), place.to_owned())),
            "{list}"
        );
    }
}

#[test]
fn a_huge_list_is_refused() {
    let list = format!("{{confirm=\"{}\"}}", "x".repeat(LIST_BYTES_MAX));
    assert!(read(&list).is_err());
}
