//! The state of a rehearsal's clusters, as far as an undo should bring it back. Looks only; the comparing is in `diff`.

mod cluster_state;
mod database_state;
mod diff;
mod dump;
mod ignored;
mod lines;
mod printed;

pub(super) use diff::{Change, Differing, Found};

use std::collections::BTreeMap;

use stepmark_scratch::Cluster;

use cluster_state::ClusterState;
use ignored::Ignored;

/// Things by what kind they are and their name, each with the lines that describe it.
pub(super) type Items = BTreeMap<(String, String), Vec<String>>;

/// A cluster and what to call it in what is found; nothing where it is the only one.
#[derive(Clone, Copy)]
pub(super) struct Named<'a> {
    pub(super) name: &'a str,
    pub(super) cluster: &'a Cluster,
}

/// The state of all clusters of a rehearsal.
#[derive(Clone)]
pub(super) struct State {
    clusters: Vec<ClusterState>,
}

impl State {
    /// The state now. What cannot have changed since `before` is taken from there. `ignored` are the tables that an undo
    /// keeps on purpose.
    pub(super) fn take(
        clusters: &[Named<'_>],
        ignored: &[String],
        before: Option<&Self>,
    ) -> Result<Self, String> {
        let ignored = Ignored::of(ignored);
        let known = |at: usize| before.and_then(|before| before.clusters.get(at));
        let taken: Vec<Result<ClusterState, String>> = std::thread::scope(|scope| {
            let ignored = &ignored;
            let mut takers = Vec::with_capacity(clusters.len());
            for (at, named) in clusters.iter().enumerate() {
                let known = known(at);
                takers.push(scope.spawn(move || ClusterState::take(*named, ignored, known)));
            }
            takers
                .into_iter()
                .map(|taker| taker.join().expect("looking at a cluster does not panic"))
                .collect()
        });
        Ok(Self {
            clusters: taken.into_iter().collect::<Result<_, _>>()?,
        })
    }

    /// How many databases and tables it is the state of.
    pub(super) fn size(&self) -> (u64, u64) {
        let sizes = self.clusters.iter().map(ClusterState::size);
        sizes.fold((0, 0), |(databases, tables), (more, most)| {
            (databases + more, tables + most)
        })
    }

    /// Where the WAL of each cluster stood when it was taken.
    pub(super) fn positions(&self) -> Vec<&str> {
        self.clusters
            .iter()
            .map(|cluster| cluster.lsn.as_str())
            .collect()
    }

    /// What a relation of the cluster `at` is called, by the oids of its database and its own.
    pub(super) fn relation(&self, at: usize, database: &str, oid: &str) -> Option<String> {
        self.clusters.get(at)?.relation(database, oid)
    }

    /// What is otherwise in `after`.
    pub(super) fn difference(&self, after: &Self) -> Found {
        let pairs = self.clusters.iter().zip(&after.clusters);
        pairs.fold(Found::default(), |mut found, (before, after)| {
            before.compare(after, &mut found);
            found
        })
    }
}
