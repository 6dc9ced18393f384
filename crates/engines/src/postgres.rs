//! PostgreSQL: connections as libpq resolves them, and sessions that run fences statement by statement.
//! Does not record, judge or know the graph of steps.

mod cancel;
mod comparison;
mod connect;
mod control;
mod conversation;
mod fence;
mod identity;
mod inline_data;
mod kept_rows;
mod line;
mod made_statements;
mod observer;
mod old_backend;
mod opening;
mod own_transaction;
mod print;
mod query;
mod script;
mod server_error;
mod session;
mod session_event;
pub mod settings;
mod sql_work;
mod takers;
mod tap;
mod target_lock;
mod timeouts;
mod tls;
mod transaction_ends;
mod transaction_fate;
mod visible;
mod wire;

pub use kept_rows::KeptRows;
pub use opening::{GivenUp, Opening, Predecessor, TargetLock};
pub use session::{Session, SqlDone, WorkDone};
pub use session_event::{Observed, SessionEvent};
pub use settings::{
    Account, Address, Endpoint, SessionAttributes, Settings, SettingsError, SslMode,
};
pub use sql_work::{SqlText, SqlWork};
pub use transaction_fate::transaction_fate;
