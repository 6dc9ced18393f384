//! The PostgreSQL engine against real servers. One cluster is shared by the tests that run at the same time; each
//! test has a database of its own.

#![expect(
    clippy::unwrap_used,
    reason = "a test's scaffolding fails by panicking"
)]

mod cancelling;
mod connecting;
mod copying;
mod failing;
mod generating;
mod locking;
mod losing;
mod observing;
mod old_backends;
mod pooling;
mod results;
mod support;
mod tables;
mod timeouts;
mod transactions;
mod values;
mod wrapped;
