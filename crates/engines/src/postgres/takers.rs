//! Those who take something from the results of a work as they go by: the judge, the captor, and what is kept of the
//! last result. They do not decide what follows.

use stepmark_core::plan::{Captured, CapturedValue, Expectation, Finding, Judge, RowCaptor};

use super::comparison::Comparison;
use super::kept_rows::KeptRows;
use super::made_statements::MadeStatements;
use super::sql_work::SqlWork;

/// All who take from results.
#[derive(Default)]
pub(crate) struct Takers {
    judge: Option<Judge>,
    captor: Option<RowCaptor>,
    keeps_rows: bool,
    /// The rows of the last result; none while there was no result, or they are not kept.
    rows: Option<KeptRows>,
    made: Option<MadeStatements>,
    /// A value of the last result was not UTF-8, or too large, and is not what the server has.
    unreadable: bool,
}

/// What was taken from a work that ran to its end.
pub(crate) struct Taken {
    /// What the expectation saw.
    pub(crate) finding: Option<Finding>,
    /// The rows that differ from another step's, a line each.
    pub(crate) differing: String,
    /// The captured values.
    pub(crate) captured: Option<Captured>,
    /// The rows of the last result.
    pub(crate) rows: Option<KeptRows>,
    /// The statements made, or why they are not taken.
    pub(crate) made: Option<Result<Vec<String>, String>>,
}

impl Takers {
    /// Those that `work` asks for.
    pub(crate) fn of(work: &SqlWork) -> Self {
        let compares = matches!(work.expectation, Some(Expectation::SameAs(_)));
        let judged = work.expectation.as_ref().filter(|_| !compares);
        Self {
            judge: judged.map(Judge::new),
            captor: (work.captures > 0).then(|| RowCaptor::new(work.captures)),
            keeps_rows: work.keep_rows || compares,
            rows: None,
            made: work.generates.then(MadeStatements::default),
            unreadable: false,
        }
    }

    /// One that only keeps rows.
    pub(crate) fn keeping_rows() -> Self {
        Self {
            keeps_rows: true,
            ..Self::default()
        }
    }

    /// The rows of the last result, if they are kept and there was one.
    pub(crate) fn into_rows(self) -> Option<KeptRows> {
        self.rows
    }

    /// A new result begins; what was taken of the one before is forgotten.
    pub(crate) fn result_begins(&mut self, columns: usize) {
        if let Some(judge) = &mut self.judge {
            judge.result_begins();
        }
        if let Some(captor) = &mut self.captor {
            captor.result_begins();
        }
        if self.keeps_rows {
            self.rows = Some(KeptRows::new(columns));
        }
        if let Some(made) = &mut self.made {
            *made = MadeStatements::default();
        }
        self.unreadable = false;
    }

    /// A row of the current result; `unreadable` says that a cell only stands for a value that is not UTF-8, or too large.
    pub(crate) fn row(&mut self, cells: &[Option<&str>], unreadable: bool) {
        self.unreadable |= unreadable;
        if let Some(judge) = &mut self.judge {
            judge.row(cells);
        }
        if let Some(captor) = &mut self.captor {
            captor.row(cells);
        }
        if let Some(rows) = &mut self.rows {
            rows.push(cells);
            if unreadable {
                rows.note_unreadable();
            }
        }
        if let Some(made) = &mut self.made {
            made.push(cells);
        }
    }

    /// What they have, once the work ran to its end.
    pub(crate) fn finish(self, work: &SqlWork) -> Taken {
        let unreadable = self.unreadable;
        let not_utf8 = |what: &str| {
            format!(
                "a value of the last result is not valid UTF-8, or too large, and cannot be {what}"
            )
        };
        let captured = self.captor.map(|captor| match unreadable {
            true => Err(not_utf8("captured")),
            false => captor
                .values()
                .map(|values| values.into_iter().map(CapturedValue::Plain).collect()),
        });
        let made = self.made.map(|made| match unreadable {
            true => Err(not_utf8("a statement")),
            false => made.into_list(),
        });
        let (finding, differing) = match (&work.expectation, self.judge) {
            (Some(Expectation::SameAs(_)), _) => {
                let compared = Comparison::of(self.rows.as_ref(), work.same_as.as_deref());
                (Some(compared.finding), compared.listed)
            }
            (_, judge) => (judge.map(|judge| judge.finding()), String::new()),
        };
        Taken {
            finding,
            differing,
            captured,
            rows: self.rows.filter(|_| work.keep_rows),
            made,
        }
    }
}
