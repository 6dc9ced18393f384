//! The PostgreSQL engine beside psql: scripts run through both, each in a database of its own on one server, and what
//! they did and said is compared. What may differ is listed in `known.rs`, and what is not comparable in `told.rs`.

#![expect(
    clippy::unwrap_used,
    reason = "a test's scaffolding fails by panicking"
)]

mod agreement;
mod bench;
mod case;
mod control;
mod fragments;
mod known;
mod made;
mod psql;
mod server_log;
mod splitting;
mod state;
mod stepmark;
mod told;
