//! Encrypted connections: each `sslmode` against right and wrong certificates, beside psql with the same connection string.

mod authority;
mod choices;
mod server;

use authority::{Authority, NOW, PAST, SERIAL, self_signed};
use server::{Outcome, Server};

const MODES: [&str; 6] = [
    "disable",
    "allow",
    "prefer",
    "require",
    "verify-ca",
    "verify-full",
];

/// One row a mode, one letter a case: T encrypted, p plain, - refused. psql and ours must agree on each.
fn table(server: &Server, cases: &[&str]) -> String {
    let mut text = String::new();
    for mode in MODES {
        for case in cases {
            let string = format!("sslmode={mode} {case}");
            let (theirs, ours) = (server.psql(&string), server.ours(&string));
            assert_eq!(ours, theirs, "{string}");
            text.push(ours.letter());
        }
        text.push(' ');
    }
    text.trim_end().to_owned()
}

/// A right authority, and one nobody asked for.
fn authorities() -> (Authority, Authority) {
    (Authority::new("right", NOW), Authority::new("wrong", NOW))
}

#[test]
fn each_mode_connects_where_psql_does() {
    let (right, wrong) = authorities();
    let shown = right.server("localhost", &["localhost"], NOW);
    let server = Server::start(Some(&shown), &right.certificate);
    server
        .give("right.crt", &right.certificate)
        .give("wrong.crt", &wrong.certificate)
        .give("empty.crt", "");
    let roots = [
        "",
        "sslrootcert=~/right.crt",
        "sslrootcert=~/wrong.crt",
        "sslrootcert=~/missing.crt",
        "sslrootcert=~/empty.crt",
    ];
    let of = |user: &str| {
        let cases = roots.map(|root| format!("user={user} {root}"));
        table(&server, &cases.each_ref().map(String::as_str))
    };
    assert_eq!(of("either"), "ppppp ppppp TTpTp TT-T- -T--- -T---");
    assert_eq!(of("tls_only"), "----- TT-T- TT-T- TT-T- -T--- -T---");
    assert_eq!(of("plain_only"), "ppppp ppppp ppppp ----- ----- -----");
    // A password that is wrong may be right, or not be needed, the other way.
    assert_eq!(
        table(
            &server,
            &["user=split password=sesame", "user=split password=wrong"]
        ),
        "pp pp Tp T- -- --"
    );
    // Roots where libpq looks for them when none are named.
    server.give(".postgresql/root.crt", &wrong.certificate);
    assert_eq!(
        table(&server, &["user=tls_only", "user=either"]),
        "-p -p -p -- -- --"
    );
    let told = [
        (
            "sslmode=verify-full sslrootcert=~/wrong.crt",
            "the server\u{2019}s certificate is of no issuer in sslrootcert | check that its issuer is in sslrootcert",
        ),
        (
            "sslmode=verify-ca sslrootcert=~/missing.crt",
            "root certificate file ~/missing.crt does not exist, and sslmode=verify-ca needs it | correct sslmode, sslrootcert, sslcert or sslkey",
        ),
        (
            "sslmode=require sslrootcert=~/empty.crt",
            "~/empty.crt: holds no certificate in PEM form | correct sslmode, sslrootcert, sslcert or sslkey",
        ),
        (
            "sslmode=require sslrootcert=system",
            "sslrootcert=system needs sslmode=verify-full, and it is require | correct sslmode, sslrootcert, sslcert or sslkey",
        ),
        (
            "sslrootcert=system",
            "the server\u{2019}s certificate is of no issuer in sslrootcert | check that its issuer is in sslrootcert",
        ),
    ];
    for (string, expected) in told {
        assert_eq!(
            server.refusal(&format!("user=either {string}")),
            expected,
            "{string}"
        );
    }
}

