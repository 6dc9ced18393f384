//! What a statement leaves behind in its session, which a new connection would not have.
//! Told from keywords alone: what a called function or DO body does is not seen.

use crate::piece::Piece;
use crate::{Statement, TokenKind};

/// A kind of state that lives in the session and dies with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SessionState {
    /// A setting: `SET` without LOCAL, `set_config(…)` whose last argument is not `true`.
    Setting,
    /// Another role: `SET ROLE`, `SET SESSION AUTHORIZATION`.
    Role,
    /// A temporary table, view or sequence that outlives its transaction.
    TemporaryObject,
    /// `LISTEN`.
    Listen,
    /// A prepared statement.
    PreparedStatement,
    /// A cursor `WITH HOLD`.
    Cursor,
    /// A session-level advisory lock.
    AdvisoryLock,
    /// A library loaded by `LOAD`.
    Library,
}

impl Statement {
    /// The session state it leaves behind, each kind once.
    pub fn session_states(&self, source: &str) -> Vec<SessionState> {
        let mut states = Vec::new();
        for piece in self.pieces(source) {
            for state in left_by(&piece) {
                if !states.contains(&state) {
                    states.push(state);
                }
            }
        }
        states
    }
}

fn left_by(piece: &Piece<'_>) -> impl Iterator<Item = SessionState> {
    let calls_allowed = !piece.starts(&["create"]) && !piece.starts(&["alter"]);
    let advisory = calls_allowed
        && piece.calls(&[
            "pg_advisory_lock",
            "pg_advisory_lock_shared",
            "pg_try_advisory_lock",
            "pg_try_advisory_lock_shared",
        ]);
    let configured = calls_allowed && sets_config(piece);
    [
        from_verb(piece),
        configured.then_some(SessionState::Setting),
        advisory.then_some(SessionState::AdvisoryLock),
    ]
    .into_iter()
    .flatten()
}

fn from_verb(piece: &Piece<'_>) -> Option<SessionState> {
    let verb = piece.get(0)?.text.to_ascii_lowercase();
    match verb.as_str() {
        "set" => set(piece),
        "create" | "select" | "with" => {
            creates_temporary(piece).then_some(SessionState::TemporaryObject)
        }
        "listen" => Some(SessionState::Listen),
        "prepare" if !piece.is(1, "transaction") => Some(SessionState::PreparedStatement),
        "declare" if piece.has(&["with", "hold"]) => Some(SessionState::Cursor),
        "load" => Some(SessionState::Library),
        _ => None,
    }
}

fn set(piece: &Piece<'_>) -> Option<SessionState> {
    let at = if piece.is(1, "session") && !piece.is(2, "authorization") {
        2
    } else {
        1
    };
    if piece.is(at, "characteristics") {
        return Some(SessionState::Setting);
    }
    if piece.are(1, &["session", "authorization"]) || piece.is(at, "role") {
        return Some(SessionState::Role);
    }
    let for_transaction = ["local", "transaction", "constraints"];
    let lasting = !for_transaction.iter().any(|word| piece.is(at, word));
    lasting.then_some(SessionState::Setting)
}

/// `CREATE … TEMP …`, `CREATE TABLE pg_temp.x`, `SELECT … INTO TEMP x`.
fn creates_temporary(piece: &Piece<'_>) -> bool {
    let lexemes = piece.lexemes();
    let temporary = |at: usize| piece.is(at, "temp") || piece.is(at, "temporary");
    if !piece.is(0, "create") {
        let into = piece.find(1, "into").map(|at| at + 1);
        return into
            .is_some_and(|at| temporary(at) || (piece.is(at, "local") && temporary(at + 1)));
    }
    let marked = (1..lexemes.len())
        .take_while(|&at| {
            lexemes[at].is_any(&["or", "replace", "local", "global", "temp", "temporary"])
        })
        .any(temporary);
    let in_temporary_schema = lexemes
        .windows(2)
        .take(8)
        .any(|pair| pair[0].depth == 0 && pair[0].is("pg_temp") && pair[1].text == ".");
    (marked || in_temporary_schema) && !piece.has(&["on", "commit", "drop"])
}

/// Whether a `set_config` is called whose third argument is anything but `true`.
fn sets_config(piece: &Piece<'_>) -> bool {
    let lexemes = piece.lexemes();
    (0..lexemes.len()).any(|at| {
        let opens = piece
            .get(at + 1)
            .is_some_and(|open| open.kind == TokenKind::OpenParenthesis);
        if !opens || !lexemes[at].is("set_config") {
            return false;
        }
        let last = piece.after_options(at + 1).saturating_sub(2);
        !piece.is(last, "true")
    })
}
