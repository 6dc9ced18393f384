//! What a rehearsal starts instead of the real servers.

use super::Span;
use crate::ConnectionName;

/// What a rehearsal starts instead of the real servers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RehearsalSpec {
    /// The clusters, by the connection each stands for.
    pub clusters: Vec<RehearsalCluster>,
    /// `ignore:`: tables that an undo keeps on purpose.
    pub ignore: Vec<String>,
}

/// A throwaway cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RehearsalCluster {
    /// The connection it stands for.
    pub connection: ConnectionName,
    /// `setup:`: a SQL file, by path relative to the runbook.
    pub setup: Option<String>,
    /// `settings:` of the server, in order.
    pub settings: Vec<(String, String)>,
    /// Where it is declared.
    pub span: Span,
}
