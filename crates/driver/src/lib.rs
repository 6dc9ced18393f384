//! The one loop that does things: it records, syncs, applies, publishes, and only then performs.
//!
//! It does not draw, parse arguments, decide what follows (core does), or know scratch clusters.

mod attempt_lock;
mod backgrounds;
mod clock;
mod cursor;
mod driver;
mod ended;
mod engine_room;
mod error;
mod feed;
mod given;
mod last_words;
mod message;
mod passfile;
mod promise;
mod recorder;
mod redacted;
mod run_loop;
mod setup;
mod shell_work;
mod sink;
mod sql_work;
mod timers;
mod under_way;
mod values;
mod vault;

pub use clock::Clock;
pub use cursor::Cursor;
pub use driver::{Driver, Remote};
pub use ended::Ended;
pub use error::DriverError;
pub use feed::{Feed, Waker};
pub use given::{EnvironmentAnswer, GivenInput};
pub use setup::{Past, Setup};
