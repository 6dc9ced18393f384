//! From an error as tokio-postgres gives it to core's, with its place in the runbook.

use stepmark_core::plan::Position;
use stepmark_core::record::ServerError;
use tokio_postgres::error::DbError;

use super::visible;

/// SQLSTATE `query_canceled`.
const QUERY_CANCELED: &str = "57014";
/// SQLSTATE `invalid_transaction_termination`.
const INVALID_TRANSACTION_TERMINATION: &str = "2D000";
/// SQLSTATE `program_limit_exceeded`.
const PROGRAM_LIMIT_EXCEEDED: &str = "54000";
/// SQLSTATE `object_not_in_prerequisite_state`.
const OBJECT_NOT_IN_PREREQUISITE_STATE: &str = "55000";
/// SQLSTATE `protocol_violation`.
const PROTOCOL_VIOLATION: &str = "08P01";

/// The server's error; its texts are safe to show.
pub(crate) fn of(error: &DbError, position: Option<Position>) -> ServerError {
    let text = |text: Option<&str>| text.map(|text| visible::text(text).into_owned());
    ServerError {
        severity: visible::line(error.severity()),
        sqlstate: visible::line(error.code().code()),
        message: visible::text(error.message()).into_owned(),
        detail: text(error.detail()),
        hint: text(error.hint()),
        context: text(error.where_()),
        schema: text(error.schema()),
        table: text(error.table()),
        column: text(error.column()),
        constraint: text(error.constraint()),
        position,
        file: None,
    }
}

/// The error of a work that was cancelled before `what`, while no statement was under way; no server said it, the code
/// is what it would have said.
pub(crate) fn cancelled_before(what: &str, position: Option<Position>) -> ServerError {
    ServerError {
        position,
        ..made_up(QUERY_CANCELED, format!("canceled before {what}"))
    }
}

/// The error of a step with `transaction` whose transaction is over before its COMMIT.
pub(crate) fn transaction_ended() -> ServerError {
    ServerError {
        hint: Some("look for a statement that ends transactions, and remove it".to_owned()),
        ..made_up(
            INVALID_TRANSACTION_TERMINATION,
            "the transaction of the step ended before its COMMIT".to_owned(),
        )
    }
}

/// The error of a fence whose next statements cannot be told apart as they were: `standard_conforming_strings` became
/// `conforming` by a function or a rollback.
pub(crate) fn misread(conforming: bool, position: Option<Position>) -> ServerError {
    let (now, before) = if conforming {
        ("on", "off")
    } else {
        ("off", "on")
    };
    ServerError {
        position,
        hint: Some(format!(
            "write SET standard_conforming_strings = {now}; after it, or put what follows into a step of its own"
        )),
        ..made_up(
            OBJECT_NOT_IN_PREREQUISITE_STATE,
            format!(
                "this statement turned standard_conforming_strings {now}, and what follows was read as if it were {before}; it was not run"
            ),
        )
    }
}

/// The error of a query whose cells are not taken for statements.
pub(crate) fn not_taken(message: String) -> ServerError {
    made_up(PROGRAM_LIMIT_EXCEEDED, message)
}

fn made_up(sqlstate: &str, message: String) -> ServerError {
    ServerError {
        severity: "ERROR".to_owned(),
        sqlstate: sqlstate.to_owned(),
        message,
        ..ServerError::default()
    }
}

/// The error of an answer that could not be read.
pub(crate) fn unreadable(problem: &str, position: Option<Position>) -> ServerError {
    let problem = visible::line(problem);
    ServerError {
        hint: Some("the statement itself may have been carried out".to_owned()),
        position,
        ..made_up(
            PROTOCOL_VIOLATION,
            format!("the server\u{2019}s answer cannot be read: {problem}"),
        )
    }
}
