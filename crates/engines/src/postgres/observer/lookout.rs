//! The observer's connection: asks one query after the other, each a transaction of its own. Knows no query itself.

use std::future::pending;
use std::time::Duration;

use stepmark_core::record::TargetIdentity;
use tokio_postgres::Client;

use super::Watched;
use crate::postgres::connect::connect;
pub(super) use crate::postgres::line::Rows;
use crate::postgres::line::{Line, Loss, rows};
use crate::postgres::settings::{SessionAttributes, Settings};
use crate::postgres::visible;

/// How long connecting may take, where the settings do not say.
const CONNECT_PATIENCE: Duration = Duration::from_secs(10);
/// How long an answer may take before the connection is given up; the server's own limit is below it.
const ANSWER_LIMIT: Duration = Duration::from_secs(3);
/// What a session of ours is before its first query: it writes nothing, waits for no lock, and costs the server little.
const MANNERS: &str = "SET default_transaction_read_only = on; SET statement_timeout = 2000; SET lock_timeout = 200; SET jit = off; SET search_path = pg_catalog";

/// An open connection that looks.
pub(super) struct Lookout {
    client: Client,
    line: Line,
    /// The server's major version.
    pub(super) major: u32,
}

/// Why a query has no answer.
pub(super) enum Unanswered {
    /// The server refused it, and goes on.
    Refused { sqlstate: String, message: String },
    /// The connection is of no use any more.
    Gone,
}

impl Lookout {
    /// Connects to the server that the session leads to.
    ///
    /// # Errors
    /// In words: why that is not possible.
    pub(super) async fn open(watched: &Watched) -> Result<Self, String> {
        let mut settings = Settings::clone(&watched.settings).waiting_at_most(CONNECT_PATIENCE);
        settings.endpoints = vec![watched.route.endpoint.clone()];
        settings.session_attributes = SessionAttributes::Any;
        settings.session_settings.clear();
        settings.application_name = Some(format!("{} observer", watched.application_name));
        let connected = connect(&settings, "stepmark observer")
            .await
            .map_err(|failure| failure.message)?;
        if let Some(difference) = watched.identity.difference(&connected.identity) {
            return Err(format!("a second connection leads elsewhere: {difference}"));
        }
        let version = &connected.identity.server_version;
        let mut lookout = Self {
            major: major(version),
            client: connected.client,
            line: connected.line,
        };
        // Behind a pooler a setting would stay on a connection that serves others next.
        if !pooled(&watched.identity, &connected.identity) {
            lookout.ask(MANNERS).await.map_err(|why| match why {
                Unanswered::Refused { message, .. } => message,
                Unanswered::Gone => "the server closed the connection unexpectedly".to_owned(),
            })?;
        }
        Ok(lookout)
    }

    /// Asks a query.
    pub(super) async fn ask(&mut self, query: &str) -> Result<Rows, Unanswered> {
        let mut unheard = |_| {};
        let asked = self.client.simple_query(query);
        let asked = self.line.drive(asked, &mut unheard);
        let answered = tokio::time::timeout(ANSWER_LIMIT, asked).await;
        let messages = match answered {
            Ok(Ok(Ok(messages))) => messages,
            Ok(Ok(Err(error))) => {
                return Err(match error.as_db_error() {
                    Some(said) if !error.is_closed() && said.severity() != "FATAL" => {
                        Unanswered::Refused {
                            sqlstate: said.code().code().to_owned(),
                            message: visible::line(said.message()),
                        }
                    }
                    _ => Unanswered::Gone,
                });
            }
            Ok(Err(_)) | Err(_) => return Err(Unanswered::Gone),
        };
        Ok(rows(&messages))
    }

    /// Waits for the connection's end.
    pub(super) async fn lost(&mut self) -> Loss {
        match self.line.drive(pending::<()>(), &mut |_| {}).await {
            Ok(()) => unreachable!("nothing comes of waiting for nothing"),
            Err(loss) => loss,
        }
    }

    /// Ends it.
    pub(super) async fn close(self) {
        drop(self.client);
        self.line.finish().await;
    }
}

fn pooled(session: &TargetIdentity, own: &TargetIdentity) -> bool {
    session.pooler || own.pooler
}

/// The major version in a `server_version`; 0 where it says none, so that only what all versions have is asked.
fn major(version: &str) -> u32 {
    let digits = version.split(|it: char| !it.is_ascii_digit()).next();
    digits.and_then(|digits| digits.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::major;

    #[test]
    fn the_major_version_is_what_stands_first() {
        let cases = [
            ("15.18 (Debian 15.18-1)", 15),
            ("17beta1", 17),
            ("12", 12),
            ("unknown", 0),
        ];
        for (text, expected) in cases {
            assert_eq!(major(text), expected, "{text}");
        }
    }
}
