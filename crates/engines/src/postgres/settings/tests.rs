//! libpq's rules, one case a line.

use std::collections::HashMap;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::{Account, Settings};

struct World {
    home: tempfile::TempDir,
    environment: HashMap<String, String>,
}

impl World {
    fn new(environment: &[(&str, &str)]) -> Self {
        Self {
            home: tempfile::tempdir().unwrap(),
            environment: environment
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
        }
    }

    fn file(&self, name: &str, mode: u32, text: &str) -> &Self {
        let path = self.home.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        self
    }

    fn resolve(&self, connect: &str) -> Result<Settings, String> {
        let account = Account {
            user: Some("os".to_owned()),
            home: Some(self.home.path().to_owned()),
        };
        let environment = |name: &str| self.environment.get(name).cloned();
        let connect = Some((connect, "--connect")).filter(|(text, _)| !text.is_empty());
        Settings::resolve(connect, &environment, &account).map_err(|error| {
            error
                .to_string()
                .replace(&self.home.path().display().to_string(), "~")
        })
    }

    /// `user[:password]@server,server/database sslmode`.
    fn shown(&self, connect: &str) -> String {
        match self.resolve(connect) {
            Ok(settings) => {
                let servers: Vec<String> = settings
                    .endpoints
                    .iter()
                    .map(|endpoint| match endpoint.address {
                        Some(address) if address.to_string() != endpoint.host => {
                            format!("{}={address}", endpoint.shown())
                        }
                        _ => endpoint.shown(),
                    })
                    .collect();
                let password = settings.endpoints[0]
                    .password
                    .as_ref()
                    .map_or_else(String::new, |password| format!(":{password}"));
                format!(
                    "{}{password}@{}/{} {}",
                    settings.user,
                    servers.join(","),
                    settings.database,
                    settings.ssl_mode.word()
                )
            }
            Err(error) => error,
        }
    }
}

#[test]
fn connection_strings_mean_what_libpq_says() {
    let world = World::new(&[("PGHOST", "h"), ("PGPORT", "7")]);
    let cases = [
        ("", "os@h:7/os prefer"),
        ("shop", "os@h:7/shop prefer"),
        ("postgresql://", "os@h:7/os prefer"),
        ("postgresql:///shop", "os@h:7/shop prefer"),
        ("postgresql://ann@db/shop", "ann@db:7/shop prefer"),
        (
            "postgres://ann:s%40c%3Ar@db:1/shop?sslmode=require",
            "ann:s@c:r@db:1/shop require",
        ),
        ("postgresql://ann@db", "ann@db:7/ann prefer"),
        ("postgresql://a:1,b:2,c/x", "os@a:1,b:2,c:5432/x prefer"),
        ("postgresql://[::1]:9/x", "os@[::1]:9/x prefer"),
        (
            "postgresql://%2Frun%2Fpg:9/x",
            "os@/run/pg/.s.PGSQL.9/x prefer",
        ),
        (
            "postgresql:///x?host=/run/pg&ssl=true",
            "os@/run/pg/.s.PGSQL.7/x require",
        ),
        (
            "host=db port=1 dbname='my shop' user=o\\'neil",
            "o'neil@db:1/my shop prefer",
        ),
        ("host = db  dbname = ''", "os@db:7/os prefer"),
        ("host=a,b port=1,2", "os@a:1,b:2/os prefer"),
        ("host=a,b port=3", "os@a:3,b:3/os prefer"),
        ("host=db hostaddr=10.0.0.1", "os@db:7=10.0.0.1/os prefer"),
        ("host=a,b port=1,2,3", "port lists 3 entries for 2 hosts"),
        (
            "hst=db",
            "--connect: unknown connection setting \u{201c}hst\u{201d}",
        ),
        (
            "mysql://u:secret@h/x",
            "--connect: mysql:// is no PostgreSQL connection; write postgresql://user@host:5432/database",
        ),
        ("dbname=a://b", "os@h:7/a://b prefer"),
        ("host=db x", "--connect: missing = after \u{201c}x\u{201d}"),
        (
            "host='db",
            "--connect: the quoted value of host has no closing quote",
        ),
        (
            "postgresql://u:p%zz@db",
            "--connect: a % in the URL is not followed by two hexadecimal digits",
        ),
        (
            "postgresql://[::1/x",
            "--connect: an IPv6 address in the URL has no closing ]",
        ),
        (
            "postgresql://db/x?a",
            "--connect: URL parameter \u{201c}a\u{201d} is not of the form name=value",
        ),
        (
            "sslmode=maybe",
            "--connect: sslmode=\u{201c}maybe\u{201d} is not valid: disable, allow, prefer, require, verify-ca or verify-full",
        ),
        (
            "port=0",
            "--connect: port=\u{201c}0\u{201d} is not valid: a number from 1 to 65535",
        ),
        (
            "replication=database",
            "--connect: replication=database is not supported",
        ),
        (
            "gssencmode=require",
            "--connect: gssencmode=require is not supported",
        ),
    ];
    for (connect, expected) in cases {
        assert_eq!(world.shown(connect), expected, "{connect}");
    }
}

