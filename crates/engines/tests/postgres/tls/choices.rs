//! What else connection strings say about TLS and authentication; psql 15 does not know all of it.

use super::authorities;
use super::authority::{Issued, NOW};
use super::server::{Outcome, Server};

/// A server with a right certificate, which takes its own issuer's client certificates.
fn usual() -> (Server, Issued, Issued) {
    let (right, _) = authorities();
    let shown = right.server("localhost", &["localhost"], NOW);
    let server = Server::start(Some(&shown), &right.certificate);
    (server, shown, right.client("certified", NOW))
}

#[test]
fn certificates_must_be_asked_for_or_are_not_shown() {
    let (server, shown, client) = usual();
    server.give_pair("right", &client);
    let with = "sslmode=require sslcert=~/right.crt sslkey=~/right.key";
    let cases = [
        ("user=certified sslcertmode=require", Outcome::Encrypted),
        ("user=certified sslcertmode=allow", Outcome::Encrypted),
        ("user=certified sslcertmode=disable", Outcome::Refused),
        ("user=tls_only sslcertmode=disable", Outcome::Encrypted),
    ];
    for (case, expected) in cases {
        assert_eq!(server.ours(&format!("{case} {with}")), expected, "{case}");
    }
    assert_eq!(
        server.refusal("user=tls_only sslmode=require sslcertmode=require"),
        "sslcertmode=require needs a certificate in sslcert or ~/.postgresql/postgresql.crt | correct sslmode, sslrootcert, sslcert or sslkey"
    );
    server.ask("alter system set ssl_ca_file = ''");
    server.show(&shown);
    let unasked = server.refusal(&format!("user=tls_only sslcertmode=require {with}"));
    assert!(
        unasked.starts_with("the server did not ask for a certificate"),
        "{unasked}"
    );
}

#[test]
fn a_key_that_is_encrypted_is_refused_with_what_to_type() {
    let (server, _, client) = usual();
    let encrypted = client.key.replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY");
    server
        .give_pair("right", &client)
        .give("encrypted.key", &encrypted);
    let of = |key: &str| {
        format!(
            "user=certified sslmode=require sslcert=~/right.crt sslkey=~/{key} sslpassword=sesame"
        )
    };
    assert_eq!(server.ours(&of("right.key")), Outcome::Encrypted);
    assert_eq!(
        server.refusal(&of("encrypted.key")),
        "private key file ~/encrypted.key is encrypted, and those are not read here, with sslpassword or without; openssl pkey -in ~/encrypted.key -out NEW_KEY writes one that is not | correct sslmode, sslrootcert, sslcert or sslkey"
    );
    let settings = server.settings(&of("right.key"));
    let shown = format!("{settings:?} {:?}", settings.report());
    assert!(!shown.contains("sesame"), "{shown}");
}

#[test]
fn only_the_versions_of_tls_that_are_asked_for_are_spoken() {
    let (server, shown, _) = usual();
    let version = |string: &str| {
        let running = server
            .open(&format!("user=tls_only {string}"))
            .ok()
            .unwrap();
        let ran = running
            .run("copy (select version from pg_stat_ssl where pid = pg_backend_pid()) to stdout;");
        ran.succeeded().printed
    };
    assert_eq!(version("sslmode=require"), "TLSv1.3\n");
    assert_eq!(version("ssl_max_protocol_version=TLSv1.2"), "TLSv1.2\n");
    assert_eq!(version("ssl_min_protocol_version=tlsv1.3"), "TLSv1.3\n");
    server.ask("alter system set ssl_max_protocol_version = 'TLSv1.2'");
    server.show(&shown);
    let refusal = server.refusal("user=tls_only sslmode=require ssl_min_protocol_version=TLSv1.3");
    assert!(refusal.starts_with("TLS handshake failed: "), "{refusal}");
}

#[test]
fn only_the_authentication_that_is_required_is_answered() {
    let (server, ..) = usual();
    let by = |method: &str| format!("the server asks for authentication by {method}");
    let open = "the server lets us in without authentication".to_owned();
    let cases = [
        ("secret", "scram-sha-256", None),
        ("secret", "md5,password", Some(by("scram-sha-256"))),
        ("secret_md5", "md5", None),
        ("secret_md5", "!md5", Some(by("md5"))),
        ("secret_clear", "password", None),
        ("secret_clear", "!password,!none", Some(by("password"))),
        ("secret_clear", "scram-sha-256", Some(by("password"))),
        ("either", "none", None),
        ("either", "scram-sha-256", Some(open.clone())),
        ("either", "!none", Some(open)),
    ];
    for mode in ["disable", "require"] {
        for (user, required, asks) in &cases {
            let string =
                format!("sslmode={mode} user={user} password=sesame require_auth={required}");
            match asks {
                None => assert_ne!(server.ours(&string), Outcome::Refused, "{string}"),
                Some(asks) => assert_eq!(
                    server.refusal(&string),
                    format!(
                        "{asks}, and require_auth={required} forbids that | correct require_auth, or the server\u{2019}s pg_hba.conf if it is the server that is wrong"
                    ),
                    "{string}"
                ),
            }
        }
    }
}
