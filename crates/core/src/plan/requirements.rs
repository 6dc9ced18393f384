//! What a runbook needs before its first step.

use super::Span;

/// What a runbook needs before its first step.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Requirements {
    /// `postgres:`: what every server's version must satisfy, all of it.
    pub postgres: Vec<VersionBound>,
    /// Where `postgres:` is written, if it is.
    pub postgres_span: Option<Span>,
    /// `tools:`: programs that must be in `PATH`, with the place each is named.
    pub tools: Vec<(String, Span)>,
}

/// A bound on a server's version; a version without minor is `major.0` for lower bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VersionBound {
    /// How it is compared.
    pub comparison: Comparison,
    /// Major version.
    pub major: u32,
    /// Minor version, where one is given.
    pub minor: Option<u32>,
}

/// How a version is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// `>=`
    AtLeast,
    /// `>`
    Above,
    /// `<=`
    AtMost,
    /// `<`
    Below,
    /// `=` or nothing
    Exactly,
}

impl VersionBound {
    /// Whether `major.minor` satisfies it. Where the bound names no minor version only the major one counts.
    pub fn allows(self, major: u32, minor: u32) -> bool {
        let (is, bound) = match self.minor {
            Some(bound) => ((major, minor), (self.major, bound)),
            None => ((major, 0), (self.major, 0)),
        };
        match self.comparison {
            Comparison::AtLeast => is >= bound,
            Comparison::Above => is > bound,
            Comparison::AtMost => is <= bound,
            Comparison::Below => is < bound,
            Comparison::Exactly => is == bound,
        }
    }
}
