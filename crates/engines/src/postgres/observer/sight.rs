//! What was last said of the work under way. Looks at nothing itself.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use crate::postgres::session_event::{Observed, SessionEvent};

/// What an observer says: of a work only while it is under way, and only what is new.
pub(super) struct Sight {
    events: Rc<dyn Fn(SessionEvent)>,
    is_open: Cell<bool>,
    last: RefCell<Observed>,
    was_blind: Cell<bool>,
}

impl Sight {
    pub(super) fn new(events: Rc<dyn Fn(SessionEvent)>) -> Self {
        Self {
            events,
            is_open: Cell::new(false),
            last: RefCell::default(),
            was_blind: Cell::new(false),
        }
    }

    /// A work begins.
    pub(super) fn open(&self) {
        self.is_open.set(true);
    }

    /// Whether a work is under way.
    pub(super) fn is_open(&self) -> bool {
        self.is_open.get()
    }

    /// Says `observed` if it is new and of the work under way.
    pub(super) fn say(&self, observed: Observed) {
        if !self.is_open.get() || *self.last.borrow() == observed {
            return;
        }
        (self.events)(SessionEvent::Watched(Box::new(observed.clone())));
        self.last.replace(observed);
    }

    /// The work is over, and with it all that was said of it.
    pub(super) fn close(&self) {
        self.say(Observed::default());
        self.is_open.set(false);
    }

    /// The work is over, and what was said stays until another begins.
    pub(super) fn keep(&self) {
        self.is_open.set(false);
    }

    /// Says once why nothing can be seen.
    pub(super) fn blind(&self, message: String) {
        if !self.was_blind.replace(true) {
            (self.events)(SessionEvent::Blind { message });
        }
    }
}
