//! Tests of the decisions, on a rig that records and applies like the driver and answers like scripted engines.

mod background_tests;
mod capture_tests;
mod flow_tests;
mod gates_tests;
mod rehearsal_tests;
mod rig;
mod rollback_tests;
mod transaction_tests;
mod unknown_tests;
mod wait_tests;
mod ways_tests;
