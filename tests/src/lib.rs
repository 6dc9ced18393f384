//! What end-to-end tests share: the real binary, a home of its own, a server of its own, a pseudo-terminal.

mod binary;
mod home;
mod journal;
mod outcome;
mod pty;
mod server;
mod svg;

pub use binary::stepmark;
pub use home::Home;
pub use journal::Journal;
pub use outcome::Outcome;
pub use pty::Pty;
pub use server::Server;
pub use svg::svg;
