//! What a script's own statements make of `standard_conforming_strings`, as far as its text tells. A function that
//! changes the setting, and ROLLBACK TO SAVEPOINT, are not foreseen.

use crate::StatementKind;
use crate::piece::Piece;

/// The setting after the statements so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Foreseen {
    now: bool,
    /// What RESET makes it: what it was when the script started.
    reset: bool,
    /// What ROLLBACK makes it, inside a transaction.
    at_begin: Option<bool>,
    /// What COMMIT makes it, after a SET LOCAL.
    outside: Option<bool>,
}

impl Foreseen {
    pub(crate) fn starting(conforming: bool) -> Self {
        Self {
            now: conforming,
            reset: conforming,
            at_begin: None,
            outside: None,
        }
    }

    pub(crate) fn now(self) -> bool {
        self.now
    }

    /// Whether a part of this kind can change it.
    pub(crate) fn concerns(kind: StatementKind) -> bool {
        kind == StatementKind::Session || kind.is_transaction_control()
    }

    /// Takes in a part of a statement.
    pub(crate) fn take(&mut self, kind: StatementKind, piece: &Piece<'_>) {
        match kind {
            StatementKind::Begin => self.at_begin = self.at_begin.or(Some(self.now)),
            StatementKind::Commit | StatementKind::PrepareTransaction => self.ended(None),
            StatementKind::Rollback => self.ended(self.at_begin),
            StatementKind::CommitAndChain => {
                self.ended(None);
                self.at_begin = Some(self.now);
            }
            StatementKind::RollbackAndChain => {
                self.ended(self.at_begin);
                self.at_begin = Some(self.now);
            }
            StatementKind::Session => self.session(piece),
            _ => {}
        }
    }

    fn ended(&mut self, value: Option<bool>) {
        self.now = value.or(self.outside).unwrap_or(self.now);
        (self.at_begin, self.outside) = (None, None);
    }

    fn session(&mut self, piece: &Piece<'_>) {
        if piece.starts(&["reset", "all"]) || piece.starts(&["discard", "all"]) {
            return self.set(self.reset);
        }
        let local = piece.is(1, "local");
        let named = usize::from(local || piece.is(1, "session")) + 1;
        let name = piece.get(named);
        let is_name = |text: &str| {
            let bare = text.trim_matches('"');
            bare.eq_ignore_ascii_case("standard_conforming_strings")
        };
        if !name.is_some_and(|name| is_name(name.text)) {
            return;
        }
        if piece.is(0, "reset") {
            return self.set(self.reset);
        }
        let value = piece.get(named + 2).filter(|_| piece.is(0, "set"));
        let Some(value) = value.and_then(|value| self.value(value.text)) else {
            return;
        };
        match (local, self.at_begin) {
            (false, _) => self.set(value),
            (true, Some(_)) => {
                self.outside = self.outside.or(Some(self.now));
                self.now = value;
            }
            // Outside a transaction SET LOCAL does nothing.
            (true, None) => {}
        }
    }

    fn set(&mut self, value: bool) {
        self.now = value;
        self.outside = None;
    }

    /// A boolean as PostgreSQL reads one: any beginning of a word that can be no other.
    fn value(self, text: &str) -> Option<bool> {
        let bare = text.trim_matches('\'').to_ascii_lowercase();
        let begins = |word: &str, least: usize| bare.len() >= least && word.starts_with(&bare);
        if bare == "default" {
            Some(self.reset)
        } else if begins("true", 1) || begins("yes", 1) || bare == "on" || bare == "1" {
            Some(true)
        } else if begins("false", 1) || begins("no", 1) || begins("off", 2) || bare == "0" {
            Some(false)
        } else {
            None
        }
    }
}
