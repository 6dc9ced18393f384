//! The backend of a session that was lost, which goes on with its statement until it notices: nothing may run beside it.
//! Only waits; whether to end it is for a person to say.

use std::time::{Duration, Instant};

use stepmark_core::quote::literal;
use stepmark_core::report::duration;
use stepmark_core::runner::OpenFailure;

use super::connect::Connected;
use super::opening::{Opening, Predecessor};
use super::settings::Settings;
use super::{identity, visible};

/// How long between two looks.
const LOOK_INTERVAL: Duration = Duration::from_millis(200);
/// So much of its query is shown, in characters.
const QUERY_CHARACTERS_MAX: usize = 200;

/// Waits until the backend of the predecessor is gone, if the opening has one.
///
/// # Errors
/// It is not, in good time; or the new session was lost or given up meanwhile.
pub(crate) async fn wait_until_gone(
    connected: &mut Connected,
    opening: &Opening,
    settings: &Settings,
) -> Result<(), OpenFailure> {
    let Some(predecessor) = &opening.predecessor else {
        return Ok(());
    };
    let failure = |message, hint| OpenFailure {
        message,
        hint,
        password: None,
        settings: settings.report(),
    };
    let started = Instant::now();
    let query = query(predecessor);
    loop {
        let rows = connected.line.ask(&connected.client, &query).await;
        let rows = rows.map_err(|loss| failure(loss.message, None))?;
        let Some(row) = rows.first() else {
            return Ok(());
        };
        if opening.given_up.is_given_up() || started.elapsed() >= opening.predecessor_patience {
            let pid = predecessor.backend_pid;
            let hint = format!(
                "wait until it is over and run the step again, or end it from another session: select pg_terminate_backend({pid})"
            );
            return Err(failure(message(pid, row), Some(hint)));
        }
        tokio::time::sleep(LOOK_INTERVAL).await;
    }
}

/// A role that may not see when a backend started still sees that it is of the same user.
fn query(predecessor: &Predecessor) -> String {
    format!(
        "SELECT a.state, pg_catalog.left(a.query, {}), \
           (extract(epoch FROM pg_catalog.clock_timestamp() - a.state_change) * 1000)::pg_catalog.int8 \
         FROM pg_catalog.pg_stat_activity a \
         WHERE a.pid = {} AND (pg_catalog.to_char(a.backend_start AT TIME ZONE 'UTC', '{}') = {} \
           OR a.backend_start IS NULL AND a.usename = session_user)",
        QUERY_CHARACTERS_MAX,
        predecessor.backend_pid,
        identity::BACKEND_START_FORMAT,
        literal(&predecessor.backend_start),
    )
}

fn message(pid: i32, row: &[Option<String>]) -> String {
    let cell = |at: usize| row.get(at).and_then(Option::as_deref);
    let state = cell(0).map(visible::line);
    let since = cell(2).and_then(|text| text.parse().ok());
    let since = since.map(|age| format!(" for {}", duration(Duration::from_millis(age))));
    let query = cell(1).map(|query| visible::line(query).trim().to_owned());
    let query = query.filter(|query| !query.is_empty());
    format!(
        "the lost session (backend {pid}) is still {} on the server{}{}{}",
        match state.as_deref() {
            Some("idle") => "there",
            _ => "at work",
        },
        state.map_or_else(String::new, |state| format!(", {state}")),
        since.unwrap_or_default(),
        query.map_or_else(String::new, |query| format!(": {query}")),
    )
}
