//! One step of a plan.

use std::sync::Arc;
use std::time::Duration;

use super::{
    Attribute, Body, Confirm, Expectation, Generated, ShellTerms, Slot, Span, SqlTerms, StepFlow,
    StepKind,
};
use crate::{ConnectionName, Digest, StepId, StepIndex};

/// Where a step's id came from; only named ids are stable under edits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdOrigin {
    /// `name=` on the fence or task.
    Named,
    /// A slug of the heading or task text.
    Derived,
}

/// The part a step plays in the flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Runs in its turn.
    Main,
    /// Undoes that step; never in the main flow.
    RollbackOf(StepIndex),
    /// Tells whether the effect of that step is there; never in the main flow.
    ProbeOf(StepIndex),
}

/// A fence or task that runs.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// Its id, unique in the plan.
    pub id: StepId,
    /// Whether the id was given or derived.
    pub id_origin: IdOrigin,
    /// The nearest heading's text, or the task's.
    pub title: String,
    /// The headings it stands under, outermost first, as indices into the document's blocks.
    pub headings: Vec<usize>,
    /// What does its work.
    pub kind: StepKind,
    /// Main flow, or attached to another step.
    pub role: Role,
    /// What is executed; for a manual step, what the person is asked to do.
    pub body: Arc<Body>,
    /// SHA-256 of kind, connection and text: the same digest means the same work.
    pub digest: Digest,
    /// The connection it works on; always there for SQL, optional for a shell.
    pub connection: Option<ConnectionName>,
    /// The steps that must be satisfied before it starts.
    pub needs: Vec<StepIndex>,
    /// Cannot be skipped.
    pub required: bool,
    /// Asked before it starts.
    pub confirm: Option<Confirm>,
    /// Cancelled after this long.
    pub timeout: Option<Duration>,
    /// What its result must be; none for a step that only has to end without error.
    pub expectation: Option<Expectation>,
    /// When it runs, how often, and what it leaves to later ones.
    pub flow: StepFlow,
    /// How it is run, if it is SQL.
    pub sql: SqlTerms,
    /// How it is run, if it is a shell step.
    pub shell: ShellTerms,
    /// Where variables stand in its text, in order; empty for anything but SQL.
    pub slots: Vec<Slot>,
    /// Every attribute as written.
    pub attributes: Vec<Attribute>,
    /// The fence or task item in the source, fence lines included.
    pub span: Span,
}

/// What stands in the place of the rest of a step that a rehearsal breaks off.
const BREAKS_OFF: &str = "\nDO $rehearsal$ BEGIN RAISE EXCEPTION 'stopped half-way by the rehearsal'; END $rehearsal$;\n";

impl Step {
    /// Whether it runs in its turn.
    pub fn is_main(&self) -> bool {
        self.role == Role::Main
    }

    /// The same step with only the first `at` bytes of its text, and a statement behind them that fails. Only for SQL.
    #[must_use]
    pub fn broken_off(&self, at: usize) -> Self {
        let mut at = at.min(self.body.text.len());
        while !self.body.text.is_char_boundary(at) {
            at -= 1;
        }
        let mut body = (*self.body).clone();
        body.text.truncate(at);
        body.text.push_str(BREAKS_OFF);
        body.masked = None;
        let slots = self.slots.iter().filter(|slot| slot.range.end <= at);
        Self {
            slots: slots.cloned().collect(),
            body: Arc::new(body),
            ..self.clone()
        }
    }

    /// Whether it may start again after an attempt of which nobody knows what it did: it says so, or all it does is look.
    pub fn is_repeatable(&self) -> bool {
        self.why_repeatable().is_some()
    }

    /// Why it may start again after such an attempt, in words; none where it may not.
    pub fn why_repeatable(&self) -> Option<&'static str> {
        let looks = self.expectation.is_some() || self.flow.wait.is_some();
        let changes_nothing = self.kind != StepKind::Sql || self.sql.asks_only;
        match self.flow.idempotent {
            true => Some("it is idempotent"),
            false => (looks && changes_nothing).then_some("it only looks"),
        }
    }

    /// The line of its file, from 1, on which it begins: that of its fence, or of its task.
    pub fn line(&self) -> Option<u32> {
        let first = self.body.first_line()?;
        Some(match self.kind {
            StepKind::Manual => first,
            StepKind::Sql | StepKind::Shell(_) => first.saturating_sub(1).max(1),
        })
    }

    /// The connection that statements it makes run on, if it makes some.
    pub fn made_for(&self) -> Option<&ConnectionName> {
        match self.sql.generated.as_ref()? {
            Generated::Here => self.connection.as_ref(),
            Generated::On(name) => Some(name),
        }
    }

    /// The connection its work ends on: that of the statements it makes, else its own.
    pub fn ends_on(&self) -> Option<&ConnectionName> {
        self.made_for().or(self.connection.as_ref())
    }

    /// The digest of a step with this kind, connection and text, and the program that reads the text where one is named.
    pub fn digest_of(
        kind: StepKind,
        connection: Option<&ConnectionName>,
        program: &[String],
        text: &str,
    ) -> Digest {
        let mut digest = Digest::stream();
        let connection = connection.map_or("", ConnectionName::as_str);
        let parts = [kind.word(), connection, text].into_iter();
        for part in parts.chain(program.iter().map(String::as_str)) {
            digest.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            digest.update(part.as_bytes());
        }
        digest.finish()
    }
}
