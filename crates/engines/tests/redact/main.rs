//! Secrets in the forms that real programs give them: bash, coreutils, PostgreSQL.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod forms;
mod matrix;

use std::process::Command;

use stepmark_engines::redact::Redactor;
use stepmark_scratch::{Cluster, ClusterOptions, Programs};

/// Everything that anybody quotes, on one line.
const NASTY: &str = "k !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~é";

fn redactor(value: &str) -> Redactor {
    Redactor::new([("s".to_owned(), value.to_owned())])
}

#[track_caller]
fn bash(script: &str, value: &str) -> String {
    let output = Command::new("bash")
        .args(["--norc", "--noprofile", "-ec", script])
        .env("LC_ALL", "C.UTF-8")
        .env("S", value)
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap()
}

#[test]
fn what_bash_and_coreutils_make_of_a_secret_is_masked() {
    let redactor = redactor(NASTY);
    for (script, expected) in [
        ("printf %s \"$S\"", "‹s›"),
        ("printf %q \"$S\"", "‹s›"),
        ("printf %s \"${S@Q}\"", "'‹s›'"),
        ("x=\"$S\"; declare -p x", "declare -- x=\"‹s›\"\n"),
        ("set -x; : \"$S\"", "+ : '‹s›'\n"),
        ("printf %s \"$S\" | base64 -w0", "‹s›"),
        ("printf %s \"$S\" | basenc --base64url -w0", "‹s›"),
        ("printf %s \"$S\" | basenc --base16 -w0", "‹s›"),
        ("printf %s \"$S\" | od -An -v -tx1 | tr -d ' \\n'", "‹s›"),
    ] {
        let printed = bash(script, NASTY);
        assert_eq!(redactor.text(&printed), expected, "{script}");
        assert!(redactor.is_in(&printed));
    }
}

#[test]
fn what_bash_and_coreutils_make_of_a_key_of_several_lines_is_masked() {
    let key = format!(
        "-----BEGIN KEY-----\n{}\n-----END KEY-----\n",
        "Ab'\\".repeat(16)
    );
    let redactor = redactor(&key);
    for (script, expected) in [
        ("printf %s \"$S\"", "‹s›\n"),
        ("printf %q \"$S\"", "$'‹s›\\n'"),
        ("printf %s \"$S\" | sed 's/^/  /'", "  ‹s›\n  ‹s›\n  ‹s›\n"),
        ("printf %s \"$S\" | base64 | head -n1", "‹s›\n"),
    ] {
        let printed = bash(script, &key);
        assert_eq!(redactor.text(&printed), expected, "{script}");
    }
}

#[test]
fn what_postgresql_makes_of_a_secret_is_masked() {
    let programs = Programs::find_here().unwrap();
    let cluster = Cluster::start(&programs, ClusterOptions::default()).unwrap();
    let literal = NASTY.replace('\'', "''");
    let redactor = redactor(NASTY);
    let bytes = "convert_to(x, 'UTF8')";
    for (expression, expected) in [
        ("x", "‹s›"),
        ("quote_literal(x)", "E'‹s›'"),
        ("quote_ident(x)", "\"‹s›\""),
        ("format('%L, %I', x, x)", "E'‹s›', \"‹s›\""),
        ("to_json(x)", "\"‹s›\""),
        ("jsonb_build_object('a', x)", "{\"a\": \"‹s›\"}"),
        ("array[x]", "{\"‹s›\"}"),
        ("xmlelement(name a, x)", "<a>‹s›</a>"),
        (&format!("encode({bytes}, 'base64')"), "‹s›"),
        (
            &format!("encode('user:'::bytea || {bytes}, 'base64')"),
            "dXNlcjp‹s›",
        ),
        (&format!("encode({bytes}, 'hex')"), "‹s›"),
        (bytes, "\\x‹s›"),
    ] {
        let sql = format!("select {expression} from (select text '{literal}') as t(x);\n");
        let printed = cluster.execute("postgres", &sql).unwrap();
        assert_eq!(
            redactor.text(printed.trim_end_matches('\n')),
            expected,
            "{expression}"
        );
    }
}
