//! What a rehearsal is, and what it found: parts of the first record, of a comparison and of the conclusion.

use serde::{Deserialize, Serialize};

use crate::{ConnectionName, RunId, StepId};

/// Differences beyond so many are counted and not listed.
pub const DIFFERENCES_MAX: usize = 40;

/// That a run is a rehearsal, and on what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rehearsal {
    /// How far this run of it goes.
    pub part: RehearsalPart,
    /// Whether each step with an undo is also broken off half-way, undone and run again on its own.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub every_step: bool,
    /// The run before the point of no return that this one goes on from; none in that run itself.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub after: Option<RunId>,
    /// The throwaway clusters.
    pub clusters: Vec<RehearsedOn>,
}

/// How far a run of a rehearsal goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RehearsalPart {
    /// Up to the first `no-return`, then all of it is undone.
    UpToNoReturn,
    /// To the end.
    ToTheEnd,
}

/// A throwaway cluster of a rehearsal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RehearsedOn {
    /// The connections that lead there.
    pub connections: Vec<ConnectionName>,
    /// The version of its programs, as `15.18`.
    pub version: String,
    /// The SQL file it was set up with.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub setup: Option<String>,
    /// Where its schema was copied from, without a password.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub schema_from: Option<String>,
}

/// Why a rehearsal does not run a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotRehearsed {
    /// It touches the outside world.
    Live,
    /// It wants the terminal, and a person there.
    Interactive,
    /// A person does it; the rehearsal only says that it was done.
    Manual,
}

/// Two states of the clusters, side by side.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comparison {
    /// The steps that should have been undone between the two, newest first.
    pub undone: Vec<StepId>,
    /// How the step had been broken off, if it was not run whole.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub half_way: Option<HalfWay>,
    /// How many databases were compared.
    pub databases: u64,
    /// How many tables' rows were compared.
    pub tables: u64,
    /// What is not as it was, the first [`DIFFERENCES_MAX`].
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub differences: Vec<Difference>,
    /// How many more there are.
    #[serde(skip_serializing_if = "is_zero", default)]
    pub more: u64,
    /// What is not as it was and cannot be undone: sequences that went on.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub notes: Vec<String>,
}

/// Something that is not as it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// Whose cluster, database and object.
    pub place: String,
    /// What became of it, in words.
    pub what: String,
    /// The lines that differ, `-` before what was and `+` before what is.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub lines: Vec<String>,
    /// The step that left it; several where it can only have been one of them, none where nobody knows.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub left_by: Vec<StepId>,
}

/// How a step was broken off on purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "how", rename_all = "snake_case")]
pub enum HalfWay {
    /// A statement that fails stood in the place of what came after the first few.
    Stopped {
        /// How many statements ran before.
        after: u32,
        /// How many it has.
        of: u32,
    },
    /// It was cancelled.
    Cancelled {
        /// After so many microseconds.
        after_us: u64,
        /// It had taken so many when it ran whole.
        of_us: u64,
    },
}

/// What a rehearsal comes to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conclusion {
    /// Whether everything that was to be shown was shown.
    pub holds: bool,
    /// Why it does not hold, or what was not shown, a line each.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub because: Vec<String>,
    /// What was found of each step of the main flow, in order.
    pub steps: Vec<RehearsedStep>,
}

/// What a rehearsal found of one step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RehearsedStep {
    /// The step.
    pub step: StepId,
    /// How long it took when it last succeeded, in microseconds.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub duration_us: Option<u64>,
    /// The tables that it locked against everybody, reads too.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub locked: Vec<String>,
    /// Whether its undo was proven.
    #[serde(flatten)]
    pub undo: UndoProof,
}

