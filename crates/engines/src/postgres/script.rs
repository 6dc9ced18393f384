//! The statements of a work as they will be sent, and what forbids to send them. Does not send.

use std::borrow::Cow;
use std::ops::Range;

use stepmark_core::plan::{Body, Edit, Position};
use stepmark_sql::{Sent, Split, Statement, StatementKind, split};
use tokio_postgres::error::{DbError, ErrorPosition};

use super::sql_work::SqlText;

/// The statements of a work.
pub(crate) enum Script<'a> {
    /// Those of a fence.
    Fence {
        body: &'a Body,
        edits: &'a [Edit],
        split: Split,
    },
    /// Those that another step's query made.
    Made {
        statements: &'a [String],
        standard_conforming: bool,
    },
}

/// One statement, or several that are sent together.
pub(crate) struct ScriptItem<'a> {
    /// What is sent.
    pub(crate) sent: Sent<'a>,
    /// What each part of it is.
    pub(crate) kinds: Vec<StatementKind>,
    /// Where the inline data of a COPY stand in the fence.
    pub(crate) data: Option<Range<usize>>,
    /// Where it comes from.
    pub(crate) origin: Origin<'a>,
}

/// Where a statement comes from.
#[derive(Clone, Copy)]
pub(crate) enum Origin<'a> {
    /// A fence, from this byte on.
    Fence { body: &'a Body, start: usize },
    /// A list of statements made.
    Made {
        text: &'a str,
        /// Its number, from 1.
        number: usize,
        count: usize,
    },
}

impl<'a> Script<'a> {
    /// The statements of `text`; `standard_conforming` is as in [`split`].
    ///
    /// # Errors
    /// In words: what keeps a fence from being run statement by statement.
    pub(crate) fn of(text: &'a SqlText, standard_conforming: bool) -> Result<Self, String> {
        match text {
            SqlText::Fence { body, edits } => {
                let split = split(&body.text, standard_conforming);
                match unsplittable(&split, body).or_else(|| unsendable(edits, body)) {
                    Some(message) => Err(message),
                    None => Ok(Self::Fence { body, edits, split }),
                }
            }
            SqlText::Generated(statements) => Ok(Self::Made {
                statements,
                standard_conforming,
            }),
        }
    }

    /// How many statements it has.
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Fence { split, .. } => split.statements.len(),
            Self::Made { statements, .. } => statements.len(),
        }
    }

    /// The statement at `index`.
    pub(crate) fn item(&self, index: usize) -> ScriptItem<'_> {
        match self {
            Self::Fence { body, edits, split } => fence_item(body, edits, &split.statements[index]),
            Self::Made {
                statements,
                standard_conforming,
            } => {
                let text = &statements[index];
                let sent = Sent::whole(text, *standard_conforming);
                ScriptItem {
                    kinds: sent.kinds(),
                    sent,
                    data: None,
                    origin: Origin::Made {
                        text,
                        number: index + 1,
                        count: statements.len(),
                    },
                }
            }
        }
    }

    /// Whether what follows the statement at `index` would be split otherwise, now that `standard_conforming_strings` is
    /// `conforming` as no statement of the text told.
    pub(crate) fn is_misread_after(&self, index: usize, conforming: bool) -> bool {
        match self {
            Self::Fence { body, split, .. } => {
                let statement = &split.statements[index];
                statement.standard_conforming_after != conforming
                    && body.text[statement.range.end..].contains('\\')
            }
            Self::Made { .. } => false,
        }
    }

    /// What forbids to send it: statements that begin or end transactions where that is not theirs to do, and with
    /// `transaction` those that cannot run inside one.
    pub(crate) fn objection(&self, transaction: bool) -> Option<String> {
        let made = matches!(self, Self::Made { .. });
        if !made && !transaction {
            return None;
        }
        (0..self.len()).find_map(|index| {
            let item = self.item(index);
            let control = item.kinds.iter().copied().find_map(control_word);
            if let Some(word) = control {
                return Some(item.origin.no_control(word, transaction));
            }
            let refused = item.sent.cannot_run_in_transaction();
            let refused = refused.filter(|_| transaction)?;
            Some(item.origin.not_in_transaction(refused))
        })
    }
}

impl ScriptItem<'_> {
    /// Where it starts in the runbook.
    pub(crate) fn start(&self) -> Option<Position> {
        match self.origin {
            Origin::Fence { body, start } => body.position(start),
            Origin::Made { .. } => None,
        }
    }

    /// The text it is of, with its place in the runbook if it has one.
    pub(crate) fn body(&self) -> Cow<'_, Body> {
        match self.origin {
            Origin::Fence { body, .. } => Cow::Borrowed(body),
            Origin::Made { text, .. } => Cow::Owned(Body {
                text: text.to_owned(),
                lines: Vec::new(),
                masked: None,
                file: None,
            }),
        }
    }

    /// The byte of that text at which the server points.
    pub(crate) fn pointed(&self, error: &DbError) -> Option<usize> {
        match error.position() {
            Some(ErrorPosition::Original(position)) => {
                let position = usize::try_from(*position).ok()?;
                self.sent.source_of_position(position)
            }
            Some(ErrorPosition::Internal { .. }) | None => None,
        }
    }
}

