//! The five programs a cluster needs, by name. Where they are is known to `Programs`.

/// One program of an installation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Program {
    Initdb,
    PgCtl,
    Postgres,
    Psql,
    PgDump,
}

impl Program {
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
        }
    }
}
