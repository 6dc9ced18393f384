//! A server of a test's own.

use stepmark_scratch::{Cluster, ClusterOptions, Programs};

use crate::eventually;

/// A throwaway cluster with one database, `shop`.
pub struct Server {
    cluster: Cluster,
}

impl Server {
    /// Starts one.
    #[expect(clippy::new_without_default, reason = "it starts a server")]
    pub fn new() -> Self {
        Self::with(ClusterOptions::default())
    }

    /// Starts one with `options`.
    pub fn with(options: ClusterOptions) -> Self {
        let programs =
            Programs::find_here().expect("PostgreSQL's programs; see scripts/ensure-postgres");
        let cluster = Cluster::start(&programs, options).expect("a cluster starts");
        cluster.create_database("shop").expect("a database");
        Self { cluster }
    }

    /// Where its database is.
    pub fn url(&self) -> String {
        self.cluster.url("shop")
    }

    /// Runs SQL and returns what psql prints, unaligned, without the last newline.
    pub fn sql(&self, sql: &str) -> String {
        let out = self
            .cluster
            .execute("shop", sql)
            .expect("SQL of the test itself");
        out.trim_end().to_owned()
    }

    /// Waits until `sql` returns `t`.
    ///
    /// # Panics
    /// After 30 s.
    #[track_caller]
    pub fn wait_for(&self, sql: &str) {
        eventually(sql, || self.sql(sql) == "t");
    }

    /// The cluster itself.
    pub fn cluster(&self) -> &Cluster {
        &self.cluster
    }
}