/// Whether a step's undo was proven, or why not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "undo", rename_all = "snake_case")]
pub enum UndoProof {
    /// It ran, and everything was as before the step.
    Proven {
        /// The same after the step had been broken off, where that was tried.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        half_way: Option<HalfWay>,
        /// Why that was not tried, where it should have been.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        whole_only: Option<String>,
        /// What it left, and the undo of an earlier step took away.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        taken_away: Option<String>,
    },
    /// It did not bring back what was there.
    Broken {
        /// What is wrong.
        why: String,
    },
    /// The step only looks: a check, or SQL that reads.
    NotNeeded,
    /// The step has none.
    NotDeclared,
    /// The step, or its undo, was not run.
    NotRun {
        /// Why.
        why: NotRehearsed,
    },
    /// The step is the point of no return, or comes after it.
    AfterNoReturn,
    /// It has one, and the rehearsal ended before, or the step was passed over.
    NotReached,
}

impl RehearsalPart {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::UpToNoReturn => "up to the point of no return, and back",
            Self::ToTheEnd => "to the end",
        }
    }
}

impl NotRehearsed {
    /// In words, after "not rehearsed:".
    pub fn words(self) -> &'static str {
        match self {
            Self::Live => "live, it touches the outside world",
            Self::Interactive => "it wants a person at the terminal",
            Self::Manual => "a person does it",
        }
    }
}

impl HalfWay {
    /// In words.
    pub fn words(self) -> String {
        let duration = |us| crate::report::duration(std::time::Duration::from_micros(us));
        match self {
            Self::Stopped { after: 0, .. } => "stopped before its first statement".to_owned(),
            Self::Stopped { after, of } => format!("stopped after {after} of {of} statements"),
            Self::Cancelled { after_us, of_us } => {
                format!(
                    "cancelled after {} of {}",
                    duration(after_us),
                    duration(of_us)
                )
            }
        }
    }
}

impl Comparison {
    /// Whether everything is as it was.
    pub fn is_same(&self) -> bool {
        self.differences.is_empty() && self.more == 0
    }
}

impl UndoProof {
    /// In words.
    pub fn words(&self) -> String {
        match self {
            Self::Proven {
                half_way: Some(half_way),
                ..
            } => format!("proven, also {}", half_way.words()),
            Self::Proven {
                whole_only: Some(why),
                ..
            } => format!("proven, whole only: {why}"),
            Self::Proven {
                taken_away: Some(_),
                ..
            } => "proven together with the undo of an earlier step".to_owned(),
            Self::Proven { .. } => "proven".to_owned(),
            Self::Broken { why } => format!("NOT PROVEN: {why}"),
            Self::NotNeeded => "only looks".to_owned(),
            Self::NotDeclared => "none declared".to_owned(),
            Self::NotRun { why } => format!("not rehearsed: {}", why.words()),
            Self::AfterNoReturn => "after the point of no return".to_owned(),
            Self::NotReached => "not reached".to_owned(),
        }
    }

    /// Whether the step declares an undo that a rehearsal should prove.
    pub fn is_due(&self) -> bool {
        match self {
            Self::Proven { .. } | Self::Broken { .. } | Self::NotReached => true,
            Self::NotNeeded | Self::NotDeclared | Self::NotRun { .. } | Self::AfterNoReturn => {
                false
            }
        }
    }
}

impl Conclusion {
    /// Of how many steps the undo was proven, and how many declare one that could be.
    pub fn tally(&self) -> (usize, usize) {
        let due = self.steps.iter().filter(|step| step.undo.is_due());
        due.fold((0, 0), |(proven, all), step| {
            let is_proven = matches!(step.undo, UndoProof::Proven { .. });
            (proven + usize::from(is_proven), all + 1)
        })
    }

    /// It in a few words: `holds, undo proven for 5 of 5`.
    pub fn words(&self) -> String {
        let verdict = match self.holds {
            true => "holds",
            false => "DOES NOT HOLD",
        };
        match self.tally() {
            (_, 0) => format!("{verdict}, no undo to prove"),
            (proven, all) => format!("{verdict}, undo proven for {proven} of {all}"),
        }
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde calls it with a reference"
)]
fn is_zero(number: &u64) -> bool {
    *number == 0
}