#[test]
fn string_beats_service_beats_environment_beats_default() {
    let world = World::new(&[
        ("PGSERVICE", "prod"),
        ("PGUSER", "env"),
        ("PGDATABASE", "env"),
        ("PGHOST", "env"),
    ]);
    world.file(
        ".pg_service.conf",
        0o644,
        "# ours\n[other]\nhost=no\n\n[prod]\nhost=svc\nuser=svc\nport=11\n[prod2]\nuser=no\n",
    );
    let settings = world.resolve("user=given").unwrap();
    let origins: Vec<_> = settings
        .report()
        .into_iter()
        .map(|setting| format!("{}={} ({})", setting.name, setting.value, setting.origin))
        .filter(|line| {
            ["host", "port", "dbname", "user", "sslmode"]
                .iter()
                .any(|name| line.starts_with(&format!("{name}=")))
        })
        .collect();
    let service = format!("{}/.pg_service.conf [prod]", world.home.path().display());
    assert_eq!(
        origins,
        [
            format!("host=svc ({service})"),
            format!("port=11 ({service})"),
            "dbname=env (PGDATABASE)".to_owned(),
            "user=given (--connect)".to_owned(),
            "sslmode=prefer (default)".to_owned(),
        ]
    );
}

#[test]
fn a_service_that_is_not_defined_is_an_error() {
    let world = World::new(&[("PGSYSCONFDIR", "/nonexistent")]);
    assert_eq!(
        world.shown("service=gone"),
        "--connect: service \u{201c}gone\u{201d} is not defined in any service file (none was found)"
    );
    world.file(".pg_service.conf", 0o644, "[bad]\nnonsense\n");
    assert_eq!(
        world.shown("service=gone"),
        "--connect: service \u{201c}gone\u{201d} is not defined in ~/.pg_service.conf"
    );
    assert_eq!(
        world.shown("service=bad"),
        "~/.pg_service.conf: line 2: not of the form keyword=value"
    );
}

#[test]
fn the_password_file_gives_the_first_line_that_fits() {
    let world = World::new(&[]);
    world.file(
        ".pgpass",
        0o600,
        "# comment\nother:*:*:*:no\ndb:1:shop:ann:first\ndb:*:*:*:wild\\:card\nlocalhost:5432:*:os:sock\n[::1]:1:x:y:z\na\\:b:2:*:*:colon:s\n",
    );
    let cases = [
        (
            "host=db port=1 dbname=shop user=ann",
            "ann:first@db:1/shop prefer",
        ),
        (
            "host=db port=2 dbname=shop user=ann",
            "ann:wild:card@db:2/shop prefer",
        ),
        ("host=/tmp", "os:sock@/tmp/.s.PGSQL.5432/os prefer"),
        ("host=nobody", "os@nobody:5432/os prefer"),
        ("host=a:b port=2", "os:colon:s@[a:b]:2/os prefer"),
        ("host=db password=given", "os:given@db:5432/os prefer"),
    ];
    for (connect, expected) in cases {
        assert_eq!(world.shown(connect), expected, "{connect}");
    }
}

#[test]
fn a_password_file_others_may_read_is_ignored_and_named() {
    let world = World::new(&[]);
    world.file(".pgpass", 0o640, "*:*:*:*:secret\n");
    let settings = world.resolve("host=db").unwrap();
    assert!(!settings.has_password());
    let password = settings
        .report()
        .into_iter()
        .find(|setting| setting.name == "password")
        .unwrap();
    assert_eq!(password.value, "\u{2039}none\u{203a}");
    assert!(
        password
            .origin
            .ends_with(".pgpass ignored: group or others may access it; chmod 0600 it"),
        "{}",
        password.origin
    );
}

#[test]
fn a_password_is_never_shown() {
    let world = World::new(&[("PGPASSWORD", "env-secret")]);
    world.file(".pgpass", 0o600, "*:*:*:*:file-secret\n");
    for connect in [
        "postgresql://ann:url-secret@db/x",
        "host=db",
        "host=db password=''",
    ] {
        let settings = world.resolve(connect).unwrap();
        let shown = format!(
            "{settings:?} {:?} {:?} {}",
            settings.report(),
            settings.shell_environment(),
            settings.display_url()
        );
        assert!(!shown.contains("-secret"), "{connect}: {shown}");
        assert!(settings.report().iter().any(|setting| setting.name == "password" && setting.value == "\u{2039}set\u{203a}"));
    }
}

