//! Which table locks a statement takes and what it does to the table meanwhile, told from keywords and measured on
//! PostgreSQL 15. No catalog is read: locks on tables that a statement does not name (those of a view, of a foreign key that is
//! dropped, of what CASCADE takes along) are not seen, and whether a change of type rewrites depends on the type before.

use crate::object::name_at;
use crate::piece::Piece;
use crate::{LockMode, Statement};

/// A lock on a table or index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableLock {
    /// How strong it is.
    pub mode: LockMode,
    /// What is locked, as it is called in the statement; of an index that is dropped or rebuilt, the index.
    pub table: String,
    /// What happens to the rows while it is held.
    pub work: TableWork,
}

/// What a statement does to all rows of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TableWork {
    /// Nothing: it is quick whatever the table's size.
    None,
    /// All of them are read.
    Reads,
    /// They may be written anew, depending on types.
    MayRewrite,
    /// All of them are written anew.
    Rewrites,
}

impl Statement {
    /// The locks it takes on what it names, in order, that keep out more than schema changes would of plain reading and
    /// writing.
    pub fn table_locks(&self, source: &str) -> Vec<TableLock> {
        self.pieces(source).iter().flat_map(of_piece).collect()
    }
}

fn of_piece(piece: &Piece<'_>) -> Vec<TableLock> {
    let verb = piece.get(0).map(|first| first.text.to_ascii_lowercase());
    match verb.as_deref() {
        Some("alter") => alter(piece),
        Some("create") => create(piece),
        Some("drop") => drop(piece),
        Some("truncate") => truncate(piece),
        Some("reindex") => reindex(piece).into_iter().collect(),
        Some("cluster") => one(piece, 1, LockMode::AccessExclusive, TableWork::Rewrites),
        Some("vacuum") if piece.is(1, "full") || piece.switches_on("full") => {
            let at = if piece.is(1, "full") {
                2
            } else {
                piece.after_options(1)
            };
            one(piece, at, LockMode::AccessExclusive, TableWork::Rewrites)
        }
        Some("refresh") if piece.are(1, &["materialized", "view"]) => {
            match piece.is(3, "concurrently") {
                true => one(piece, 4, LockMode::Exclusive, TableWork::None),
                false => one(piece, 3, LockMode::AccessExclusive, TableWork::None),
            }
        }
        Some("lock") => lock(piece),
        Some(_) | None => Vec::new(),
    }
}

fn one(piece: &Piece<'_>, at: usize, mode: LockMode, work: TableWork) -> Vec<TableLock> {
    let named = name_at(piece, at);
    named
        .map(|(table, _)| TableLock { mode, table, work })
        .into_iter()
        .collect()
}

/// The place after `IF EXISTS` or `IF NOT EXISTS` and `ONLY`.
fn past_conditions(piece: &Piece<'_>, mut at: usize) -> usize {
    for words in [&["if", "not", "exists"][..], &["if", "exists"], &["only"]] {
        if piece.are(at, words) {
            at += words.len();
        }
    }
    at
}

fn alter(piece: &Piece<'_>) -> Vec<TableLock> {
    if piece.is(1, "index") {
        return one(
            piece,
            past_conditions(piece, 2),
            LockMode::ShareUpdateExclusive,
            TableWork::None,
        );
    }
    let first = match () {
        () if piece.is(1, "table") => 2,
        () if piece.are(1, &["foreign", "table"]) || piece.are(1, &["materialized", "view"]) => 3,
        () => return Vec::new(),
    };
    let Some((table, first)) = name_at(piece, past_conditions(piece, first)) else {
        return Vec::new();
    };
    let lexemes = piece.lexemes();
    let starts = (first..lexemes.len())
        .filter(|&at| at == first || (lexemes[at - 1].depth == 0 && lexemes[at - 1].text == ","));
    let mut locks = vec![TableLock {
        mode: LockMode::ShareUpdateExclusive,
        table,
        work: TableWork::None,
    }];
    let starts: Vec<usize> = starts.collect();
    for (at, start) in starts.iter().enumerate() {
        let end = starts.get(at + 1).copied().unwrap_or(lexemes.len());
        let (mode, work) = action(piece, *start, end);
        locks[0].mode = locks[0].mode.max(mode);
        locks[0].work = locks[0].work.max(work);
        locks.extend(referenced(piece, *start, end));
    }
    locks
}