/// The names a certificate may be of, and the hosts asked for.
#[test]
fn host_names_are_those_that_psql_takes() {
    let (right, _) = authorities();
    let certificates = [
        ("localhost", &["localhost"][..], "TT---"),
        ("localhost", &["db.example"], "---T-"),
        ("localhost", &[], "TT---"),
        ("db.example", &["127.0.0.1"], "--TT-"),
        ("127.0.0.1", &["localhost", "db.example"], "TTTT-"),
        ("db.example", &["localhost", "10.0.0.1"], "TT---"),
        ("localhost", &["10.0.0.1"], "TT---"),
        ("db.example", &["*.example"], "---T-"),
    ];
    let hosts = [
        "host=localhost",
        "host=LOCALHOST hostaddr=127.0.0.1",
        "host=127.0.0.1",
        "host=db.example hostaddr=127.0.0.1",
        "host=a.db.example hostaddr=127.0.0.1",
    ];
    let mut found = Vec::new();
    let first = right.server("first", &[], NOW);
    let server = Server::start(Some(&first), &right.certificate);
    server.give(".postgresql/root.crt", &right.certificate);
    for (common_name, names, _) in certificates {
        server.show(&right.server(common_name, names, NOW));
        let cases = hosts.map(|host| format!("user=either sslmode=verify-full {host}"));
        let letters: String = cases
            .iter()
            .map(|string| {
                let (theirs, ours) = (server.psql(string), server.ours(string));
                assert_eq!(ours, theirs, "{common_name} {names:?} {string}");
                ours.letter()
            })
            .collect();
        found.push(letters);
        assert_eq!(
            server.ours("user=either sslmode=verify-ca"),
            Outcome::Encrypted
        );
    }
    assert_eq!(found, certificates.map(|(_, _, expected)| expected));
}

#[test]
fn certificates_that_are_over_or_their_own_issuer_are_judged_as_psql_does() {
    let (right, _) = authorities();
    let over = Authority::new("right", PAST);
    let cases = [
        (
            right.server("localhost", &["localhost"], PAST),
            None,
            "--- T-- T-- T-- --- ---",
        ),
        (
            over.server("localhost", &["localhost"], NOW),
            Some(over.certificate.clone()),
            "--- T-- T-- T-- --- ---",
        ),
        (
            self_signed("localhost", &["localhost"], false),
            None,
            "--- TT- TT- TT- -T- -T-",
        ),
        (
            self_signed("localhost", &["localhost"], true),
            None,
            "--- TT- TT- TT- -T- -T-",
        ),
        (
            self_signed("localhost", &[], true),
            None,
            "--- TT- TT- TT- -T- -T-",
        ),
        (
            self_signed("db.example", &["db.example"], true),
            None,
            "--- TT- TT- TT- -T- ---",
        ),
    ];
    let mut found = Vec::new();
    let server = Server::start(Some(&cases[0].0), &right.certificate);
    for (shown, roots, _) in &cases {
        server.show(shown);
        let own = roots.as_ref().unwrap_or(&shown.certificate);
        server
            .give("own.crt", own)
            .give("right.crt", &right.certificate);
        let cases = [
            "user=tls_only",
            "user=tls_only sslrootcert=~/own.crt",
            "user=tls_only sslrootcert=~/right.crt",
        ];
        found.push(table(&server, &cases));
    }
    assert_eq!(found, cases.map(|(_, _, expected)| expected.to_owned()));
}

#[test]
fn a_server_without_tls_is_met_as_psql_meets_it() {
    let (right, _) = authorities();
    let server = Server::start(None, "");
    server.give("right.crt", &right.certificate);
    assert_eq!(
        table(
            &server,
            &["user=either", "user=either sslrootcert=~/right.crt"]
        ),
        "pp pp pp -- -- --"
    );
    assert_eq!(
        server.refusal("user=either sslmode=require"),
        "the server does not support encryption, but sslmode demands it | have ssl turned on in the server; sslmode=prefer or disable goes without encryption"
    );
}

