//! What a statement is, told from its keywords: what a runner must treat differently.
//! Which statements a server knows, and whether this one is well formed, is not asked.

use crate::TokenKind;
use crate::lexeme::{Lexeme, Lexemes};

/// The kind of a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StatementKind {
    /// `BEGIN`, `START TRANSACTION`.
    Begin,
    /// `COMMIT`, `END`.
    Commit,
    /// `COMMIT AND CHAIN`: a new transaction is open afterwards.
    CommitAndChain,
    /// `ROLLBACK`, `ABORT`.
    Rollback,
    /// `ROLLBACK AND CHAIN`: a new transaction is open afterwards.
    RollbackAndChain,
    /// `ROLLBACK TO [SAVEPOINT] name`.
    RollbackToSavepoint,
    /// `SAVEPOINT name`.
    Savepoint,
    /// `RELEASE [SAVEPOINT] name`.
    ReleaseSavepoint,
    /// `PREPARE TRANSACTION`, which ends the transaction for this session.
    PrepareTransaction,
    /// `COMMIT PREPARED`.
    CommitPrepared,
    /// `ROLLBACK PREPARED`.
    RollbackPrepared,
    /// `COPY … FROM STDIN`: the server waits for data.
    CopyFromStdin,
    /// `COPY … TO STDOUT`: the server sends data.
    CopyToStdout,
    /// Gives rows and, for all its keywords say, changes nothing: `SELECT`, `VALUES`, `TABLE`,
    /// `SHOW`, `EXPLAIN`, `FETCH`, `WITH` over these.
    Query,
    /// `INSERT`, `UPDATE`, `DELETE`, `MERGE`, also inside a `WITH`; COPY from or to a server's file.
    Modify,
    /// `DO`, `CALL`, `EXECUTE`: anything may happen, and the first two may commit.
    Procedure,
    /// `CREATE`, `ALTER`, `DROP`, `TRUNCATE`, `GRANT`, `COMMENT` and their like.
    Define,
    /// `SET`, `RESET`, `LISTEN`, `PREPARE`, `DECLARE`, `LOCK` and others on session or transaction.
    Session,
    /// `VACUUM`, `ANALYZE`, `CLUSTER`, `REINDEX`, `CHECKPOINT`, `REFRESH`.
    Maintain,
    /// Nothing known.
    Other,
}

impl StatementKind {
    /// Whether it begins, ends or marks a transaction.
    pub fn is_transaction_control(self) -> bool {
        match self {
            Self::Begin
            | Self::Commit
            | Self::CommitAndChain
            | Self::Rollback
            | Self::RollbackAndChain
            | Self::RollbackToSavepoint
            | Self::Savepoint
            | Self::ReleaseSavepoint
            | Self::PrepareTransaction
            | Self::CommitPrepared
            | Self::RollbackPrepared => true,
            Self::CopyFromStdin
            | Self::CopyToStdout
            | Self::Query
            | Self::Modify
            | Self::Procedure
            | Self::Define
            | Self::Session
            | Self::Maintain
            | Self::Other => false,
        }
    }

    /// The kind of the part these lexemes are; reads no further than it must.
    pub(crate) fn of(mut lexemes: Lexemes<'_>) -> Self {
        let first = lexemes.find(|lexeme| lexeme.kind != TokenKind::OpenParenthesis);
        let Some(first) = first.filter(|lexeme| lexeme.kind == TokenKind::Word) else {
            return Self::Other;
        };
        match first.text.to_ascii_lowercase().as_str() {
            "begin" => Self::Begin,
            "start" if next_is(&mut lexemes, "transaction") => Self::Begin,
            "commit" | "end" => commit(lexemes),
            "rollback" | "abort" => rollback(lexemes),
            "savepoint" => Self::Savepoint,
            "release" => Self::ReleaseSavepoint,
            "prepare" if next_is(&mut lexemes, "transaction") => Self::PrepareTransaction,
            "copy" => copy(lexemes),
            "with" => with(lexemes),
            "select" | "values" | "table" | "show" | "explain" | "fetch" => Self::Query,
            "insert" | "update" | "delete" | "merge" => Self::Modify,
            "do" | "call" | "execute" => Self::Procedure,
            "create" | "alter" | "drop" | "truncate" | "grant" | "revoke" | "comment"
            | "security" | "import" | "reassign" => Self::Define,
            "set" | "reset" | "listen" | "unlisten" | "notify" | "prepare" | "deallocate"
            | "discard" | "declare" | "close" | "move" | "lock" | "load" => Self::Session,
            "vacuum" | "analyze" | "analyse" | "cluster" | "reindex" | "checkpoint" | "refresh" => {
                Self::Maintain
            }
            _ => Self::Other,
        }
    }
}

fn next_is(lexemes: &mut Lexemes<'_>, keyword: &str) -> bool {
    lexemes.next().is_some_and(|lexeme| lexeme.is(keyword))
}

/// The next lexeme, past the noise words WORK and TRANSACTION.
fn after_noise<'a>(lexemes: &mut Lexemes<'a>) -> Option<Lexeme<'a>> {
    lexemes.find(|lexeme| !lexeme.is_any(&["work", "transaction"]))
}

fn commit(mut lexemes: Lexemes<'_>) -> StatementKind {
    match after_noise(&mut lexemes) {
        Some(next) if next.is("prepared") => StatementKind::CommitPrepared,
        Some(next) if next.is("and") && next_is(&mut lexemes, "chain") => {
            StatementKind::CommitAndChain
        }
        _ => StatementKind::Commit,
    }
}

fn rollback(mut lexemes: Lexemes<'_>) -> StatementKind {
    match after_noise(&mut lexemes) {
        Some(next) if next.is("prepared") => StatementKind::RollbackPrepared,
        Some(next) if next.is("to") => StatementKind::RollbackToSavepoint,
        Some(next) if next.is("and") && next_is(&mut lexemes, "chain") => {
            StatementKind::RollbackAndChain
        }
        _ => StatementKind::Rollback,
    }
}

fn copy(lexemes: Lexemes<'_>) -> StatementKind {
    let mut toward_server = None;
    for lexeme in lexemes.filter(|lexeme| lexeme.depth == 0) {
        if lexeme.is_any(&["stdin", "stdout"]) {
            match toward_server {
                Some(true) => return StatementKind::CopyFromStdin,
                Some(false) => return StatementKind::CopyToStdout,
                None => {}
            }
        }
        toward_server = if lexeme.is("from") {
            Some(true)
        } else if lexeme.is("to") {
            Some(false)
        } else {
            None
        };
    }
    StatementKind::Modify
}

/// Data-modifying statements stand at the top, or first in parentheses.
fn with(lexemes: Lexemes<'_>) -> StatementKind {
    let mut opened = false;
    let mut main = false;
    for lexeme in lexemes {
        let verb = lexeme.is_any(&["insert", "update", "delete", "merge"]);
        if verb && (opened || (lexeme.depth == 0 && !main)) {
            return StatementKind::Modify;
        }
        main |= lexeme.depth == 0 && lexeme.is_any(&["select", "values", "table"]);
        opened = lexeme.kind == TokenKind::OpenParenthesis;
    }
    StatementKind::Query
}