/// What one action of an ALTER TABLE takes.
fn action(piece: &Piece<'_>, start: usize, end: usize) -> (LockMode, TableWork) {
    use LockMode::{AccessExclusive, ShareRowExclusive, ShareUpdateExclusive};
    let has = |words: &[&str]| (start..end).any(|at| piece.are(at, words));
    let at = |word: &str| piece.is(start, word);
    let validated = if has(&["not", "valid"]) {
        TableWork::None
    } else {
        TableWork::Reads
    };
    match () {
        () if at("validate") => (ShareUpdateExclusive, TableWork::Reads),
        () if at("attach") || at("cluster") || has(&["detach"]) && has(&["concurrently"]) => {
            (ShareUpdateExclusive, TableWork::None)
        }
        () if at("set") && (has(&["logged"]) || has(&["unlogged"]) || has(&["tablespace"])) => {
            (AccessExclusive, TableWork::Rewrites)
        }
        () if at("set") && has(&["access", "method"]) => (AccessExclusive, TableWork::Rewrites),
        () if (at("set") || at("reset"))
            && piece.get(start + 1).is_some_and(|next| next.text == "(") =>
        {
            (ShareUpdateExclusive, TableWork::None)
        }
        () if at("alter") && has(&["set", "statistics"]) => (ShareUpdateExclusive, TableWork::None),
        () if (at("enable") || at("disable")) && has(&["trigger"]) => {
            (ShareRowExclusive, TableWork::None)
        }
        () if at("add") && has(&["references"]) && !adds_column(piece, start) => {
            (ShareRowExclusive, validated)
        }
        () if at("add") && has(&["using", "index"]) => (AccessExclusive, TableWork::None),
        () if at("add") && !adds_column(piece, start) => (AccessExclusive, validated),
        () if at("add") && (is_serial(piece, start, end) || has(&["stored"])) => {
            (AccessExclusive, TableWork::Rewrites)
        }
        () if at("alter") && has(&["type"]) => (AccessExclusive, TableWork::MayRewrite),
        () if at("alter") && has(&["set", "not", "null"]) => (AccessExclusive, TableWork::Reads),
        () => (AccessExclusive, TableWork::None),
    }
}

/// Whether `ADD` adds a column and no constraint.
fn adds_column(piece: &Piece<'_>, start: usize) -> bool {
    const CONSTRAINTS: [&str; 7] = [
        "constraint",
        "primary",
        "unique",
        "check",
        "foreign",
        "exclude",
        "table",
    ];
    let next = piece.get(start + 1);
    !next.is_some_and(|next| next.is_any(&CONSTRAINTS))
}

/// A serial column has a default that differs from row to row.
fn is_serial(piece: &Piece<'_>, start: usize, end: usize) -> bool {
    const TYPES: [&str; 6] = [
        "serial",
        "bigserial",
        "smallserial",
        "serial4",
        "serial8",
        "serial2",
    ];
    const VOLATILE: [&str; 5] = [
        "clock_timestamp",
        "random",
        "gen_random_uuid",
        "uuid_generate_v4",
        "nextval",
    ];
    let words = &piece.lexemes()[start..end];
    let has_default = words.iter().position(|word| word.is("default"));
    words
        .iter()
        .any(|word| word.depth == 0 && word.is_any(&TYPES))
        || has_default.is_some_and(|at| words[at..].iter().any(|word| word.is_any(&VOLATILE)))
}

/// The tables that foreign keys point to.
fn referenced(piece: &Piece<'_>, start: usize, end: usize) -> Vec<TableLock> {
    let places = (start..end).filter(|&at| piece.is(at, "references"));
    let named = places.filter_map(|at| name_at(piece, at + 1));
    named
        .map(|(table, _)| TableLock {
            mode: LockMode::ShareRowExclusive,
            table,
            work: TableWork::None,
        })
        .collect()
}

