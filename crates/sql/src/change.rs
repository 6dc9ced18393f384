//! What a statement makes and takes away, by name, told from keywords. No catalog is read: whether the object was there,
//! what CASCADE takes along, and what a function's body does is not known here.

use crate::object::{ObjectKind, name_at};
use crate::piece::Piece;
use crate::risk::unconditional;
use crate::{Object, Statement};

/// Something that a statement does to an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What it does.
    pub kind: ChangeKind,
    /// To what.
    pub object: Object,
}

/// What is done to an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ChangeKind {
    /// Made.
    Made,
    /// Made temporary, or from a query: often only for the statements that follow.
    MadeForUse,
    /// Dropped.
    Dropped,
    /// Dropped, if it was there.
    DroppedIfThere,
    /// TRUNCATE.
    Truncated,
    /// DELETE without WHERE.
    Deleted,
    /// UPDATE without WHERE.
    Overwritten,
}

impl Change {
    /// How the statement is called if data are gone after it that no later statement brings back; an index, a view, a
    /// function and their like can be made again.
    pub fn loss(&self) -> Option<&'static str> {
        match self.kind {
            ChangeKind::Made | ChangeKind::MadeForUse => None,
            ChangeKind::Dropped | ChangeKind::DroppedIfThere => match self.object.kind {
                ObjectKind::Table => Some("DROP TABLE"),
                ObjectKind::Schema => Some("DROP SCHEMA"),
                ObjectKind::Database => Some("DROP DATABASE"),
                ObjectKind::Column => Some("DROP COLUMN"),
                ObjectKind::View
                | ObjectKind::MaterializedView
                | ObjectKind::ForeignTable
                | ObjectKind::Index
                | ObjectKind::Sequence
                | ObjectKind::Type
                | ObjectKind::Function
                | ObjectKind::Procedure => None,
            },
            ChangeKind::Truncated => Some("TRUNCATE"),
            ChangeKind::Deleted => Some("DELETE without WHERE"),
            ChangeKind::Overwritten => Some("UPDATE without WHERE"),
        }
    }
}

impl Statement {
    /// What it makes and takes away, in order; an `UPDATE` without WHERE overwrites each column that it sets.
    pub fn changes(&self, source: &str) -> Vec<Change> {
        let mut changes = Vec::new();
        for piece in self.pieces(source) {
            if piece.is(0, "create") {
                changes.extend(create(&piece));
            } else if piece.is(0, "drop") {
                drop(&piece, &mut changes);
            } else if piece.is(0, "alter") {
                alter(&piece, &mut changes);
            } else if piece.is(0, "truncate") {
                truncate(&piece, &mut changes);
            } else {
                rows(&piece, &mut changes);
            }
        }
        changes
    }
}

fn create(piece: &Piece<'_>) -> Option<Change> {
    const BEFORE: [&str; 7] = [
        "or",
        "replace",
        "global",
        "local",
        "unlogged",
        "unique",
        "recursive",
    ];
    let mut for_use = false;
    let mut at = 1;
    while let Some(lexeme) = piece.get(at) {
        if lexeme.is_any(&["temp", "temporary"]) {
            for_use = true;
        } else if !lexeme.is_any(&BEFORE) {
            break;
        }
        at += 1;
    }
    let (kind, mut at) = ObjectKind::at(piece, at)?;
    if piece.is(at, "concurrently") {
        at += 1;
    }
    if piece.are(at, &["if", "not", "exists"]) {
        at += 3;
    }
    if piece.get(at)?.is_any(&["on", "authorization"]) {
        return None;
    }
    let (name, after) = name_at(piece, at)?;
    for_use |= kind == ObjectKind::Table && piece.find(after, "as").is_some();
    Some(Change {
        kind: match for_use {
            true => ChangeKind::MadeForUse,
            false => ChangeKind::Made,
        },
        object: Object { kind, name },
    })
}

fn drop(piece: &Piece<'_>, changes: &mut Vec<Change>) {
    let Some((object, mut at)) = ObjectKind::at(piece, 1) else {
        return;
    };
    if piece.is(at, "concurrently") {
        at += 1;
    }
    let kind = dropped(piece, &mut at);
    while let Some((name, after)) = name_at(piece, at) {
        changes.push(Change {
            kind,
            object: Object { kind: object, name },
        });
        at = piece.after_options(after);
        if piece.get(at).is_none_or(|next| next.text != ",") {
            return;
        }
        at += 1;
    }
}

