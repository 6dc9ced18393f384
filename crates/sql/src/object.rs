//! Things with names in a database, as statements write them. Resolves no search path: `public.` counts for nothing.

use crate::TokenKind;
use crate::piece::Piece;

/// Something that has a name in a database.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Object {
    /// What it is.
    pub kind: ObjectKind,
    /// Its name as the server folds it; a column's stands after its table's and a dot.
    pub name: String,
}

/// What has a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ObjectKind {
    /// A table.
    Table,
    /// A column of a table.
    Column,
    /// A view.
    View,
    /// A materialized view.
    MaterializedView,
    /// A foreign table.
    ForeignTable,
    /// An index.
    Index,
    /// A schema.
    Schema,
    /// A database.
    Database,
    /// A sequence.
    Sequence,
    /// A type.
    Type,
    /// A function.
    Function,
    /// A procedure.
    Procedure,
}

impl ObjectKind {
    /// The kind whose words stand at `at`, and the place after them.
    pub(crate) fn at(piece: &Piece<'_>, at: usize) -> Option<(Self, usize)> {
        const WORDS: [(&[&str], ObjectKind); 11] = [
            (&["table"], ObjectKind::Table),
            (&["view"], ObjectKind::View),
            (&["materialized", "view"], ObjectKind::MaterializedView),
            (&["foreign", "table"], ObjectKind::ForeignTable),
            (&["index"], ObjectKind::Index),
            (&["schema"], ObjectKind::Schema),
            (&["database"], ObjectKind::Database),
            (&["sequence"], ObjectKind::Sequence),
            (&["type"], ObjectKind::Type),
            (&["function"], ObjectKind::Function),
            (&["procedure"], ObjectKind::Procedure),
        ];
        WORDS
            .iter()
            .find(|(words, _)| piece.are(at, words))
            .map(|&(words, kind)| (kind, at + words.len()))
    }
}

impl Object {
    /// A table.
    pub fn table(name: String) -> Self {
        Self {
            kind: ObjectKind::Table,
            name,
        }
    }

    /// A schema.
    pub fn schema(name: String) -> Self {
        Self {
            kind: ObjectKind::Schema,
            name,
        }
    }

    pub(crate) fn column(table: &str, column: &str) -> Self {
        Self {
            kind: ObjectKind::Column,
            name: format!("{table}.{column}"),
        }
    }

    /// What it is part of: a column's table, and the schema of what has one.
    pub fn whole(&self) -> Option<Self> {
        let (whole, _) = self.name.rsplit_once('.')?;
        match self.kind {
            ObjectKind::Column => Some(Self::table(whole.to_owned())),
            ObjectKind::Schema | ObjectKind::Database => None,
            ObjectKind::Table
            | ObjectKind::View
            | ObjectKind::MaterializedView
            | ObjectKind::ForeignTable
            | ObjectKind::Index
            | ObjectKind::Sequence
            | ObjectKind::Type
            | ObjectKind::Function
            | ObjectKind::Procedure => Some(Self::schema(whole.to_owned())),
        }
    }
}

/// The name that starts at `at`, dots included, and the place after it.
pub(crate) fn name_at(piece: &Piece<'_>, at: usize) -> Option<(String, usize)> {
    let mut name = String::new();
    let mut at = at;
    loop {
        let part = piece.get(at)?;
        match part.kind {
            TokenKind::Word => name.push_str(&part.text.to_ascii_lowercase()),
            TokenKind::QuotedIdentifier => {
                let inside = part.text.trim_matches('"');
                name.push_str(&inside.replace("\"\"", "\""));
            }
            TokenKind::Variable(_) => name.push_str(part.text),
            _ => return None,
        }
        at += 1;
        if piece.get(at).is_none_or(|next| next.text != ".") {
            break;
        }
        name.push('.');
        at += 1;
    }
    let name = name
        .strip_prefix("public.")
        .map_or(name.clone(), str::to_owned);
    Some((name, at))
}