fn create(piece: &Piece<'_>) -> Vec<TableLock> {
    let on = |from: usize| {
        piece
            .find(from, "on")
            .map(|at| past_conditions(piece, at + 1))
    };
    let at = if piece.is(1, "unique") { 2 } else { 1 };
    match () {
        () if piece.is(at, "index") => {
            let mode = match piece.is(at + 1, "concurrently") {
                true => LockMode::ShareUpdateExclusive,
                false => LockMode::Share,
            };
            on(at).map_or_else(Vec::new, |on| one(piece, on, mode, TableWork::Reads))
        }
        () if piece.find(1, "trigger").is_some_and(|at| at <= 4) && !piece.is(1, "event") => on(1)
            .map_or_else(Vec::new, |on| {
                one(piece, on, LockMode::ShareRowExclusive, TableWork::None)
            }),
        () if piece.is(1, "rule") || piece.are(1, &["or", "replace", "rule"]) => {
            let to = piece.find(1, "to");
            to.map_or_else(Vec::new, |to| {
                one(piece, to + 1, LockMode::AccessExclusive, TableWork::None)
            })
        }
        () if piece.find(1, "table").is_some_and(|at| at <= 3) => {
            referenced(piece, 1, piece.lexemes().len())
        }
        () => Vec::new(),
    }
}

fn drop(piece: &Piece<'_>) -> Vec<TableLock> {
    if piece.is(1, "trigger") || piece.is(1, "rule") || piece.is(1, "policy") {
        let on = piece.find(2, "on");
        return on.map_or_else(Vec::new, |on| {
            one(piece, on + 1, LockMode::AccessExclusive, TableWork::None)
        });
    }
    let (first, mode) = match () {
        () if piece.are(1, &["index", "concurrently"]) => (3, LockMode::ShareUpdateExclusive),
        () if piece.is(1, "table") || piece.is(1, "index") || piece.is(1, "view") => {
            (2, LockMode::AccessExclusive)
        }
        () if piece.are(1, &["materialized", "view"]) || piece.are(1, &["foreign", "table"]) => {
            (3, LockMode::AccessExclusive)
        }
        () => return Vec::new(),
    };
    listed(piece, past_conditions(piece, first), mode)
}

/// Names with commas between them.
fn listed(piece: &Piece<'_>, mut at: usize, mode: LockMode) -> Vec<TableLock> {
    let mut locks = Vec::new();
    while let Some((table, after)) = name_at(piece, past_conditions(piece, at)) {
        locks.push(TableLock {
            mode,
            table,
            work: TableWork::None,
        });
        if piece.get(after).is_none_or(|next| next.text != ",") {
            break;
        }
        at = after + 1;
    }
    locks
}

fn truncate(piece: &Piece<'_>) -> Vec<TableLock> {
    let at = if piece.is(1, "table") { 2 } else { 1 };
    listed(piece, at, LockMode::AccessExclusive)
}

fn reindex(piece: &Piece<'_>) -> Option<TableLock> {
    let at = piece.after_options(1);
    let concurrently = piece.is(at + 1, "concurrently");
    let mode = match (piece.is(at, "table"), piece.is(at, "index")) {
        (true, _) | (_, true) if concurrently => LockMode::ShareUpdateExclusive,
        (true, _) => LockMode::Share,
        (_, true) => LockMode::AccessExclusive,
        (false, false) => return None,
    };
    let (table, _) = name_at(piece, at + 1 + usize::from(concurrently))?;
    Some(TableLock {
        mode,
        table,
        work: TableWork::Reads,
    })
}

fn lock(piece: &Piece<'_>) -> Vec<TableLock> {
    let at = if piece.is(1, "table") { 2 } else { 1 };
    const MODES: [(&[&str], Option<LockMode>); 8] = [
        (&["access", "share"], None),
        (&["row", "share"], None),
        (&["row", "exclusive"], None),
        (&["share", "update"], Some(LockMode::ShareUpdateExclusive)),
        (&["share", "row"], Some(LockMode::ShareRowExclusive)),
        (&["share"], Some(LockMode::Share)),
        (&["exclusive"], Some(LockMode::Exclusive)),
        (&["access", "exclusive"], Some(LockMode::AccessExclusive)),
    ];
    let mode = match piece.find(at, "in") {
        Some(place) => MODES
            .iter()
            .find(|(words, _)| piece.are(place + 1, words))
            .and_then(|(_, mode)| *mode),
        None => Some(LockMode::AccessExclusive),
    };
    mode.map_or_else(Vec::new, |mode| listed(piece, at, mode))
}
