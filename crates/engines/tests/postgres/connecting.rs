//! Opening sessions: where they lead, and why they cannot be opened.

use std::net::TcpListener;

use stepmark_core::record::ServerRole;
use stepmark_core::runner::PasswordProblem;

use crate::support::{Bench, Running, settings};

#[test]
fn a_new_session_says_where_it_leads() {
    let bench = Bench::new("identity");
    let running = bench.open();
    let identity = &running.identity;
    let expected = bench.ask("select system_identifier from pg_control_system()");
    assert_eq!(identity.system_identifier, Some(expected));
    assert_eq!(
        identity.database_oid.to_string(),
        bench.ask("select oid from pg_database where datname = 'identity'")
    );
    assert_eq!(
        (identity.database.as_str(), identity.user.as_str()),
        ("identity", "postgres")
    );
    assert_eq!(identity.server_version, bench.ask("show server_version"));
    assert_eq!((identity.role, identity.tls), (ServerRole::Primary, false));
    let pid = identity.backend_pid;
    assert_eq!(
        bench.ask(&format!("select application_name, to_char(backend_start at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US') from pg_stat_activity where pid = {pid}")),
        format!("stepmark test|{}", identity.backend_start)
    );
}

#[test]
fn a_role_that_may_not_read_the_system_identifier_still_connects() {
    let bench = Bench::new("plainrole");
    bench
        .ask("create role plain login; revoke execute on function pg_control_system() from public");
    let url = bench
        .url
        .replace("postgres@", "plain@")
        .replace("user=postgres", "user=plain");
    let running = Running::open(&url);
    assert_eq!(running.identity.user, "plain");
    assert_eq!(running.identity.system_identifier, None);
    running.run("select 1;").succeeded();
}

fn tcp_url(bench: &Bench, user: &str) -> String {
    format!(
        "postgresql://{user}@127.0.0.1:{}/{}",
        bench.cluster.port(),
        bench.database
    )
}

#[test]
fn passwords_are_asked_for_checked_and_explained() {
    let bench = Bench::alone("passwords");
    bench.ask("create role locked login password 'right one'");
    let file = bench.ask("show hba_file");
    let old = std::fs::read_to_string(&file).unwrap();
    std::fs::write(
        &file,
        format!("host all locked 127.0.0.1/32 scram-sha-256\n{old}"),
    )
    .unwrap();
    bench.ask("select pg_reload_conf()");
    bench.wait_until("select exists (select from pg_hba_file_rules where user_name = '{locked}')");
    let url = tcp_url(&bench, "locked");

    let failure = Running::try_open(&url, &|_| None).err().unwrap();
    assert!(
        failure
            .message
            .ends_with("the server asks for a password and none is set"),
        "{failure:?}"
    );
    assert_eq!(
        failure.hint.as_deref(),
        Some("give a password with PGPASSWORD, ~/.pgpass or the URL")
    );
    assert_eq!(failure.password, Some(PasswordProblem::Missing));

    let wrong = |name: &str| (name == "PGPASSWORD").then(|| "wrong one".to_owned());
    let failure = Running::try_open(&url, &wrong).err().unwrap();
    assert!(
        failure
            .message
            .ends_with("28P01: password authentication failed for user \"locked\""),
        "{failure:?}"
    );
    assert_eq!(failure.password, Some(PasswordProblem::Wrong));
    let shown = failure
        .settings
        .iter()
        .find(|setting| setting.name == "password")
        .unwrap();
    assert_eq!(
        (shown.value.as_str(), shown.origin.as_str()),
        ("\u{2039}set\u{203a}", "PGPASSWORD")
    );
    assert!(!format!("{failure:?}").contains("wrong one"));

    let right = |name: &str| (name == "PGPASSWORD").then(|| "right one".to_owned());
    let running = Running::try_open(&url, &right).unwrap();
    assert_eq!(running.identity.user, "locked");
}

#[test]
fn an_unknown_database_is_named_with_what_to_do() {
    let bench = Bench::new("known");
    let failure = Running::try_open(&bench.cluster.url("unknown_database"), &|_| None)
        .err()
        .unwrap();
    assert!(
        failure
            .message
            .ends_with("3D000: database \"unknown_database\" does not exist"),
        "{failure:?}"
    );
    assert!(failure.hint.unwrap().contains("PGDATABASE"));
}

#[test]
fn a_server_that_is_not_there_is_told_with_every_setting() {
    let free = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let url = format!("postgresql://me@127.0.0.1:{free}/db");
    let failure = Running::try_open(&url, &|_| None).err().unwrap();
    assert!(
        failure
            .message
            .starts_with(&format!("cannot connect to 127.0.0.1:{free}: ")),
        "{failure:?}"
    );
    assert!(failure.hint.unwrap().contains("--scratch"));
    let origins: Vec<_> = failure
        .settings
        .iter()
        .map(|setting| {
            (
                setting.name.as_str(),
                setting.value.as_str(),
                setting.origin.as_str(),
            )
        })
        .take(4)
        .collect();
    assert_eq!(
        origins,
        [
            ("host", "127.0.0.1", "--connect"),
            ("port", free.to_string().as_str(), "--connect"),
            ("dbname", "db", "--connect"),
            ("user", "me", "--connect")
        ]
    );
}

