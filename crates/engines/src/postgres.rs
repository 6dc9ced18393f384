//! PostgreSQL: connections as libpq resolves them, and sessions that run fences statement by statement.
//! Does not record, judge or know the graph of steps.

mod cancel;
mod connect;
mod control;
mod fence;
mod identity;
mod kept_rows;
mod line;
mod print;
mod query;
mod server_error;
mod session;
mod session_event;
pub mod settings;
mod sql_work;
mod tap;
mod tls;
mod transaction_ends;
mod visible;
mod wire;

pub use kept_rows::KeptRows;
pub use session::{Session, SqlDone, WorkDone};
pub use session_event::SessionEvent;
pub use settings::{
    Account, Address, Endpoint, SessionAttributes, Settings, SettingsError, SslMode,
};
pub use sql_work::{SqlText, SqlWork};
