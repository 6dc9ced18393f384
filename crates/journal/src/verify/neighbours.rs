//! Claims about the runs before and after: each run's first record holds the head of the one before.

use stepmark_core::record::{Event, PreviousRun, RunHeader};
use stepmark_core::{Digest, RunId};

use crate::read::{first_record, prove_each};
use crate::{Check, Place, RunDirectory, Subject, pruned};

/// The run that names this one as the run before it, and the record it names.
pub(super) struct Next {
    run: RunId,
    link: PreviousRun,
}

impl Next {
    pub(super) fn of(directory: &RunDirectory) -> Option<Self> {
        let root = directory.path().parent()?;
        let beside = RunDirectory::list(root).ok()?.into_iter();
        let there = beside
            .filter(|other| other.run() > directory.run())
            .find_map(|other| {
                let link = link_of(&other)?;
                (link.run == *directory.run()).then(|| Self {
                    run: other.run().clone(),
                    link,
                })
            });
        there.or_else(|| {
            let (runs, _) = pruned(root).ok()?;
            runs.into_iter().find_map(|other| {
                let link = other.previous?;
                (link.run == *directory.run()).then_some(Self {
                    run: other.run,
                    link,
                })
            })
        })
    }

    /// The hash of the record that it names.
    pub(super) fn link(&self) -> Digest {
        self.link.head
    }

    pub(super) fn check(self, is_here: bool) -> Check {
        if is_here {
            return Check::held(Subject::Next);
        }
        Check::broken(
            Subject::Next,
            Place::file("journal.jsonl"),
            format!(
                "run {} began after {} that is not here: the end was cut or rewritten",
                self.run,
                record_words(&self.link)
            ),
        )
    }
}

pub(super) fn previous(directory: &RunDirectory, header: Option<&RunHeader>) -> Option<Check> {
    let link = header?.previous.as_ref()?;
    let root = directory.path().parent()?;
    let runs = RunDirectory::list(root).unwrap_or_default();
    match runs.iter().find(|other| *other.run() == link.run) {
        Some(sibling) => Some(beside(sibling, link)),
        None => Some(absent(directory, link, runs.len() == 1)),
    }
}

/// The run before, which is there: it must still hold the record that it ended with.
fn beside(sibling: &RunDirectory, link: &PreviousRun) -> Check {
    let name = &link.run;
    let mut is_there = false;
    let read = prove_each(&sibling.journal(), |hash| is_there |= hash == link.head);
    let place = Place::file(format!("run {name}"));
    match read {
        _ if is_there => Check::held(Subject::Previous),
        Err(error) => {
            let what = format!("{}: {}", error.place(), error.what());
            Check::broken(Subject::Previous, place, what)
        }
        Ok(_) => Check::broken(
            Subject::Previous,
            place,
            format!(
                "{} is not there, which was its last when this run began: it was cut or rewritten",
                record_words(link)
            ),
        ),
    }
}

/// The run before is gone: pruned with its head on record, or nobody knows how. A run that stands alone was perhaps
/// copied elsewhere, without the others.
fn absent(directory: &RunDirectory, link: &PreviousRun, is_alone: bool) -> Check {
    let name = &link.run;
    let place = || Place::file("pruned.jsonl");
    let root = directory.path().parent().unwrap_or(directory.path());
    let runs = match pruned(root) {
        Ok((runs, _)) => runs,
        Err(what) => return Check::broken(Subject::Previous, place(), what),
    };
    if let Some(run) = runs.iter().find(|run| run.run == *name) {
        if run.head == link.head {
            let how = format!(
                "run {name} was pruned by {} at {}",
                run.by,
                run.at.readable()
            );
            return Check::held_by(Subject::Previous, how);
        }
        let what = format!("it gives run {name} another head than this run found");
        return Check::broken(Subject::Previous, place(), what);
    }
    let is_at_home = root
        .parent()
        .is_some_and(|folder| folder.ends_with(".stepmark"));
    if is_alone && !is_at_home {
        let why = format!(
            "run {name} is not beside this one, and nor is any other: this one was copied here alone"
        );
        return Check::unproven(Subject::Previous, why);
    }
    Check::broken(
        Subject::Previous,
        Place::file(format!("run {name}")),
        "it is not beside this one, and no line of pruned.jsonl says that it was pruned: it was deleted or moved",
    )
}

fn link_of(directory: &RunDirectory) -> Option<PreviousRun> {
    match first_record(&directory.journal())?.event {
        Event::RunStarted(header) => header.previous,
        _ => None,
    }
}

fn record_words(link: &PreviousRun) -> String {
    match link.seq {
        Some(seq) => format!("a record {seq} with hash {}", link.head.short()),
        None => format!("a record with hash {}", link.head.short()),
    }
}
