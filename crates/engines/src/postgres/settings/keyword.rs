//! libpq's connection keywords: their environment variables, and which of them Stepmark acts on.
//! Source: PostgreSQL 18, `PQconninfoOptions` in fe-connect.c. Does not parse values.

/// One connection keyword.
#[derive(Debug)]
pub(super) struct Keyword {
    /// libpq's name for it.
    pub(super) name: &'static str,
    /// The environment variable that sets it, or empty.
    pub(super) variable: &'static str,
    /// What Stepmark does with it.
    pub(super) support: Support,
}

/// What Stepmark does with a keyword.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Support {
    /// Acts on it.
    Used,
    /// Acts on it, and never shows it.
    Secret,
    /// Takes only these values (compared without case); others would promise what is not done.
    Only(&'static [&'static str]),
    /// Accepts it without acting on it; the report says so. It changes neither where a session leads nor its safety.
    Unused,
}

const fn keyword(name: &'static str, variable: &'static str, support: Support) -> Keyword {
    Keyword {
        name,
        variable,
        support,
    }
}

/// Every keyword, in the order of the report.
pub(super) const KEYWORDS: &[Keyword] = &[
    keyword("service", "PGSERVICE", Support::Used),
    keyword("servicefile", "PGSERVICEFILE", Support::Used),
    keyword("host", "PGHOST", Support::Used),
    keyword("hostaddr", "PGHOSTADDR", Support::Used),
    keyword("port", "PGPORT", Support::Used),
    keyword("dbname", "PGDATABASE", Support::Used),
    keyword("user", "PGUSER", Support::Used),
    keyword("password", "PGPASSWORD", Support::Secret),
    keyword("passfile", "PGPASSFILE", Support::Used),
    keyword("sslmode", "PGSSLMODE", Support::Used),
    keyword("sslnegotiation", "PGSSLNEGOTIATION", Support::Used),
    keyword("sslrootcert", "PGSSLROOTCERT", Support::Used),
    keyword("sslcert", "PGSSLCERT", Support::Used),
    keyword("sslkey", "PGSSLKEY", Support::Used),
    keyword("sslpassword", "", Support::Secret),
    keyword("sslcertmode", "PGSSLCERTMODE", Support::Used),
    keyword("sslcrl", "PGSSLCRL", Support::Used),
    keyword("sslcrldir", "PGSSLCRLDIR", Support::Used),
    keyword("sslcompression", "PGSSLCOMPRESSION", Support::Only(&["0"])),
    keyword("sslsni", "PGSSLSNI", Support::Used),
    keyword(
        "ssl_min_protocol_version",
        "PGSSLMINPROTOCOLVERSION",
        Support::Only(&["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"]),
    ),
    keyword(
        "ssl_max_protocol_version",
        "PGSSLMAXPROTOCOLVERSION",
        Support::Only(&["TLSv1.2", "TLSv1.3"]),
    ),
    keyword("channel_binding", "PGCHANNELBINDING", Support::Used),
    keyword("require_auth", "PGREQUIREAUTH", Support::Used),
    keyword("requirepeer", "PGREQUIREPEER", Support::Only(&[])),
    keyword(
        "target_session_attrs",
        "PGTARGETSESSIONATTRS",
        Support::Used,
    ),
    keyword("load_balance_hosts", "PGLOADBALANCEHOSTS", Support::Used),
    keyword("connect_timeout", "PGCONNECT_TIMEOUT", Support::Used),
    keyword("application_name", "PGAPPNAME", Support::Used),
    keyword("fallback_application_name", "", Support::Unused),
    keyword("options", "PGOPTIONS", Support::Used),
    keyword(
        "client_encoding",
        "",
        Support::Only(&["utf8", "utf-8", "unicode", "auto"]),
    ),
    keyword("keepalives", "", Support::Used),
    keyword("keepalives_idle", "", Support::Used),
    keyword("keepalives_interval", "", Support::Used),
    keyword("keepalives_count", "", Support::Used),
    keyword("tcp_user_timeout", "", Support::Used),
    keyword(
        "replication",
        "",
        Support::Only(&["false", "off", "no", "0"]),
    ),
    keyword(
        "gssencmode",
        "PGGSSENCMODE",
        Support::Only(&["disable", "prefer"]),
    ),
    keyword("gssdelegation", "PGGSSDELEGATION", Support::Unused),
    keyword("krbsrvname", "PGKRBSRVNAME", Support::Unused),
    keyword("gsslib", "PGGSSLIB", Support::Unused),
    keyword(
        "min_protocol_version",
        "PGMINPROTOCOLVERSION",
        Support::Only(&["3.0"]),
    ),
    keyword(
        "max_protocol_version",
        "PGMAXPROTOCOLVERSION",
        Support::Unused,
    ),
];

/// The keyword of this name.
pub(super) fn find(name: &str) -> Option<&'static Keyword> {
    KEYWORDS.iter().find(|keyword| keyword.name == name)
}
