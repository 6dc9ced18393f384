//! One query on its way: sends it, prints what comes back, and says what it was. Does not stop a fence.

use std::cell::RefCell;
use std::pin::pin;

use futures_util::StreamExt;
use tokio_postgres::error::{DbError, Severity};
use tokio_postgres::{Client, Error, SimpleColumn, SimpleQueryMessage, SimpleQueryRow};

use super::line::Loss;
use super::print::{Output, Table};
use super::takers::Takers;
use super::tap::{ResultShape, Sightings};
use super::wire::VALUE_BYTES_MAX;

/// What stands for a value that is not UTF-8.
const NOT_UTF8: &str = "\u{2039}not UTF-8\u{203a}";

/// How a query ended.
pub(crate) struct QueryEnd {
    /// The tags of its parts, in order.
    pub(crate) tags: Vec<String>,
    /// Rows that came back.
    pub(crate) rows: u64,
    /// Why it failed, if it did.
    pub(crate) failure: Option<QueryFailure>,
}

/// Why a query failed.
pub(crate) enum QueryFailure {
    /// The server said so, and goes on.
    Server(Box<DbError>),
    /// The server's answer could not be read.
    Unreadable(String),
    /// The session ended.
    Lost(Loss),
    /// The query was never sent: the session had ended before.
    NeverSent(Loss),
}

/// What of a query's answer is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Printing {
    /// All of it.
    Everything,
    /// All but tables.
    NoTables,
    /// Nothing: it is our own.
    Nothing,
}

impl QueryFailure {
    fn of(error: &Error) -> Self {
        let fatal = |error: &DbError| {
            matches!(
                error.parsed_severity(),
                Some(Severity::Fatal | Severity::Panic)
            )
        };
        match error.as_db_error() {
            Some(said) if fatal(said) => Self::Lost(Loss::of(error)),
            Some(said) => Self::Server(Box::new(said.clone())),
            None if error.is_closed() => Self::Lost(Loss::of(error)),
            None => Self::Unreadable(match std::error::Error::source(error) {
                Some(cause) => format!("{error}: {cause}"),
                None => error.to_string(),
            }),
        }
    }
}

/// Runs one query and prints its results.
pub(crate) struct Query<'a> {
    client: &'a Client,
    sightings: &'a Sightings,
    output: &'a RefCell<Output>,
    takers: &'a mut Takers,
    printing: Printing,
    result: Shown,
    unreadable_values: u64,
    withheld_values: u64,
    end: QueryEnd,
}

/// A result being printed.
enum Shown {
    /// None.
    Nothing,
    /// A table.
    Table(Table),
    /// Rows that are not shown.
    Unshown,
    /// Lines of COPY.
    CopyText,
    /// Bytes of COPY, counted and not shown.
    CopyBinary(u64),
}

impl<'a> Query<'a> {
    pub(crate) fn new(
        client: &'a Client,
        sightings: &'a Sightings,
        output: &'a RefCell<Output>,
        takers: &'a mut Takers,
        printing: Printing,
    ) -> Self {
        Self {
            client,
            sightings,
            output,
            takers,
            printing,
            result: Shown::Nothing,
            unreadable_values: 0,
            withheld_values: 0,
            end: QueryEnd {
                tags: Vec::new(),
                rows: 0,
                failure: None,
            },
        }
    }

    /// Runs `text` to its ReadyForQuery, or to the end of the session.
    pub(crate) async fn run(mut self, text: &str) -> QueryEnd {
        let stream = match self.client.simple_query_raw(text).await {
            Ok(stream) => stream,
            Err(error) if error.is_closed() => {
                self.end.failure = Some(QueryFailure::NeverSent(Loss::of(&error)));
                return self.end;
            }
            Err(error) => {
                self.end.failure = Some(QueryFailure::Unreadable(error.to_string()));
                return self.end;
            }
        };
        let mut stream = pin!(stream);
        while let Some(message) = stream.next().await {
            match message {
                Ok(message) => self.message(&message),
                Err(error) => {
                    if self.error(&error) {
                        break;
                    }
                }
            }
        }
        self.end
    }

    fn message(&mut self, message: &SimpleQueryMessage) {
        match message {
            SimpleQueryMessage::RowDescription(columns) => self.begin(columns),
            SimpleQueryMessage::Row(row) => self.row(row),
            SimpleQueryMessage::CommandComplete(_) => self.complete(),
            _ => {}
        }
        self.output.borrow_mut().hand_on_full();
    }

    /// A result begins. Where a rule added a SELECT, one before it has no tag of its own.
    fn begin(&mut self, columns: &[SimpleColumn]) {
        if let Shown::Table(table) = std::mem::replace(&mut self.result, Shown::Nothing) {
            table.finish(self.output.borrow_mut().buffer());
        }
        let shape = self.sightings.look().shapes.pop_front();
        self.result = match shape {
            Some(ResultShape::CopyText) => Shown::CopyText,
            Some(ResultShape::CopyBinary) => Shown::CopyBinary(0),
            Some(ResultShape::Rows(types)) => self.begin_table(columns, &types),
            None => self.begin_table(columns, &[]),
        };
    }

