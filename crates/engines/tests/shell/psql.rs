//! psql steps on the real psql and a real server: how variables reach it, and which lines its errors name.

use std::sync::{Arc, Mutex, PoisonError, Weak};

use stepmark_core::plan::Interpreter::Psql;
use stepmark_core::runner::WorkEnded;
use stepmark_engines::shell::ShellWork;
use stepmark_scratch::{Cluster, ClusterOptions, Programs};

use super::bench::{Bench, exit};

/// The cluster the running tests share; gone when none runs.
fn cluster() -> Arc<Cluster> {
    static SHARED: Mutex<Weak<Cluster>> = Mutex::new(Weak::new());
    let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(cluster) = shared.upgrade() {
        return cluster;
    }
    let programs = Programs::find_here().unwrap();
    let cluster = Arc::new(Cluster::start(&programs, ClusterOptions::default()).unwrap());
    *shared = Arc::downgrade(&cluster);
    cluster
}

fn work(bench: &Bench, cluster: &Cluster, text: &str, variables: &[(&str, &str)]) -> ShellWork {
    let owned = |pairs: &[(&str, &str)]| {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        pairs.iter().map(owned).collect()
    };
    let mut work = bench.work(Psql, text);
    work.psql = cluster.programs().psql();
    work.removed = vec!["PG*".to_owned()];
    work.psql_variables = owned(variables);
    work.variables = owned(&[
        ("PGHOST", cluster.socket_dir().to_str().unwrap()),
        ("PGPORT", &cluster.port().to_string()),
        ("PGUSER", "postgres"),
        ("PGDATABASE", "postgres"),
        ("PGCLIENTENCODING", "UTF8"),
    ]);
    work
}

fn hex(value: &str) -> String {
    value.bytes().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn a_value_reaches_psql_as_it_is_whatever_is_in_it() {
    let (bench, cluster) = (Bench::new(), cluster());
    let controls: String = ('\u{1}'..=' ').chain(['\u{7f}', '\u{85}']).collect();
    let values = [
        "",
        "plain",
        "'",
        "it's \"quoted\" `date` $HOME",
        "'; drop table x; --",
        "\\",
        "\\\\ \\n \\' \\",
        "one\ntwo\r\nthree\n",
        "\n",
        ":x :'x' :\"x\" :{?x}",
        "żółć 漢字 🙂",
        "\\012\\x41",
        &controls,
        &"9'\\\n🙂".repeat(8 * 1024),
    ];
    for value in values {
        let text = format!(
            "\\pset format unaligned\n\\pset tuples_only on\n\
             select :'a' = convert_from(decode('{0}', 'hex'), 'UTF8'), :'b' = 'other';\n",
            hex(value)
        );
        let work = work(&bench, &cluster, &text, &[("a", value), ("b", "other")]);
        let (ended, printed) = bench.run_work(work);
        assert_eq!(ended, exit(0), "{value:?}: {printed}");
        assert!(printed.ends_with("\nt|t\n"), "{value:?}: {printed}");
    }
}

#[test]
fn a_value_can_be_an_identifier_a_number_or_echoed() {
    let (bench, cluster) = (Bench::new(), cluster());
    let text = "\\pset format unaligned\n\\pset footer off\n\\echo :name\n\
                select :number + 1 as :\"name\";\n\\echo :{?number} :{?other}\n";
    let work = work(
        &bench,
        &cluster,
        text,
        &[("name", "a\" b"), ("number", "41")],
    );
    let (ended, printed) = bench.run_work(work);
    assert_eq!(ended, exit(0), "{printed}");
    assert!(
        printed.ends_with("\na\" b\na\" b\n42\nTRUE FALSE\n"),
        "{printed}"
    );
}

#[test]
fn no_value_ends_early_in_a_client_encoding_that_hides_quotes() {
    let (bench, cluster) = (Bench::new(), cluster());
    // The last byte of this letter begins a character of two bytes in Shift JIS.
    let mut work = work(
        &bench,
        &cluster,
        "\\echo :a\n\\echo :b\n",
        &[("a", "'Á"), ("b", "Á'")],
    );
    let encoding = ("PGCLIENTENCODING".to_owned(), "SJIS".to_owned());
    work.variables.pop();
    work.variables.push(encoding);
    assert_eq!(bench.run_work(work), (exit(0), "'Á\nÁ'\n".to_owned()));
}

#[test]
fn errors_name_the_fence_s_own_lines_though_variables_come_before() {
    let (bench, cluster) = (Bench::new(), cluster());
    for variables in [&[][..], &[("a", "1\n2"), ("b", "3")]] {
        let text = "select 1;\n\nselect no_such_column;\nselect 2;\n";
        let (ended, printed) = bench.run_work(work(&bench, &cluster, text, variables));
        assert_eq!(ended, exit(3), "{printed}");
        assert!(printed.contains(":3: ERROR:"), "{variables:?}: {printed}");
        assert!(!printed.contains(":4:"), "{printed}");
    }
}

#[test]
fn values_are_in_no_argument_and_no_variable_of_the_environment() {
    let (bench, cluster) = (Bench::new(), cluster());
    let text = "\\! tr '\\0' '\\n' < /proc/$PPID/cmdline\n\\! tr '\\0' '\\n' < /proc/$PPID/environ\n\\echo :a\n";
    let work = work(&bench, &cluster, text, &[("a", "hunter2")]);
    let (ended, printed) = bench.run_work(work);
    assert_eq!(ended, exit(0), "{printed}");
    assert!(printed.contains("--file=/dev/fd/"), "{printed}");
    assert!(printed.contains("\nPGUSER=postgres\n"), "{printed}");
    assert_eq!(printed.matches("hunter2").count(), 1, "{printed}");
    assert!(printed.ends_with("hunter2\n"), "{printed}");
}

#[test]
fn what_psql_cannot_take_is_refused_before_it_starts() {
    let (bench, cluster) = (Bench::new(), cluster());
    for (name, value, because) in [
        ("a", "x\0y", "NUL byte"),
        ("a b", "x", "letters, digits and underscores"),
        ("", "x", "letters, digits and underscores"),
        ("a'", "x", "letters, digits and underscores"),
    ] {
        let work = work(&bench, &cluster, "\\echo ran\n", &[(name, value)]);
        let (ended, printed) = bench.run_work(work);
        let WorkEnded::Unstartable { message } = ended else {
            panic!("it started: {ended:?} {printed}");
        };
        let named = format!("the variable {name:?} cannot be set");
        assert!(message.starts_with(&named), "{message}");
        assert!(message.contains(because), "{message}");
        assert!(!message.contains('\0'), "{message:?}");
    }
}
