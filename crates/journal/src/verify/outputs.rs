//! Claims about `outputs/`: each is what was recorded, and nothing else lies there.

use std::collections::BTreeSet;

use stepmark_core::output::{OutputId, OutputSummary};
use stepmark_core::record::{Event, Record};
use stepmark_core::{Attempt, Digest, StepId};

use crate::measured::digest_of;
use crate::{Check, Place, RunDirectory, Subject, output_name, reason};

/// So many faults are named; the rest is counted.
const FAULTS_NAMED_MAX: usize = 100;

/// What the records say of outputs, compared with the files as the records come by.
pub(super) struct Outputs {
    directory: RunDirectory,
    broken: Vec<Check>,
    unnamed: u64,
    recorded: BTreeSet<String>,
    open: BTreeSet<(StepId, Attempt)>,
}

impl Outputs {
    pub(super) fn of(directory: &RunDirectory) -> Self {
        Self {
            directory: directory.clone(),
            broken: Vec::new(),
            unnamed: 0,
            recorded: BTreeSet::new(),
            open: BTreeSet::new(),
        }
    }

    pub(super) fn take(&mut self, record: &Record) {
        match &record.event {
            Event::StepStarted { step, attempt, .. } => {
                self.open.insert((step.clone(), *attempt));
            }
            Event::StepFinished {
                step,
                attempt,
                output,
                ..
            } => {
                self.open.remove(&(step.clone(), *attempt));
                self.recorded.extend(output.file.clone());
                if let Some(what) = self.fault(output) {
                    self.add(record.seq, output, what);
                }
            }
            _ => {}
        }
    }

    fn add(&mut self, seq: u64, output: &OutputSummary, what: String) {
        if self.broken.len() >= FAULTS_NAMED_MAX {
            self.unnamed += 1;
            return;
        }
        let place = match &output.file {
            Some(name) => Place {
                record: Some(seq),
                ..Place::file(format!("outputs/{name}"))
            },
            None => Place::record(seq),
        };
        self.broken
            .push(Check::broken(Subject::Outputs, place, what));
    }

    fn fault(&self, output: &OutputSummary) -> Option<String> {
        let found = match &output.file {
            None => (
                output.excerpt.len() as u64,
                Digest::of(output.excerpt.as_bytes()),
            ),
            Some(name) if !output_name::is_plain(name) => {
                return Some("its name leads out of outputs/".to_owned());
            }
            Some(name) => match digest_of(&self.directory.outputs().join(name)) {
                Ok(found) => found,
                Err(error) => return Some(reason(&error)),
            },
        };
        if found.0 != output.bytes {
            return Some(format!(
                "it has {} bytes and {} were recorded",
                found.0, output.bytes
            ));
        }
        (found.1 != output.digest).then(|| "its content is not what was recorded".to_owned())
    }

    pub(super) fn checks(&self) -> Vec<Check> {
        if self.broken.is_empty() {
            return vec![Check::held(Subject::Outputs)];
        }
        let mut checks = self.broken.clone();
        if self.unnamed > 0 {
            checks.push(Check::broken(
                Subject::Outputs,
                Place::file("outputs"),
                format!("{} more are not what was recorded", self.unnamed),
            ));
        }
        checks
    }

    pub(super) fn strays(&self) -> Vec<Check> {
        let entries = match std::fs::read_dir(self.directory.outputs()) {
            Ok(entries) => entries,
            Err(error) => {
                let place = Place::file("outputs");
                return vec![Check::broken(Subject::StrayOutputs, place, reason(&error))];
            }
        };
        let mut names: Vec<String> = entries
            .flatten()
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .filter(|name| !self.recorded.contains(name))
            .collect();
        if names.is_empty() {
            return vec![Check::held(Subject::StrayOutputs)];
        }
        names.sort();
        names.truncate(FAULTS_NAMED_MAX);
        names.iter().map(|name| self.stray(name)).collect()
    }

    fn stray(&self, name: &str) -> Check {
        let of = self.open.iter().find(|(step, attempt)| {
            let id = OutputId {
                step: step.clone(),
                attempt: *attempt,
            };
            output_name::is_file_of(name, &id)
        });
        match of {
            Some((step, attempt)) => Check::unproven(
                Subject::StrayOutputs,
                format!(
                    "outputs/{name} belongs to attempt {attempt} of {step}, which has no outcome on record"
                ),
            ),
            None => Check::broken(
                Subject::StrayOutputs,
                Place::file(format!("outputs/{name}")),
                "no record tells about it",
            ),
        }
    }
}
