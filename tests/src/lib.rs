//! What end-to-end tests share: the real binary, a home of its own, a server of its own, a pseudo-terminal.

mod aloud;
mod binary;
mod chance;
mod command_lines;
mod eventually;
mod finished;
mod home;
mod journal;
mod outcome;
mod pty;
mod server;
mod session;
mod soak;
mod svg;

pub use aloud::{found_out, not_tested};
pub use binary::stepmark;
pub use chance::Chance;
pub use command_lines::{command_lines, watched};
pub use eventually::{PATIENCE, eventually, found, found_within};
pub use finished::Finished;
pub use home::Home;
pub use journal::Journal;
pub use outcome::Outcome;
pub use pty::Pty;
pub use server::Server;
pub use session::Session;
pub use soak::soak;
pub use svg::svg;