#[test]
fn children_are_led_to_the_same_place() {
    let world = World::new(&[("PGAPPNAME", "mine")]);
    let settings = world
        .resolve("postgresql://ann:p%3Aw@a:1,b:2/shop?sslmode=verify-full&sslrootcert=/r.crt&connect_timeout=5")
        .unwrap();
    let variables: HashMap<_, _> = settings.shell_environment().into_iter().collect();
    let expected = [
        ("PGHOST", "a,b"),
        ("PGPORT", "1,2"),
        ("PGUSER", "ann"),
        ("PGDATABASE", "shop"),
        ("PGSSLMODE", "verify-full"),
        ("PGSSLROOTCERT", "/r.crt"),
        ("PGCONNECT_TIMEOUT", "5"),
        ("PGAPPNAME", "mine"),
    ];
    for (name, value) in expected {
        assert_eq!(
            variables.get(name).map(String::as_str),
            Some(value),
            "{name}"
        );
    }
    assert_eq!(
        settings.passfile_lines().as_deref(),
        Some("a:1:*:ann:p\\:w\nb:2:*:ann:p\\:w\n")
    );
    assert_eq!(settings.display_url(), "postgresql://ann@a:1,b:2/shop");
}

#[test]
fn certificates_are_found_where_libpq_looks() {
    let world = World::new(&[]);
    world.file(".postgresql/root.crt", 0o644, "");
    world.file(".postgresql/postgresql.crt", 0o644, "");
    let settings = world.resolve("host=db").unwrap();
    let under = |name: &str| world.home.path().join(".postgresql").join(name);
    assert_eq!(
        settings.root_certificates.as_deref().map(Path::new),
        Some(under("root.crt").as_path())
    );
    assert_eq!(
        settings.client_certificate,
        Some((under("postgresql.crt"), under("postgresql.key")))
    );
    let none = World::new(&[]).resolve("host=db").unwrap();
    assert_eq!(
        (none.root_certificates, none.client_certificate),
        (None, None)
    );
}

#[test]
fn another_database_has_its_own_password_and_origin() {
    let world = World::new(&[]);
    world.file(
        ".pgpass",
        0o600,
        "*:*:shop:*:of-shop\n*:*:postgres:*:of-postgres\n",
    );
    let shop = world.resolve("host=db dbname=shop").unwrap();
    let admin = shop.clone().with_database("postgres", "destination_admin");
    let seen = |settings: &Settings, name: &str| {
        let found = settings.report().into_iter().find(|it| it.name == name);
        found.map(|it| {
            (
                it.value,
                it.origin
                    .replace(&world.home.path().display().to_string(), "~"),
            )
        })
    };
    let pair = |value: &str, origin: &str| Some((value.to_owned(), origin.to_owned()));
    assert_eq!(admin.endpoints[0].password.as_deref(), Some("of-postgres"));
    assert_eq!(
        seen(&admin, "dbname"),
        pair("postgres", "destination_admin")
    );
    assert_eq!(
        seen(&admin, "password"),
        pair("\u{2039}set\u{203a}", "~/.pgpass line 2")
    );
    assert_eq!(shop.endpoints[0].password.as_deref(), Some("of-shop"));
    let nowhere = admin.with_database("else", "here");
    assert_eq!(
        (
            nowhere.endpoints[0].password.as_deref(),
            seen(&nowhere, "password")
        ),
        (
            None,
            pair("\u{2039}none\u{203a}", "~/.pgpass has no line for it")
        )
    );
    let given = world.resolve("host=db dbname=shop password=mine").unwrap();
    let given = given.with_database("postgres", "here");
    assert_eq!(given.endpoints[0].password.as_deref(), Some("mine"));
}

#[test]
fn an_address_is_what_libpq_would_be_told() {
    let world = World::new(&[]);
    let cases = [
        ("postgresql://ann@a:1,b:2/shop", "a,b|1,2|shop|ann"),
        ("hostaddr=10.0.0.1 dbname=x", "10.0.0.1|5432|x|os"),
        ("host=/run/pg dbname=x", "/run/pg|5432|x|os"),
    ];
    for (connect, expected) in cases {
        let address = world.resolve(connect).unwrap().address();
        let shown = [address.host, address.port, address.dbname, address.user].join("|");
        assert_eq!(shown, expected);
    }
}

#[test]
fn settings_of_the_session_reach_children_behind_the_options_given() {
    let settings = World::new(&[])
        .resolve("postgresql://ann:ann@db/x?options=-c%20a%3D1")
        .unwrap()
        .with_session_settings(vec![
            ("lock_timeout".to_owned(), "5s".to_owned()),
            ("search_path".to_owned(), r"a, b\c".to_owned()),
        ]);
    let variables: HashMap<_, _> = settings.shell_environment().into_iter().collect();
    let expected = r"-c a=1 -c lock_timeout=5s -c search_path=a,\ b\\c";
    assert_eq!(
        variables.get("PGOPTIONS").map(String::as_str),
        Some(expected)
    );
    assert_eq!(settings.passwords().count(), 0, "it is the role's name");
}

#[test]
fn settings_of_the_session_are_reported_after_libpqs() {
    let settings = World::new(&[]).resolve("host=db").unwrap();
    let settings =
        settings.with_session_settings(vec![("lock_timeout".to_owned(), "5s".to_owned())]);
    let report = settings.report();
    let last = report.last().unwrap();
    assert_eq!(
        (
            last.name.as_str(),
            last.value.as_str(),
            last.origin.as_str()
        ),
        ("lock_timeout", "5s", "settings: of the runbook")
    );
}
