//! Runs shell steps: one process a step, begun where the one before ended, its output streamed, its whole tree tracked until
//! it is gone. Does not redact, does not know connections or steps, and does not judge an exit code.
//!
//! Linux only: descendants are found through `/proc` and a child subreaper.

mod carried;
mod chunk_memory;
mod crew;
mod environment;
mod exports;
mod graces;
mod handed_out;
mod inherited;
mod interleaver;
mod invocation;
mod launch;
mod leftovers;
mod legacy;
mod orphans;
mod process;
mod psql_variables;
mod pump;
mod save;
mod script;
mod shell_mode;
mod shell_run;
mod shell_work;
mod shells;
mod supervisor;
mod terminal;
mod tree;
mod unstartable;
mod watch;

pub use carried::forget;
pub use chunk_memory::keep_chunk_memory;
pub use environment::LIBPQ_VARIABLES;
pub use graces::Graces;
pub use inherited::keep_terminals_from_steps;
pub use leftovers::Leftovers;
pub use orphans::{Orphan, end_orphans, is_locked, orphans};
pub use shell_mode::ShellMode;
pub use shell_run::ShellRun;
pub use shell_work::ShellWork;
pub use shells::{Shells, ShellsError};
