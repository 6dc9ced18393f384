//! What nobody wants to be sent: bytes that are no text, values of any size, answers that stop or never do.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};

use stepmark_core::runner::SqlStop;

use crate::support::{Bench, Running};

/// A database whose texts are any bytes, on the cluster of `bench`.
fn any_bytes(bench: &Bench, name: &str) -> String {
    bench.ask(&format!(
        "create database {name} template template0 encoding 'SQL_ASCII' lc_collate 'C' lc_ctype 'C'"
    ));
    bench.cluster.url(name)
}

#[test]
fn bytes_that_are_no_utf8_are_shown_as_such_wherever_they_come() {
    let bench = Bench::new("nobytes");
    let running = Running::open(&any_bytes(&bench, "anybytes"));
    let refused = running.run("select convert_from('\\xff', 'sql_ascii');");
    assert_eq!(
        refused.error().sqlstate,
        "22021",
        "the server keeps its word"
    );
    running.run("set client_encoding = sql_ascii;").succeeded();
    let raise = |level: &str| {
        format!("do $$ begin raise {level} '%', E'f\\xfcr' using detail = E'\\xff'; end $$;\n")
    };
    let ran = running.run(&format!(
        "{}select E'a\\xff' as x, 'b' as y;\n\
         do $$ begin execute E'create table t (\"n\\xe4me\" int)'; end $$;\n\
         select * from t;\n\
         do $$ begin execute E'listen \"ch\\xe4\"; notify \"ch\\xe4\", ''p\\xe4''' ; end $$;\n\
         {}",
        raise("notice"),
        raise("exception")
    ));
    assert_eq!(ran.error().message, "f\u{fffd}r");
    let notified = "Asynchronous notification \"ch\u{fffd}\" with payload \"p\u{fffd}\" received";
    let (printed, notification): (Vec<_>, Vec<_>) = ran
        .printed
        .lines()
        .partition(|line| !line.starts_with("Asynchronous"));
    assert_eq!(notification.len(), 1, "{}", ran.printed);
    assert!(notification[0].starts_with(notified), "{notification:?}");
    assert_eq!(
        printed.join("\n"),
        "NOTICE:  f\u{fffd}r\nDETAIL:  \u{fffd}\nDO\n      x      | y \n-------------+---\n \u{2039}not UTF-8\u{203a} | b\n(1 row)\n\n\
         WARNING:  values that are not valid UTF-8 and are not shown: 1\n\
         HINT:  convert_from(value::bytea, 'LATIN1') or the like reads them\n\
         DO\n n\u{fffd}me \n------\n(0 rows)\n\nDO\n\
         ERROR:  P0001: f\u{fffd}r\nLINE 105: do $$ begin raise exception '%', E'f\\xfcr' using detail = E'...\nDETAIL:  \u{fffd}\nCONTEXT:  PL/pgSQL function inline_code_block line 1 at RAISE"
    );
    running.run("select 1;").succeeded();
}

/// The most memory this process has had since the peak was last forgotten, in MiB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmHWM:"))
        .unwrap();
    let kibibytes: u64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    kibibytes / 1024
}

/// With `STEPMARK_SOAK=1` a value as large as a server can send, and what it costs us.
#[test]
fn a_value_too_large_to_hold_is_not_shown_and_the_rest_is() {
    let soak = std::env::var_os("STEPMARK_SOAK").is_some();
    let bytes: u64 = if soak { 1_000_000_000 } else { 40_000_000 };
    let bench = Bench::new("largevalue");
    let running = bench.open();
    std::fs::write("/proc/self/clear_refs", "5").unwrap();
    let before = peak();
    let ran = running.run(&format!(
        "select 1 as a, repeat('x', {bytes}) as b, null as c;"
    ));
    let word = format!("\u{2039}{bytes} bytes, not shown\u{203a}");
    assert!(
        ran.printed
            .contains(&format!(" 1 | {word} | \n(1 row)\n\n"))
            && ran.printed.ends_with("writes them to a file\n"),
        "{}",
        ran.printed
    );
    let grown = peak() - before;
    // Other tests of this process run beside a short one.
    assert!(!soak || grown < 64, "{grown} MiB");
    let ran = running.run(&format!(
        "do $$ begin raise '%', repeat('x', {bytes}); end $$;"
    ));
    assert!(ran.error().message.ends_with("bytes more, not shown)"));
    assert!(ran.error().message.len() < 1_000_000);
    running.run("select 1;").succeeded();
}

