//! Which table locks a statement takes and what it does to the table meanwhile, told from keywords and measured on
//! PostgreSQL 15. No catalog is read: locks on tables that a statement does not name (those of a view, of a foreign key that is
//! dropped, of a default partition, of the table of a partition or index, of what CASCADE or ALL IN TABLESPACE takes along)
//! are not seen; whether a change of type rewrites depends on the type before, and whether a default does on the function it
//! calls, of which only the usual ones are known. Of ANALYZE, COMMENT, CREATE STATISTICS, CREATE PUBLICATION and what is done
//! to sequences nothing is told: few will notice.

use crate::object::name_at;
use crate::piece::Piece;
use crate::{LockMode, Statement};

/// A lock on a table or index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableLock {
    /// How strong it is.
    pub mode: LockMode,
    /// What is locked, as it is called in the statement; of an index that is dropped, rebuilt or altered, the index.
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
    /// The locks it takes on what it names, in order, as far as they are stronger than those of plain reading and writing.
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
        Some("cluster") => cluster(piece),
        Some("vacuum") if piece.is(1, "full") || piece.switches_on("full") => vacuum_full(piece),
        Some("refresh") if piece.are(1, &["materialized", "view"]) => {
            match piece.is(3, "concurrently") {
                true => one(piece, 4, LockMode::Exclusive, TableWork::Reads),
                false => one(piece, 3, LockMode::AccessExclusive, TableWork::Rewrites),
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

/// The lock on the table behind `ON`.
fn on(piece: &Piece<'_>, mode: LockMode, work: TableWork) -> Vec<TableLock> {
    let on = piece.find(1, "on");
    on.map_or_else(Vec::new, |on| {
        one(piece, past_conditions(piece, on + 1), mode, work)
    })
}

/// The place after these words, as far as they stand there, in this order.
fn past_words(piece: &Piece<'_>, at: usize, words: &[&str]) -> usize {
    let past = |at, word: &&str| at + usize::from(piece.is(at, word));
    words.iter().fold(at, past)
}

fn cluster(piece: &Piece<'_>) -> Vec<TableLock> {
    let (mode, work) = (LockMode::AccessExclusive, TableWork::Rewrites);
    let at = past_words(piece, piece.after_options(1), &["verbose"]);
    match piece.find(at, "on") {
        // The form before PostgreSQL 8.3 names the index first.
        Some(_) => on(piece, mode, work),
        None => one(piece, at, mode, work),
    }
}

fn vacuum_full(piece: &Piece<'_>) -> Vec<TableLock> {
    let words = ["full", "freeze", "verbose", "analyze", "analyse"];
    let at = past_words(piece, piece.after_options(1), &words);
    let mut locks = listed(piece, at, LockMode::AccessExclusive);
    for lock in &mut locks {
        lock.work = TableWork::Rewrites;
    }
    locks
}

fn alter(piece: &Piece<'_>) -> Vec<TableLock> {
    if piece.are(2, &["all", "in", "tablespace"]) || piece.are(3, &["all", "in", "tablespace"]) {
        return Vec::new();
    }
    if piece.is(1, "index") {
        return alter_index(piece);
    }
    if piece.is(1, "view") {
        let at = past_conditions(piece, 2);
        return one(piece, at, LockMode::AccessExclusive, TableWork::None);
    }
    if ["trigger", "rule", "policy"]
        .iter()
        .any(|word| piece.is(1, word))
    {
        return on(piece, LockMode::AccessExclusive, TableWork::None);
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
        locks.extend(beside(piece, *start));
        locks.extend(referenced(piece, *start, end));
    }
    locks
}

fn alter_index(piece: &Piece<'_>) -> Vec<TableLock> {
    let Some((index, next)) = name_at(piece, past_conditions(piece, 2)) else {
        return Vec::new();
    };
    let (mode, work) = match () {
        () if piece.are(next, &["set", "tablespace"]) => {
            (LockMode::AccessExclusive, TableWork::Rewrites)
        }
        () if piece.is(next, "depends") || piece.is(next, "no") => {
            (LockMode::AccessExclusive, TableWork::None)
        }
        () => (LockMode::ShareUpdateExclusive, TableWork::None),
    };
    let mut locks = vec![TableLock {
        mode,
        table: index,
        work,
    }];
    if piece.are(next, &["attach", "partition"]) {
        let (mode, work) = (LockMode::AccessExclusive, TableWork::None);
        locks.extend(one(piece, next + 2, mode, work));
    }
    locks
}

/// The lock on another table that an action of an ALTER TABLE names: a partition, or what is inherited from.
fn beside(piece: &Piece<'_>, start: usize) -> Vec<TableLock> {
    match () {
        () if piece.are(start, &["attach", "partition"]) => one(
            piece,
            start + 2,
            LockMode::AccessExclusive,
            TableWork::Reads,
        ),
        () if piece.are(start, &["detach", "partition"]) => {
            one(piece, start + 2, LockMode::AccessExclusive, TableWork::None)
        }
        () if piece.is(start, "inherit") => one(
            piece,
            start + 1,
            LockMode::ShareUpdateExclusive,
            TableWork::None,
        ),
        () => Vec::new(),
    }
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
        () if at("attach") || at("cluster") || has(&["set", "without", "cluster"]) => {
            (ShareUpdateExclusive, TableWork::None)
        }
        () if at("detach") && (has(&["concurrently"]) || has(&["finalize"])) => {
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
        () if at("alter") && (has(&["set", "statistics"]) || sets_options(piece, start, end)) => {
            (ShareUpdateExclusive, TableWork::None)
        }
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
        () if at("add") && has(&["as", "identity"]) => (AccessExclusive, TableWork::Rewrites),
        () if at("add") && is_constrained(piece, start, end) => (AccessExclusive, TableWork::Reads),
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

/// Whether options of a column are set or reset: `ALTER COLUMN … SET (n_distinct = 5)`.
fn sets_options(piece: &Piece<'_>, start: usize, end: usize) -> bool {
    (start..end).any(|at| {
        let sets = piece.is(at, "set") || piece.is(at, "reset");
        sets && piece.get(at + 1).is_some_and(|next| next.text == "(")
    })
}

/// Whether what is said of a new column must hold of every row there is: a constraint, or a key to elsewhere with a default.
fn is_constrained(piece: &Piece<'_>, start: usize, end: usize) -> bool {
    let words = &piece.lexemes()[start..end];
    let says = |wanted: &[&str]| {
        words
            .iter()
            .any(|word| word.depth == 0 && word.is_any(wanted))
    };
    says(&["unique", "primary", "check"]) || says(&["references"]) && says(&["default"])
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
    let at = if piece.is(1, "unique") { 2 } else { 1 };
    match () {
        () if piece.is(at, "index") => {
            let mode = match piece.is(at + 1, "concurrently") {
                true => LockMode::ShareUpdateExclusive,
                false => LockMode::Share,
            };
            on(piece, mode, TableWork::Reads)
        }
        () if piece.find(1, "trigger").is_some_and(|at| at <= 4) && !piece.is(1, "event") => {
            on(piece, LockMode::ShareRowExclusive, TableWork::None)
        }
        () if piece.is(1, "policy") => on(piece, LockMode::AccessExclusive, TableWork::None),
        () if piece.is(1, "rule") || piece.are(1, &["or", "replace", "rule"]) => {
            let to = piece.find(1, "to");
            to.map_or_else(Vec::new, |to| {
                one(piece, to + 1, LockMode::AccessExclusive, TableWork::None)
            })
        }
        () if piece.are(1, &["or", "replace"]) => match piece.find(3, "view") {
            // What is replaced keeps its readers out.
            Some(view) if view <= 5 => {
                one(piece, view + 1, LockMode::AccessExclusive, TableWork::None)
            }
            Some(_) | None => Vec::new(),
        },
        () if piece.find(1, "table").is_some_and(|at| at <= 3) => create_table(piece),
        () => Vec::new(),
    }
}

/// What a new table is part of, what it inherits from, and what its keys point to.
fn create_table(piece: &Piece<'_>) -> Vec<TableLock> {
    let whole = (1..piece.lexemes().len()).find(|&at| piece.are(at, &["partition", "of"]));
    let whole = whole.map(|at| one(piece, at + 2, LockMode::AccessExclusive, TableWork::None));
    let parents = piece.find(1, "inherits");
    let parents = parents.map(|at| listed(piece, at + 2, LockMode::ShareUpdateExclusive));
    let mut locks: Vec<TableLock> = whole.into_iter().chain(parents).flatten().collect();
    locks.extend(referenced(piece, 1, piece.lexemes().len()));
    locks
}

fn drop(piece: &Piece<'_>) -> Vec<TableLock> {
    if piece.is(1, "trigger") || piece.is(1, "rule") || piece.is(1, "policy") {
        return on(piece, LockMode::AccessExclusive, TableWork::None);
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

/// Names with commas between them, each perhaps with columns in parentheses.
fn listed(piece: &Piece<'_>, mut at: usize, mode: LockMode) -> Vec<TableLock> {
    let mut locks = Vec::new();
    while let Some((table, after)) = name_at(piece, past_conditions(piece, at)) {
        locks.push(TableLock {
            mode,
            table,
            work: TableWork::None,
        });
        let after = piece.after_options(after);
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
