//! One thing that was looked at, and what came of it. Does not look.

use std::fmt;

use crate::Place;

/// A claim about a run directory and how far it is proven.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// What the claim is about.
    pub subject: Subject,
    /// What came of it.
    pub proof: Proof,
}

/// What a claim is about. `Display` gives the claim in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// Every record carries its hash, follows the one before, and has its number.
    Chain,
    /// The journal ends with a record.
    Tail,
    /// The run's end is on record.
    End,
    /// The file `head` agrees with the chain.
    Head,
    /// `runbook.md` is what was run.
    Runbook,
    /// Outputs are what was recorded.
    Outputs,
    /// `outputs/` holds nothing else.
    StrayOutputs,
    /// The run before is there as it was, or was pruned on record.
    Previous,
    /// The run after links to a record that is here.
    Next,
    /// `report.md` is what the records say.
    Report,
    /// The head is signed.
    Signature,
    /// Nobody rewrote the whole directory.
    Whole,
}

/// What came of a check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proof {
    /// It is so.
    Held {
        /// How, where that is worth saying; else empty.
        how: String,
    },
    /// It is not so.
    Broken {
        /// Where: a file, a record, a line, a byte.
        place: Place,
        /// What is wrong there.
        what: String,
    },
    /// Neither can be shown from what is there.
    Unproven {
        /// Why not.
        why: String,
    },
}

impl Check {
    pub(crate) fn held(subject: Subject) -> Self {
        Self::held_by(subject, "")
    }

    pub(crate) fn held_by(subject: Subject, how: impl Into<String>) -> Self {
        Self {
            subject,
            proof: Proof::Held { how: how.into() },
        }
    }

    pub(crate) fn broken(subject: Subject, place: Place, what: impl Into<String>) -> Self {
        Self {
            subject,
            proof: Proof::Broken {
                place,
                what: what.into(),
            },
        }
    }

    pub(crate) fn unproven(subject: Subject, why: impl Into<String>) -> Self {
        Self {
            subject,
            proof: Proof::Unproven { why: why.into() },
        }
    }
}

impl Subject {
    /// One word for programs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Chain => "chain",
            Self::Tail => "tail",
            Self::End => "end",
            Self::Head => "head",
            Self::Runbook => "runbook",
            Self::Outputs => "outputs",
            Self::StrayOutputs => "stray_outputs",
            Self::Previous => "previous",
            Self::Next => "next",
            Self::Report => "report",
            Self::Signature => "signature",
            Self::Whole => "whole",
        }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Chain => "records are numbered and chained without a gap",
            Self::Tail => "the journal ends with a record",
            Self::End => "the run's end is on record",
            Self::Head => "the head agrees with the records",
            Self::Runbook => "runbook.md is what was run",
            Self::Outputs => "outputs are what was recorded",
            Self::StrayOutputs => "no other output is there",
            Self::Previous => "the run before is as this one found it, or was pruned on record",
            Self::Next => "the run after follows from a record that is here",
            Self::Report => "report.md is what the records say",
            Self::Signature => "the head is signed",
            Self::Whole => "nobody rewrote the whole directory",
        })
    }
}