    fn begin_table(&mut self, columns: &[SimpleColumn], types: &[u32]) -> Shown {
        self.takers.result_begins(columns.len());
        match self.printing {
            Printing::Everything => {
                Shown::Table(Table::new(columns.iter().map(SimpleColumn::name), types))
            }
            Printing::NoTables | Printing::Nothing => Shown::Unshown,
        }
    }

    fn row(&mut self, row: &SimpleQueryRow) {
        let mut output = self.output.borrow_mut();
        match &mut self.result {
            Shown::Table(_) | Shown::Unshown => {
                let (mut unreadable, mut withheld) = (0, 0);
                let cells: Vec<Option<&str>> = (0..row.len())
                    .map(|column| {
                        let cell = row.try_get(column).unwrap_or_else(|_| {
                            unreadable += 1;
                            Some(NOT_UTF8)
                        });
                        withheld +=
                            u64::from(cell.is_some_and(|cell| is_withheld(self.sightings, cell)));
                        cell
                    })
                    .collect();
                self.unreadable_values += unreadable;
                self.withheld_values += withheld;
                self.takers.row(&cells, unreadable + withheld > 0);
                self.end.rows += 1;
                if let Shown::Table(table) = &mut self.result {
                    table.row(&cells, output.buffer());
                }
            }
            Shown::CopyText => match row.try_get(0) {
                Ok(line) => {
                    let line = line.unwrap_or_default();
                    output.buffer().push_str(&super::visible::text(line));
                }
                Err(_) => {
                    self.unreadable_values += 1;
                    output.buffer().push_str(NOT_UTF8);
                    output.buffer().push('\n');
                }
            },
            Shown::CopyBinary(bytes) => {
                // Lengths of binary values are not told apart from text that is not UTF-8; only messages are counted.
                *bytes += 1;
            }
            Shown::Nothing => {}
        }
    }

    fn complete(&mut self) {
        let tag = self.sightings.look().tags.pop_front().unwrap_or_default();
        let shown = std::mem::replace(&mut self.result, Shown::Nothing);
        let mut output = self.output.borrow_mut();
        let modifies = || {
            ["INSERT", "UPDATE", "DELETE", "MERGE"]
                .iter()
                .any(|verb| tag.starts_with(verb))
        };
        let print_tag = match shown {
            Shown::Table(table) => {
                table.finish(output.buffer());
                modifies()
            }
            Shown::Unshown => modifies(),
            Shown::CopyText => false,
            Shown::CopyBinary(messages) => {
                output.write(&format!(
                    "(binary COPY data, {messages} messages, not shown)\n"
                ));
                false
            }
            Shown::Nothing => true,
        };
        if self.printing != Printing::Nothing {
            warn_of_unshown(
                &mut output,
                std::mem::take(&mut self.unreadable_values),
                std::mem::take(&mut self.withheld_values),
            );
        }
        if tag.is_empty() {
            return;
        }
        if print_tag && self.printing != Printing::Nothing {
            output.write(&super::visible::line(&tag));
            output.write("\n");
        }
        self.end.tags.push(tag);
    }

    /// Takes in an error; whether the stream is over. After an error of a statement it goes on to ReadyForQuery.
    fn error(&mut self, error: &Error) -> bool {
        self.result = Shown::Nothing;
        let failure = QueryFailure::of(error);
        let over = matches!(failure, QueryFailure::Lost(_));
        match &self.end.failure {
            None => self.end.failure = Some(failure),
            Some(_) if over => self.end.failure = Some(failure),
            Some(_) => {}
        }
        over
    }
}

/// Whether a cell is only the word for a value that was too large to be handed on.
fn is_withheld(sightings: &Sightings, cell: &str) -> bool {
    cell.starts_with('\u{2039}') && sightings.look().withheld.iter().any(|word| word == cell)
}

/// Says what stands for values of a result that are not there, and how to come to them.
fn warn_of_unshown(output: &mut Output, unreadable: u64, withheld: u64) {
    if unreadable > 0 {
        output.write(&format!(
            "WARNING:  values that are not valid UTF-8 and are not shown: {unreadable}\n\
             HINT:  convert_from(value::bytea, 'LATIN1') or the like reads them\n"
        ));
    }
    if withheld > 0 {
        let most = VALUE_BYTES_MAX / 1024 / 1024;
        output.write(&format!(
            "WARNING:  values that are too large (more than {most} MiB, or {} MiB in a row) and are not shown: {withheld}\n\
             HINT:  COPY (SELECT \u{2026}) TO STDOUT shows values of any size; \\copy in a psql fence writes them to a file\n",
            most * 2
        ));
    }
}