#[test]
fn a_large_line_of_copy_is_shown_whole() {
    let bench = Bench::new("largecopy");
    let running = bench.open();
    let ran = running.run("copy (select repeat('ä', 10000000)) to stdout;");
    let ran = ran.succeeded();
    assert!(ran.printed == format!("{}\n", "ä".repeat(10_000_000)));
}

#[test]
fn as_many_columns_as_there_can_be_are_shown() {
    let bench = Bench::new("manycolumns");
    let names: Vec<String> = (1..=1_600).map(|n| format!("{n} as c{n}")).collect();
    let script = format!("select {};\n", names.join(", "));
    let ran = bench.open().run(&script).succeeded();
    assert_eq!(ran.printed, bench.psql(&script));
}

/// The server stops as in a power failure while `sql` is under way and the caller's condition is true.
fn killed(name: &str, prepare: &str, sql: &str, is_under_way: impl Fn(&Bench, bool) -> bool) {
    let bench = Bench::alone(name);
    let running = bench.open();
    running.run(prepare).succeeded();
    let started = running.start(sql, None);
    while !is_under_way(&bench, started.has_printed()) {
        std::thread::yield_now();
    }
    bench.cluster.halt().unwrap();
    let ran = started.wait();
    match &ran.ended.stop {
        Some(SqlStop::Lost { message, in_doubt }) => assert!(*in_doubt, "{message}"),
        other => panic!("{other:?}"),
    }
    let end = &ran.printed[ran.printed.len().saturating_sub(200)..];
    assert!(end.contains("connection lost: "), "{end}");
}

#[test]
fn a_server_that_dies_under_its_answer_is_a_loss() {
    let shown = |_: &Bench, has_printed: bool| has_printed;
    let rows = "select generate_series(1, 2000000000), repeat('x', 50)";
    killed("dierows", "select 1;", &format!("{rows};"), shown);
    killed(
        "diecopy",
        "select 1;",
        &format!("copy ({rows}) to stdout;"),
        shown,
    );
}

#[test]
fn a_server_that_dies_while_it_is_given_data_is_a_loss() {
    let sleeping = |bench: &Bench, _: bool| {
        bench.ask("select count(*) from pg_stat_activity where wait_event = 'PgSleep'") == "1"
    };
    let line = "x".repeat(100);
    let data = format!("{line}\n").repeat(100_000);
    killed(
        "diedata",
        "create table t (a text);
         create function wait() returns trigger language plpgsql as 'begin perform pg_sleep(600); return new; end';
         create trigger wait before insert on t for each row execute function wait();",
        &format!("copy t from stdin;\n{data}\\.\n"),
        sleeping,
    );
}

/// A listener that is no server: what it does with each of the connections it gets.
fn pretender(connections: usize, does: impl Fn(TcpStream) + Send + 'static) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for _ in 0..connections {
            does(listener.accept().unwrap().0);
        }
    });
    port
}

fn told(port: u16, mode: &str) -> String {
    let url = format!("postgresql://me@127.0.0.1:{port}/db?sslmode={mode}&connect_timeout=20");
    let failure = Running::try_open(&url, &|_| None).err().unwrap();
    let (_, message) = failure.message.split_once(&format!("{port}: ")).unwrap();
    message.to_owned()
}

#[test]
fn listeners_that_are_no_servers_are_told_apart_and_hang_nobody() {
    let closes = || pretender(2, |mut stream| drop(stream.read(&mut [0; 8])));
    let closed = "the server closed the connection while the session was starting";
    let foreign = "what answers there does not speak PostgreSQL\u{2019}s protocol";
    assert_eq!(told(closes(), "disable"), closed);
    assert_eq!(told(closes(), "prefer"), closed);
    assert_eq!(told(closes(), "require"), closed);
    for byte in [b'R', b'E', b'N', b'v', b'S', b'x', 0, 0xff] {
        let flood = move || {
            pretender(2, move |mut stream| {
                let bytes = [byte; 64 * 1024];
                while stream.write_all(&bytes).is_ok() {}
            })
        };
        let plain = told(flood(), "disable");
        assert_eq!(plain, foreign, "{byte}");
        let encrypted = told(flood(), "require");
        let expected = match byte {
            b'S' => "TLS handshake failed: received corrupt message of type InvalidContentType",
            b'N' => "the server does not support encryption, but sslmode demands it",
            _ => foreign,
        };
        assert_eq!(encrypted, expected, "{byte}");
    }
}