/// Whether a drop is one of `IF EXISTS`, which is passed over.
fn dropped(piece: &Piece<'_>, at: &mut usize) -> ChangeKind {
    if piece.are(*at, &["if", "exists"]) {
        *at += 2;
        return ChangeKind::DroppedIfThere;
    }
    ChangeKind::Dropped
}

/// `ALTER TABLE … ADD COLUMN` and `DROP COLUMN`.
fn alter(piece: &Piece<'_>, changes: &mut Vec<Change>) {
    if !piece.is(1, "table") {
        return;
    }
    let mut at = 2;
    dropped(piece, &mut at);
    if piece.is(at, "only") {
        at += 1;
    }
    let Some((table, first)) = name_at(piece, at) else {
        return;
    };
    let lexemes = piece.lexemes();
    let actions = (first..lexemes.len())
        .filter(|&at| at == first || (lexemes[at - 1].depth == 0 && lexemes[at - 1].text == ","));
    for action in actions {
        let adds = piece.is(action, "add");
        if !adds && !piece.is(action, "drop") {
            continue;
        }
        let mut at = action + 1;
        if piece.is(at, "column") {
            at += 1;
        } else if piece.get(at).is_none_or(|next| next.is_any(&NO_COLUMN)) {
            continue;
        }
        let kind = match adds {
            true => ChangeKind::Made,
            false => dropped(piece, &mut at),
        };
        if piece.are(at, &["if", "not", "exists"]) {
            at += 3;
        }
        if let Some((column, _)) = name_at(piece, at) {
            changes.push(Change {
                kind,
                object: Object::column(&table, &column),
            });
        }
    }
}

/// What follows ADD or DROP of a table where it is no column.
const NO_COLUMN: [&str; 6] = [
    "constraint",
    "primary",
    "unique",
    "check",
    "foreign",
    "exclude",
];

fn truncate(piece: &Piece<'_>, changes: &mut Vec<Change>) {
    let mut at = if piece.is(1, "table") { 2 } else { 1 };
    loop {
        if piece.is(at, "only") {
            at += 1;
        }
        let Some((name, after)) = name_at(piece, at) else {
            return;
        };
        changes.push(Change {
            kind: ChangeKind::Truncated,
            object: Object::table(name),
        });
        at = after;
        if piece.get(at).is_some_and(|next| next.text == "*") {
            at += 1;
        }
        if piece.get(at).is_none_or(|next| next.text != ",") {
            return;
        }
        at += 1;
    }
}

/// DELETE and UPDATE without WHERE.
fn rows(piece: &Piece<'_>, changes: &mut Vec<Change>) {
    if !piece
        .get(0)
        .is_some_and(|verb| verb.is_any(&["delete", "update", "with"]))
    {
        return;
    }
    let Some(verb) = unconditional(piece, 0) else {
        return;
    };
    let deletes = piece.is(verb, "delete");
    let mut at = verb + if deletes { 2 } else { 1 };
    if piece.is(at, "only") {
        at += 1;
    }
    let Some((table, after)) = name_at(piece, at) else {
        return;
    };
    if deletes {
        changes.push(Change {
            kind: ChangeKind::Deleted,
            object: Object::table(table),
        });
        return;
    }
    let columns = columns_set(piece, after);
    let whole = columns.is_empty().then(|| "*".to_owned());
    changes.extend(columns.into_iter().chain(whole).map(|column| Change {
        kind: ChangeKind::Overwritten,
        object: Object::column(&table, &column),
    }));
}

/// The columns that the SET after `from` assigns; none where one is not a name and `=`.
fn columns_set(piece: &Piece<'_>, from: usize) -> Vec<String> {
    let lexemes = piece.lexemes();
    let Some(set) = (from..lexemes.len()).find(|&at| lexemes[at].is("set")) else {
        return Vec::new();
    };
    let depth = lexemes[set].depth;
    let mut columns = Vec::new();
    let mut starts = true;
    for (at, lexeme) in lexemes.iter().enumerate().skip(set + 1) {
        if lexeme.depth < depth || (lexeme.depth == depth && lexeme.is_any(&["from", "returning"]))
        {
            break;
        }
        if starts {
            match name_at(piece, at) {
                Some((column, after)) if piece.get(after).is_some_and(|next| next.text == "=") => {
                    columns.push(column);
                }
                _ => return Vec::new(),
            }
        }
        starts = lexeme.depth == depth && lexeme.text == ",";
    }
    columns
}
