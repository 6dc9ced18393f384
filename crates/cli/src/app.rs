//! A run from file to exit code, in pieces that tests can reach.

mod ask;
mod attended;
mod clock;
mod connections;
pub(crate) mod copied;
mod environment;
mod find_run;
mod first_record;
mod folders;
mod history;
mod index;
mod inputs;
mod last_record;
mod operator;
mod past_rehearsal;
mod person;
mod private_file;
mod rehearse;
mod requirements;
mod resume;
mod run;
mod runbook;
mod scratch;
mod set_values;
mod signing;
mod slots;
mod sources;
mod terminal_prompt;
mod terms;
mod view;

pub(crate) use ask::{Ask, Echo, Typed};
pub(crate) use clock::now;
pub(crate) use connections::{
    Connections, Surroundings, complain, identify, resolve, resolve_given, resolve_scratch,
};
pub(crate) use find_run::{ReadRun, find_run, known_runs, plan_of, read_run, runs_below};
pub(crate) use first_record::FirstRecord;
pub(crate) use folders::Folders;
pub(crate) use history::History;
pub(crate) use inputs::Inputs;
pub(crate) use last_record::last_record;
pub(crate) use operator::operator;
pub(crate) use past_rehearsal::concluded;
pub(crate) use person::{Presentation, gather, gather_unasked, presentation};
pub(crate) use private_file::replace_private;
pub(crate) use rehearse::{KeptCluster, Rehearsed, Wish, rehearse};
pub(crate) use requirements::in_path;
pub(crate) use resume::{Purpose, take_up};
pub(crate) use run::{Asked, run, screen_settings};
pub(crate) use runbook::{Runbook, reason, stem_of};
pub(crate) use scratch::{Fixture, Scratch};
pub(crate) use signing::{Signer, check_signature};
pub(crate) use sources::{shown_path, with_included};
pub(crate) use terminal_prompt::TerminalPrompt;
