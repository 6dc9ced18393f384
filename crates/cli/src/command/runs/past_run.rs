//! A run at a glance: its opening and its last record. Does not verify, and does not read what stands between.

use std::path::Path;

use serde_json::{Value, json};
use stepmark_core::record::{Event, Record, Rehearsal, RehearsalPart, RunHeader, TargetIdentity};
use stepmark_core::report::duration;
use stepmark_core::{ConnectionName, Timestamp};
use stepmark_journal::{RunDirectory, read_opening};

use crate::app::{concluded, last_record};
use crate::command::list::RunResult;

/// Sessions are opened before the first step, or soon after; so many records are looked at for them.
const OPENING_RECORDS_MAX: usize = 64;

/// A run at a glance.
pub(super) struct PastRun {
    pub(super) directory: RunDirectory,
    pub(super) result: RunResult,
    /// How many records it has.
    pub(super) records: Option<u64>,
    header: Option<RunHeader>,
    targets: Vec<(ConnectionName, TargetIdentity)>,
    started: Option<Timestamp>,
    last_at: Option<Timestamp>,
}

impl PastRun {
    /// The run in `path`; none when that is no run.
    pub(super) fn read(path: &Path) -> Option<Self> {
        let directory = RunDirectory::open(path).ok()?;
        let opening = read_opening(&directory.journal(), OPENING_RECORDS_MAX);
        let last = last_record(&directory.journal());
        let result = match &last {
            Ok(record) => RunResult::of(record, || directory.is_locked()),
            Err(reason) => RunResult::Unreadable(reason.clone()),
        };
        let mut run = Self {
            result,
            records: last.as_ref().ok().map(|record| record.seq),
            header: None,
            targets: Vec::new(),
            started: opening.first().map(|record| record.at),
            last_at: last.ok().map(|record| record.at),
            directory,
        };
        opening.into_iter().for_each(|record| run.take(record));
        Some(run)
    }

    fn take(&mut self, record: Record) {
        match record.event {
            Event::RunStarted(header) => self.header = Some(*header),
            Event::TargetIdentified {
                connection, target, ..
            } if !self.targets.iter().any(|(known, _)| *known == connection) => {
                self.targets.push((connection, *target));
            }
            _ => {}
        }
    }

    fn rehearsal(&self) -> Option<&Rehearsal> {
        self.header.as_ref()?.rehearsal.as_deref()
    }

    /// Whether it was a rehearsal on throwaway clusters.
    pub(super) fn is_rehearsal(&self) -> bool {
        self.rehearsal().is_some()
    }

    /// How it came out, for a person; of a rehearsal what it concluded, which its last record does not say.
    pub(super) fn result_text(&self) -> String {
        let phrase = self.result.phrase();
        match (self.rehearsal(), concluded(&self.directory)) {
            (None, _) => phrase,
            (Some(_), Some(conclusion)) => format!("rehearsal: {}", conclusion.words()),
            (Some(rehearsal), None) => match rehearsal.part {
                RehearsalPart::UpToNoReturn => format!("rehearsal, first part: {phrase}"),
                RehearsalPart::ToTheEnd => format!("rehearsal: {phrase}"),
            },
        }
    }

    pub(super) fn id(&self) -> &str {
        self.directory.run().as_str()
    }

    pub(super) fn started(&self) -> Option<Timestamp> {
        self.started
    }

    /// The runbook by the name of the folder that its runs are in.
    pub(super) fn runbook(&self) -> String {
        let root = self.directory.path().parent().and_then(Path::file_name);
        root.map_or_else(String::new, |name| name.to_string_lossy().into_owned())
    }

    /// Whether it is of the runbook called `wanted`: by its file's name with or without the ending, its path, or its title.
    pub(super) fn is_of(&self, wanted: &str) -> bool {
        let Some(header) = &self.header else {
            return self.runbook() == wanted;
        };
        let path = Path::new(&header.path);
        let names = [path.file_stem(), path.file_name()];
        let is_named = names.iter().flatten().any(|name| *name == wanted);
        let is_path = || std::path::absolute(wanted).is_ok_and(|wanted| wanted == path);
        is_named || header.title == wanted || is_path()
    }

    pub(super) fn by(&self) -> String {
        let operator = self.header.as_ref().map(|header| &header.operator);
        operator.map_or_else(String::new, |operator| {
            format!("{}@{}", operator.user, operator.host)
        })
    }

    pub(super) fn is_by(&self, user: &str) -> bool {
        self.header.as_ref().is_some_and(|header| {
            let operator = &header.operator;
            operator.user == user
                || operator.sudo_user.as_deref() == Some(user)
                || self.by() == user
        })
    }

    pub(super) fn took(&self) -> String {
        match (self.started, self.last_at) {
            (Some(from), Some(to)) => duration(to.since(from)),
            _ => String::new(),
        }
    }

    pub(super) fn targets_text(&self) -> String {
        if self.is_rehearsal() {
            return "throwaway servers".to_owned();
        }
        let one = |(_, target): &(ConnectionName, TargetIdentity)| {
            format!("{} on {}", target.database, target.host)
        };
        self.targets.iter().map(one).collect::<Vec<_>>().join(", ")
    }

    /// Everything that `--target` is looked for in.
    pub(super) fn targets_whole(&self) -> String {
        let one = |(name, target): &(ConnectionName, TargetIdentity)| {
            let system = target.system_identifier.as_deref().unwrap_or_default();
            let (database, host, port) = (&target.database, &target.host, target.port);
            format!("{name}\n{database}\n{host}:{port}\n{system}\n")
        };
        self.targets.iter().map(one).collect()
    }

    /// Whether it ended otherwise than in order or at somebody's word; of a rehearsal, whether it does not hold.
    pub(super) fn is_failed(&self) -> bool {
        let rehearsed = self.rehearsal().and_then(|_| concluded(&self.directory));
        if let Some(conclusion) = rehearsed {
            return !conclusion.holds;
        }
        match &self.result {
            RunResult::Paused(_) => !matches!(self.result.pause(), Some("stopped" | "part_done")),
            RunResult::BrokenOff | RunResult::Unreadable(_) => true,
            RunResult::Finished(_) | RunResult::Running => false,
        }
    }

    /// Whether an outcome is not known: it says so, or its runner died.
    pub(super) fn is_unknown(&self) -> bool {
        self.result.pause() == Some("step_unknown") || self.result == RunResult::BrokenOff
    }

    pub(super) fn json(&self) -> Value {
        let header = self.header.as_ref();
        let targets: Vec<Value> = self
            .targets
            .iter()
            .map(|(name, target)| json!({"connection": name.as_str(), "target": target}))
            .collect();
        json!({
            "run": self.id(),
            "directory": self.directory.path().display().to_string(),
            "runbook": self.runbook(),
            "path": header.map(|header| &header.path),
            "title": header.map(|header| &header.title),
            "digest": header.map(|header| header.runbook.to_string()),
            "operator": header.map(|header| &header.operator),
            "started": self.started.map(|at| at.to_string()),
            "last_record": self.last_at.map(|at| at.to_string()),
            "records": self.records,
            "rehearsal": self.is_rehearsal(),
            "result": self.result.word(),
            "why": self.result.pause(),
            "reason": self.result.reason(),
            "targets": targets,
        })
    }
}
