//! Which statements destroy what no later statement brings back, told from keywords.
//! Rough on purpose: no catalog is read, and function bodies are not looked into.

use crate::piece::Piece;
use crate::{Statement, TokenKind};

/// What DROP takes away, as in the names below.
const DROPS: [(&[&str], &str); 21] = [
    (&["table"], "DROP TABLE"),
    (&["database"], "DROP DATABASE"),
    (&["schema"], "DROP SCHEMA"),
    (&["materialized", "view"], "DROP MATERIALIZED VIEW"),
    (&["view"], "DROP VIEW"),
    (&["index"], "DROP INDEX"),
    (&["sequence"], "DROP SEQUENCE"),
    (&["owned"], "DROP OWNED"),
    (&["role"], "DROP ROLE"),
    (&["user", "mapping"], "DROP USER MAPPING"),
    (&["user"], "DROP USER"),
    (&["extension"], "DROP EXTENSION"),
    (&["function"], "DROP FUNCTION"),
    (&["procedure"], "DROP PROCEDURE"),
    (&["trigger"], "DROP TRIGGER"),
    (&["type"], "DROP TYPE"),
    (&["publication"], "DROP PUBLICATION"),
    (&["subscription"], "DROP SUBSCRIPTION"),
    (&["foreign", "table"], "DROP FOREIGN TABLE"),
    (&["policy"], "DROP POLICY"),
    (&["tablespace"], "DROP TABLESPACE"),
];

impl Statement {
    /// What it destroys, if it does: `DROP …`, `TRUNCATE`, `DELETE without WHERE`,
    /// `UPDATE without WHERE`, `ALTER TABLE DROP COLUMN` and a few more.
    pub fn destructive(&self, source: &str) -> Option<&'static str> {
        self.pieces(source).iter().find_map(destroys)
    }
}

fn destroys(piece: &Piece<'_>) -> Option<&'static str> {
    let start = executed_from(piece)?;
    let verb = piece.get(start)?.text.to_ascii_lowercase();
    match verb.as_str() {
        "drop" => Some(
            DROPS
                .iter()
                .find(|(object, _)| piece.are(start + 1, object))
                .map_or("DROP", |&(_, name)| name),
        ),
        "truncate" => Some("TRUNCATE"),
        "alter" => alter(piece),
        "delete" | "update" | "with" | "select" | "merge" | "insert" => rows(piece, start),
        _ => None,
    }
}

/// Where the statement that runs starts: after `EXPLAIN ANALYZE`; a plain EXPLAIN runs nothing.
fn executed_from(piece: &Piece<'_>) -> Option<usize> {
    if !piece.is(0, "explain") {
        return Some(0);
    }
    if piece.switches_on("analyze") && piece.after_options(1) > 1 {
        return Some(piece.after_options(1));
    }
    if !piece.is(1, "analyze") && !piece.is(1, "analyse") {
        return None;
    }
    Some(if piece.is(2, "verbose") { 3 } else { 2 })
}

fn alter(piece: &Piece<'_>) -> Option<&'static str> {
    let (name, kept): (_, &[&str]) = if piece.is(1, "table") || piece.are(1, &["foreign", "table"])
    {
        ("ALTER TABLE DROP COLUMN", &["constraint"])
    } else if piece.is(1, "type") {
        ("ALTER TYPE DROP ATTRIBUTE", &[])
    } else {
        return None;
    };
    let lexemes = piece.lexemes();
    let actions = (2..lexemes.len()).filter(|&at| {
        lexemes[at].depth == 0
            && lexemes[at].is("drop")
            && !follows_column(piece, at)
            && !kept.iter().any(|word| piece.is(at + 1, word))
    });
    actions.map(|_| name).next()
}

/// Whether the `drop` at `at` is of `ALTER [COLUMN] name DROP DEFAULT` and its like.
fn follows_column(piece: &Piece<'_>, at: usize) -> bool {
    let alters =
        |distance: usize| at >= distance && at - distance > 0 && piece.is(at - distance, "alter");
    alters(2) || (alters(3) && piece.is(at - 2, "column"))
}

/// An unconditional delete or update, or the dropping of a replication slot.
fn rows(piece: &Piece<'_>, start: usize) -> Option<&'static str> {
    if let Some(at) = unconditional(piece, start) {
        return Some(match piece.is(at, "delete") {
            true => "DELETE without WHERE",
            false => "UPDATE without WHERE",
        });
    }
    piece
        .calls(&["pg_drop_replication_slot"])
        .then_some("pg_drop_replication_slot")
}

/// So many deletes and updates of one statement are looked at: each costs a look at what follows it.
const CANDIDATES_MAX: usize = 64;

/// Where the first DELETE or UPDATE stands, at the top of the statement or first in parentheses, that has no WHERE of its
/// own.
pub(crate) fn unconditional(piece: &Piece<'_>, start: usize) -> Option<usize> {
    let lexemes = piece.lexemes();
    let is_candidate = |at: &usize| {
        let at = *at;
        let opened = at > start && lexemes[at - 1].kind == TokenKind::OpenParenthesis;
        let closed = at > start && lexemes[at - 1].kind == TokenKind::CloseParenthesis;
        let top = lexemes[at].depth == 0 && (at == start || (closed && piece.is(start, "with")));
        (opened || top) && lexemes[at].is_any(&["delete", "update"])
    };
    (start..lexemes.len())
        .filter(is_candidate)
        .take(CANDIDATES_MAX)
        .find(|&at| {
            let depth = lexemes[at].depth;
            lexemes[at..]
                .iter()
                .take_while(|lexeme| lexeme.depth >= depth)
                .all(|lexeme| lexeme.depth != depth || !lexeme.is("where"))
        })
}