#[test]
fn a_port_that_is_not_postgres_is_told_apart() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let answers = std::thread::spawn(move || {
        use std::io::{Read, Write};
        for _ in 0..2 {
            let (mut stream, _) = listener.accept().unwrap();
            let mut asked = [0; 8];
            stream.read_exact(&mut asked).unwrap();
            stream
                .write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n")
                .unwrap();
        }
    });
    for mode in ["prefer", "disable"] {
        let url = format!("postgresql://me@127.0.0.1:{port}/db?sslmode={mode}");
        let failure = Running::try_open(&url, &|_| None).err().unwrap();
        assert!(
            failure.message.contains("PostgreSQL\u{2019}s protocol"),
            "{mode}: {failure:?}"
        );
    }
    answers.join().unwrap();
}

#[test]
fn a_server_that_never_answers_is_given_up_after_connect_timeout() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let url = format!("postgresql://me@127.0.0.1:{port}/db?connect_timeout=1");
    let failure = Running::try_open(&url, &|_| None).err().unwrap();
    assert!(
        failure
            .message
            .ends_with("no answer within 1 s (connect_timeout)"),
        "{failure:?}"
    );
}

#[test]
fn the_first_acceptable_of_several_servers_is_taken() {
    let bench = Bench::new("several");
    let free = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let port = bench.cluster.port();
    let url = format!("postgresql://postgres@127.0.0.1:{free},127.0.0.1:{port}/several");
    assert_eq!(Running::open(&url).identity.port, port);
    assert_eq!(
        Running::open(&format!("{url}?target_session_attrs=prefer-standby"))
            .identity
            .port,
        port
    );
    let failure = Running::try_open(&format!("{url}?target_session_attrs=standby"), &|_| None)
        .err()
        .unwrap();
    assert!(
        failure
            .message
            .contains("it is a primary, and target_session_attrs=standby"),
        "{failure:?}"
    );
}

#[test]
fn options_and_application_name_reach_the_server() {
    let bench = Bench::new("options");
    let url = format!("{} ", tcp_url(&bench, "postgres"));
    let url = format!(
        "{}?application_name=mine&options=-c%20work_mem%3D7MB",
        url.trim()
    );
    let running = Running::open(&url);
    let ran = running
        .run("select current_setting('work_mem') as w, current_setting('application_name') as a;");
    assert!(ran.printed.contains(" 7MB | mine"), "{}", ran.printed);
}

#[test]
fn a_session_can_be_handed_to_other_threads() {
    fn shareable<T: Send + Sync>(_: &T) {}
    let bench = Bench::new("shareable");
    shareable(&bench.open().session);
}

fn with_settings(bench: &Bench, pairs: &[(&str, &str)]) -> stepmark_engines::postgres::Settings {
    let pairs = pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    settings(&bench.url, &|_| None).with_session_settings(pairs.collect())
}

#[test]
fn every_new_session_has_the_settings_of_its_connection() {
    let bench = Bench::new("givensettings");
    let given = [
        ("lock_timeout", "5s"),
        ("search_path", "a'b, \"c\\d\""),
        ("my.note", "it\\'s"),
    ];
    for _ in 0..2 {
        let running = Running::try_open_with(with_settings(&bench, &given)).unwrap();
        let ran = running
            .run("copy (select current_setting('lock_timeout'), current_setting('my.note') = E'it\\\\''s', current_schemas(false)) to stdout;")
            .succeeded();
        assert_eq!(ran.printed, "5s\tt\t{}\n");
    }
}

#[test]
fn a_setting_the_server_refuses_is_named_with_its_words() {
    let bench = Bench::new("refusedsettings");
    let refused = |pairs: &[(&str, &str)]| {
        let failure = Running::try_open_with(with_settings(&bench, pairs))
            .err()
            .unwrap();
        let (_, message) = failure.message.split_once(": ").unwrap();
        (message.to_owned(), failure.hint.unwrap())
    };
    let hint = "correct it under `settings:` of this connection in the front matter".to_owned();
    assert_eq!(
        refused(&[("work_mem", "8MB"), ("lock_timeout", "soon")]),
        (
            "the setting lock_timeout = soon is not accepted: 22023: invalid value for parameter \"lock_timeout\": \"soon\"".to_owned(),
            hint.clone()
        )
    );
    assert_eq!(
        refused(&[("lock_timeuot", "5s")]),
        (
            "the setting lock_timeuot = 5s is not accepted: 42704: unrecognized configuration parameter \"lock_timeuot\"".to_owned(),
            hint
        )
    );
}

#[test]
fn another_database_of_the_same_server_is_reached_with_the_same_settings() {
    let bench = Bench::new("likedatabase");
    let other = settings(&bench.url, &|_| None).with_database("postgres", "admin");
    let running = Running::try_open_with(other).unwrap();
    assert_eq!(running.identity.database, "postgres");
    let gone = settings(&bench.url, &|_| None).with_database("not_there", "admin");
    let failure = Running::try_open_with(gone).err().unwrap();
    let dbname = failure
        .settings
        .iter()
        .find(|it| it.name == "dbname")
        .unwrap();
    assert_eq!(
        (dbname.value.as_str(), dbname.origin.as_str()),
        ("not_there", "admin")
    );
}
