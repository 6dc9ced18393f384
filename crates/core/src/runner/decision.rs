//! What `decide` answers.

use super::{Effect, Refusal};
use crate::record::Event;

/// What follows from an input: events to record, then effects to perform, or a refusal.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Decision {
    /// To be recorded, synced once, applied and published, in this order.
    pub events: Vec<Event>,
    /// To be performed after that, in this order.
    pub effects: Vec<Effect>,
    /// Why a command was not carried out.
    pub refusal: Option<Refusal>,
}

impl Decision {
    pub(super) fn none() -> Self {
        Self::default()
    }

    pub(super) fn refuse(refusal: Refusal) -> Self {
        Self {
            refusal: Some(refusal),
            ..Self::default()
        }
    }

    pub(super) fn effect(effect: Effect) -> Self {
        Self {
            effects: vec![effect],
            ..Self::default()
        }
    }

    pub(super) fn event(event: Event) -> Self {
        Self {
            events: vec![event],
            ..Self::default()
        }
    }
}
