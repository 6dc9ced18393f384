//! What the statements of a fence make and take away, and a fence that does both: a migration's way there and its way
//! back, which run one after the other. Does not know which steps undo others.

use std::collections::HashMap;

use stepmark_core::plan::Span;
use stepmark_sql::{ChangeKind, Object, Split, Statement, StatementKind};

use crate::body_text::BodyText;
use crate::diagnostics::Diagnostics;
use crate::sql_facts::PlacedChange;
use crate::{Code, Diagnostic};

/// Comments that say, all by themselves on a line, that what follows is the way back.
const DOWN: [&str; 10] = [
    "down",
    "migrate:down",
    "goose down",
    "migrate down",
    "down migration",
    "migration down",
    "rollback",
    "revert",
    "undo",
    "@undo",
];

/// The changes of the statements in `body`, each with its place in the source.
pub(crate) fn read(body: &BodyText, split: &Split) -> Vec<PlacedChange> {
    let text = body.text();
    let mut placed = Vec::new();
    for statement in split.statements.iter().filter(|one| changes_objects(one)) {
        let changes = statement.changes(text);
        if !changes.is_empty() {
            let span = body.source_span(&statement.range);
            placed.extend(changes.into_iter().map(|change| PlacedChange {
                change,
                span: span.clone(),
            }));
        }
    }
    placed
}

/// Reports what takes back, in the same fence, what stands before it.
pub(crate) fn check(
    body: &BodyText,
    split: &Split,
    changes: &[PlacedChange],
    diagnostics: &mut Diagnostics<'_>,
) {
    let found = down_comment(body, split)
        .map(|span| {
            let message =
                "what follows this comment runs as well, right after what stands before it";
            Diagnostic::warning(Code::UpAndDown, span, message)
        })
        .or_else(|| taken_back(body, split, changes));
    if let Some(diagnostic) = found {
        diagnostics.report(diagnostic.with_help(
            "give this step a `name=`, and put the way back into a fence of its own with `rollback=` and that name",
        ));
    }
}

fn changes_objects(statement: &Statement) -> bool {
    let joined = statement.parts > 1;
    joined
        || matches!(
            statement.kind,
            StatementKind::Define | StatementKind::Modify
        )
}

/// A comment between two statements that calls the second one the way back; a plain ROLLBACK is one, and no harm.
fn down_comment(body: &BodyText, split: &Split) -> Option<Span> {
    let text = body.text();
    split.statements.iter().skip(1).find_map(|statement| {
        if statement.kind.is_transaction_control() {
            return None;
        }
        let mut at = statement.extent.start;
        let comments = &text[at..statement.range.start];
        comments.split_inclusive('\n').find_map(|line| {
            let start = at;
            at += line.len();
            let starts_line = text[..start].trim_end_matches([' ', '\t']).ends_with('\n');
            let comment = line.trim();
            let words = comment
                .strip_prefix("--")?
                .trim_start_matches(['-', '+', ' ']);
            let words = words
                .trim_end_matches(['-', ':', '.', ' '])
                .to_ascii_lowercase();
            let place = start + (line.len() - line.trim_start().len());
            (starts_line && DOWN.contains(&words.as_str()))
                .then(|| body.source_span(&(place..place + comment.len())))
        })
    })
}

/// An object that is made and then dropped, with nothing between that could have used it.
fn taken_back(body: &BodyText, split: &Split, changes: &[PlacedChange]) -> Option<Diagnostic> {
    let takes = |placed: &PlacedChange| {
        matches!(
            placed.change.kind,
            ChangeKind::Dropped | ChangeKind::DroppedIfThere
        )
    };
    if !changes.iter().any(takes) {
        return None;
    }
    let mut made: HashMap<&Object, &Span> = HashMap::new();
    let mut changes = changes.iter().peekable();
    for statement in &split.statements {
        let span = body.source_span(&statement.range);
        if uses_data(statement.kind) && !made.is_empty() {
            made = HashMap::new();
        }
        while let Some(placed) = changes.next_if(|placed| placed.span == span) {
            let object = &placed.change.object;
            match placed.change.kind {
                ChangeKind::Made => {
                    made.insert(object, &placed.span);
                }
                ChangeKind::Dropped | ChangeKind::DroppedIfThere => {
                    if let Some(&first) = made.get(object).filter(|&&first| *first != placed.span) {
                        let message = format!("this takes `{}` away again", object.name);
                        return Some(
                            Diagnostic::warning(Code::UpAndDown, placed.span.clone(), message)
                                .with_related(first.clone(), "made here"),
                        );
                    }
                }
                ChangeKind::MadeForUse
                | ChangeKind::Truncated
                | ChangeKind::Deleted
                | ChangeKind::Overwritten => {}
            }
        }
    }
    None
}

/// Whether a statement may have used what was made before it.
fn uses_data(kind: StatementKind) -> bool {
    use StatementKind::{CopyFromStdin, CopyToStdout, Modify, Other, Procedure, Query};
    matches!(
        kind,
        Query | Modify | Procedure | CopyFromStdin | CopyToStdout | Other
    )
}
