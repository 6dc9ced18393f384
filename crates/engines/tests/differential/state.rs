//! The state of a database as text: the rows of every table of a user, the sequences, and the catalogue of what users
//! made. Two databases with the same history have the same text.

use stepmark_scratch::Cluster;

/// What the state of a database is, and what is left after all that cases make was dropped.
pub(crate) struct State {
    pub(crate) now: String,
    pub(crate) left: String,
}

impl State {
    /// Looks at `database`, drops what cases make, and counts what is left.
    pub(crate) fn of(cluster: &Cluster, database: &str) -> Self {
        const BETWEEN: &str = "--- reset";
        let look = include_str!("state.sql");
        let reset = include_str!("reset.sql");
        let script = format!("{look}\\echo {BETWEEN}\n\\set ON_ERROR_STOP 0\n{reset}");
        let printed = cluster.execute(database, &script).unwrap();
        let (now, left) = printed.split_once(&format!("{BETWEEN}\n")).unwrap();
        Self {
            now: now.to_owned(),
            left: left.to_owned(),
        }
    }
}