fn fence_item<'a>(body: &'a Body, edits: &[Edit], statement: &Statement) -> ScriptItem<'a> {
    let source = &body.text;
    let from = |offset: usize| edits.partition_point(|edit| edit.range.start < offset);
    let edits = &edits[from(statement.range.start)..from(statement.range.end)];
    let sent = statement.sent_with(
        source,
        edits
            .iter()
            .map(|edit| (edit.range.clone(), edit.text.as_str())),
    );
    ScriptItem {
        kinds: match edits {
            [] => statement.kinds(source),
            _ => sent.kinds(),
        },
        sent,
        data: statement.copy_data.clone(),
        origin: Origin::Fence {
            body,
            start: statement.range.start,
        },
    }
}

impl Origin<'_> {
    fn no_control(self, word: &str, transaction: bool) -> String {
        match self {
            Self::Fence { .. } => format!(
                "{}: {word} cannot stand in a step with `transaction`, which is one transaction by itself; remove it",
                self.place()
            ),
            Self::Made { .. } => format!(
                "{} holds {word}, and statements that are made may not begin or end transactions{}; nothing was run",
                self.place(),
                match transaction {
                    true => "",
                    false => ": add `transaction` to the step to run them all in one",
                }
            ),
        }
    }

    fn not_in_transaction(self, name: &str) -> String {
        match self {
            Self::Fence { .. } => format!(
                "{}: {name} cannot run in a transaction; remove `transaction` from the step, or give the statement a step of its own",
                self.place()
            ),
            Self::Made { .. } => format!(
                "{} holds {name}, which cannot run in a transaction; remove `transaction` from the step; nothing was run",
                self.place()
            ),
        }
    }

    /// `line 103`, `statement 2 of 5 that were made`.
    fn place(self) -> String {
        match self {
            Self::Fence { body, start } => body
                .line_words(start)
                .unwrap_or_else(|| format!("byte {start} of the text")),
            Self::Made { number, count, .. } => {
                format!("statement {number} of {count} that were made")
            }
        }
    }
}

/// What keeps the text from being run statement by statement.
fn unsplittable(split: &Split, body: &Body) -> Option<String> {
    let problem = split.problems.first()?;
    Some(format!(
        "{}: {}; {}",
        character(problem.range.start, body),
        problem.kind,
        problem.kind.hint()
    ))
}

/// A value that PostgreSQL cannot be sent; the value itself is not told.
fn unsendable(edits: &[Edit], body: &Body) -> Option<String> {
    let edit = edits.iter().find(|edit| edit.text.contains('\0'))?;
    Some(format!(
        "{}: the value that belongs there holds a NUL character, which PostgreSQL cannot receive; give another",
        character(edit.range.start, body)
    ))
}

fn character(offset: usize, body: &Body) -> String {
    match body.position(offset) {
        Some(position) => match &body.file {
            Some(file) => format!(
                "line {}, column {} of {file}",
                position.line, position.column
            ),
            None => format!("line {}, column {}", position.line, position.column),
        },
        None => format!("byte {offset} of the text"),
    }
}

/// The word for a statement that begins or ends a transaction; COMMIT PREPARED and ROLLBACK PREPARED concern others'.
fn control_word(kind: StatementKind) -> Option<&'static str> {
    match kind {
        StatementKind::Begin => Some("BEGIN"),
        StatementKind::Commit => Some("COMMIT"),
        StatementKind::CommitAndChain => Some("COMMIT AND CHAIN"),
        StatementKind::Rollback => Some("ROLLBACK"),
        StatementKind::RollbackAndChain => Some("ROLLBACK AND CHAIN"),
        StatementKind::PrepareTransaction => Some("PREPARE TRANSACTION"),
        StatementKind::RollbackToSavepoint
        | StatementKind::Savepoint
        | StatementKind::ReleaseSavepoint
        | StatementKind::CommitPrepared
        | StatementKind::RollbackPrepared
        | StatementKind::CopyFromStdin
        | StatementKind::CopyToStdout
        | StatementKind::Query
        | StatementKind::Modify
        | StatementKind::Procedure
        | StatementKind::Define
        | StatementKind::Session
        | StatementKind::Maintain
        | StatementKind::Other => None,
    }
}
