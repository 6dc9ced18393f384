//! The five programs a cluster needs, and one that only looks at it, by name. Where they are is known to `Programs`.

/// One program of an installation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Program {
    Initdb,
    PgCtl,
    Postgres,
    Psql,
    PgDump,
    PgWaldump,
}

impl Program {
    /// Those that a cluster cannot do without.
    pub(crate) const ALL: [Self; 5] = [
        Self::Initdb,
        Self::PgCtl,
        Self::Postgres,
        Self::Psql,
        Self::PgDump,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Initdb => "initdb",
            Self::PgCtl => "pg_ctl",
            Self::Postgres => "postgres",
            Self::Psql => "psql",
            Self::PgDump => "pg_dump",
            Self::PgWaldump => "pg_waldump",
        }
    }
}
