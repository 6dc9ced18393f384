//! What became of a transaction whose session was lost while its COMMIT was under way. Asks the server, on a connection of
//! its own, until the transaction is over; changes nothing there.

use std::time::{Duration, Instant};

use stepmark_core::record::{Fate, TargetIdentity};
use tokio_postgres::{Client, SimpleQueryMessage};

use super::connect::connect;
use super::line::{Line, Loss};
use super::settings::Settings;
use super::visible;

/// How long between two looks.
const LOOK_INTERVAL: Duration = Duration::from_millis(200);
/// How long a new connection may take, where the settings do not say.
const CONNECT_PATIENCE: Duration = Duration::from_secs(10);

/// Asks `pg_xact_status()` what became of the transaction `id` (64 bits, with epoch) until it is over, for `patience` at
/// most, which also waits for a server that is starting again. `known` is where the lost session led: a server that is
/// another one knows nothing of the transaction. Blocks.
///
/// # Errors
/// In words: why it cannot be told.
pub fn transaction_fate(
    settings: &Settings,
    known: &TargetIdentity,
    id: &str,
    patience: Duration,
) -> Result<Fate, String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("no runtime to ask with: {error}"))?;
    let settings = settings.clone().waiting_at_most(CONNECT_PATIENCE);
    let until = Instant::now() + patience;
    runtime.block_on(async {
        loop {
            let because = match ask(&settings, known, id, until).await {
                Ok(answer) => return answer,
                Err(because) => because,
            };
            if Instant::now() >= until {
                return Err(because);
            }
            tokio::time::sleep(LOOK_INTERVAL).await;
        }
    })
}

/// Connects and looks until the transaction is over. The outer error is one that may pass.
async fn ask(
    settings: &Settings,
    known: &TargetIdentity,
    id: &str,
    until: Instant,
) -> Result<Result<Fate, String>, String> {
    let connected = connect(settings, "stepmark")
        .await
        .map_err(|failure| failure.message)?;
    if let Some(difference) = known.difference(&connected.identity) {
        return Ok(Err(format!(
            "the connection leads elsewhere now: {difference}"
        )));
    }
    let (client, mut line) = (connected.client, connected.line);
    loop {
        match status(&client, &mut line, id).await? {
            Status::Over(fate) => return Ok(Ok(fate)),
            Status::Untellable(because) => return Ok(Err(because)),
            Status::InProgress if Instant::now() >= until => {
                return Ok(Err("the transaction is still in progress".to_owned()));
            }
            Status::InProgress => tokio::time::sleep(LOOK_INTERVAL).await,
        }
    }
}

enum Status {
    Over(Fate),
    InProgress,
    Untellable(String),
}

async fn status(client: &Client, line: &mut Line, id: &str) -> Result<Status, String> {
    let number: u64 = id
        .parse()
        .map_err(|_| format!("{} is no transaction id", visible::line(id)))?;
    let lost = |loss: Loss| loss.message;
    let query = format!("SELECT pg_catalog.pg_xact_status('{number}'::pg_catalog.xid8)");
    let mut answer = line
        .drive(client.simple_query(&query), &mut |_| {})
        .await
        .map_err(lost)?;
    let undefined = |error: &tokio_postgres::Error| {
        error
            .code()
            .is_some_and(|code| matches!(code.code(), "42704" | "42883"))
    };
    if answer.as_ref().is_err_and(undefined) {
        // PostgreSQL 12 has neither the type nor the function.
        let query = format!("SELECT pg_catalog.txid_status({number})");
        answer = line
            .drive(client.simple_query(&query), &mut |_| {})
            .await
            .map_err(lost)?;
    }
    let messages = match answer {
        Ok(messages) => messages,
        Err(error) if error.is_closed() => return Err(Loss::of(&error).message),
        Err(error) => return Ok(Status::Untellable(Loss::of(&error).message)),
    };
    let word = messages.iter().find_map(|message| match message {
        SimpleQueryMessage::Row(row) => row.try_get(0).ok().flatten(),
        _ => None,
    });
    Ok(match word {
        Some("committed") => Status::Over(Fate::Committed),
        Some("aborted") => Status::Over(Fate::Aborted),
        Some(_) => Status::InProgress,
        None => Status::Untellable("the server no longer knows this transaction".to_owned()),
    })
}
