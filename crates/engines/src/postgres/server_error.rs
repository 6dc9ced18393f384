//! From an error as tokio-postgres gives it to core's, with its place in the runbook.

use stepmark_core::plan::Position;
use stepmark_core::record::ServerError;
use tokio_postgres::error::DbError;

use super::visible;

/// SQLSTATE `query_canceled`.
const QUERY_CANCELED: &str = "57014";
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
    }
}

/// The error of a fence that was cancelled while no statement was under way; no server said it, the code is what it
/// would have said.
pub(crate) fn cancelled_between(position: Option<Position>) -> ServerError {
    ServerError {
        severity: "ERROR".to_owned(),
        sqlstate: QUERY_CANCELED.to_owned(),
        message: "canceled before the next statement".to_owned(),
        position,
        ..ServerError::default()
    }
}

/// The error of an answer that could not be read.
pub(crate) fn unreadable(problem: &str, position: Option<Position>) -> ServerError {
    ServerError {
        severity: "ERROR".to_owned(),
        sqlstate: PROTOCOL_VIOLATION.to_owned(),
        message: format!(
            "the server\u{2019}s answer cannot be read: {}",
            visible::line(problem)
        ),
        hint: Some("the statement itself may have been carried out".to_owned()),
        position,
        ..ServerError::default()
    }
}