#[test]
fn client_certificates_are_shown_and_judged_as_under_psql() {
    let (right, wrong) = authorities();
    let shown = right.server("localhost", &["localhost"], NOW);
    let server = Server::start(Some(&shown), &right.certificate);
    server
        .give_pair("right", &right.client("certified", NOW))
        .give_pair("other", &right.client("somebody", NOW))
        .give_pair("over", &right.client("certified", PAST))
        .give_pair("wrong", &wrong.client("certified", NOW))
        .give("keyless.crt", &right.client("certified", NOW).certificate)
        .give_pair("open", &right.client("certified", NOW));
    let open = server.files.path().join("open.key");
    std::fs::set_permissions(open, std::os::unix::fs::PermissionsExt::from_mode(0o644)).unwrap();
    let shown = |name: &str| format!("sslcert=~/{name}.crt sslkey=~/{name}.key");
    let names = [
        "right", "other", "over", "wrong", "keyless", "open", "missing",
    ];
    for (user, expected) in [
        (
            "certified",
            "------- T------ T------ T------ ------- -------",
        ),
        (
            "verified",
            "------- TT----- TT----- TT----- ------- -------",
        ),
        ("either", "ppppppp ppppppp TT--ppT TT----T ------- -------"),
    ] {
        let cases = names.map(|name| format!("user={user} {}", shown(name)));
        let cases: Vec<_> = cases.iter().map(String::as_str).collect();
        assert_eq!(table(&server, &cases), expected, "{user}");
    }
    let refusal = |name: &str| {
        let string = format!("user=certified sslmode=require {}", shown(name));
        server.refusal(&string)
    };
    assert_eq!(
        refusal("missing"),
        "28000: connection requires a valid client certificate | the role does not exist, may not log in, or pg_hba.conf does not admit it from here: check user, database, sslmode and sslcert"
    );
    assert_eq!(
        refusal("wrong"),
        "the server does not accept our certificate: UnknownCA | check sslcert and sslkey: the server must know the issuer, and the dates must be right"
    );
    assert_eq!(
        refusal("keyless"),
        "~/keyless.key: No such file or directory | correct sslmode, sslrootcert, sslcert or sslkey"
    );
    assert_eq!(
        refusal("open"),
        "private key file ~/open.key is open to group or others; chmod 0600 it | correct sslmode, sslrootcert, sslcert or sslkey"
    );
}

#[test]
fn scram_is_bound_to_the_channel_and_only_there() {
    let (right, _) = authorities();
    let shown = right.server("localhost", &["localhost"], NOW);
    let server = Server::start(Some(&shown), &right.certificate);
    let cases = ["disable", "prefer", "require"]
        .map(|binding| format!("user=secret password=sesame channel_binding={binding}"));
    server.give(".postgresql/root.crt", &right.certificate);
    let unbound = "user=tls_only channel_binding=require";
    let md5 = "user=secret_md5 password=sesame channel_binding=require";
    let mut cases: Vec<_> = cases.iter().map(String::as_str).collect();
    cases.extend([unbound, md5]);
    assert_eq!(
        table(&server, &cases),
        "pp--- pp--- TTT-- TTT-- TTT-- TTT--"
    );
}

#[test]
fn revoked_certificates_are_refused_as_by_psql() {
    let (right, wrong) = authorities();
    let shown = right.server("localhost", &["localhost"], NOW);
    let server = Server::start(Some(&shown), &right.certificate);
    server
        .give("right.crt", &right.certificate)
        .give("none.crl", &right.revocation_list(&[1], NOW))
        .give("revoked.crl", &right.revocation_list(&[SERIAL], NOW))
        .give("over.crl", &right.revocation_list(&[1], PAST))
        .give("foreign.crl", &wrong.revocation_list(&[1], NOW));
    let lists = ["none", "revoked", "over", "foreign"];
    let cases =
        lists.map(|list| format!("user=tls_only sslrootcert=~/right.crt sslcrl=~/{list}.crl"));
    let cases: Vec<_> = cases.iter().map(String::as_str).collect();
    assert_eq!(table(&server, &cases), "---- T--- T--- T--- T--- T---");
    // A list that was named and is not there is no list to libpq; here it is a promise that cannot be kept.
    let missing = "user=tls_only sslmode=require sslrootcert=~/right.crt sslcrl=~/missing.crl";
    assert_eq!(server.psql(missing), Outcome::Encrypted);
    assert_eq!(
        server.refusal(missing),
        "~/missing.crl: No such file or directory | correct sslmode, sslrootcert, sslcert or sslkey"
    );
    // Without roots there is nobody whose lists they could be.
    let rootless = ["user=tls_only sslcrl=~/revoked.crl"];
    assert_eq!(table(&server, &rootless), "- T T T - -");
    // Lists by directory, as `openssl rehash` names them; the hash does not matter to us.
    server.give("lists/0123abcd.r0", &right.revocation_list(&[SERIAL], NOW));
    let directory = "user=tls_only sslmode=verify-ca sslrootcert=~/right.crt sslcrldir=~/lists";
    assert_eq!(
        server.refusal(directory),
        "the server\u{2019}s certificate is revoked | check that sslcrl holds the newest list of each issuer"
    );
}
