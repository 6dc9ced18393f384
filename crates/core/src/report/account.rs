//! What there is to tell of a run, put together once for every way of telling it. Does not choose words for a page.

mod attempt_account;
mod decision;
mod issue;
mod log_line;
mod session;
mod step_account;
mod timeline_line;
mod vitality;

use std::collections::HashMap;
use std::time::Duration;

use serde::Serialize;

pub use attempt_account::AttemptAccount;
pub use decision::Decision;
pub use issue::Issue;
pub use log_line::LogLine;
pub use session::Session;
pub use step_account::StepAccount;
pub use timeline_line::TimelineLine;
pub use vitality::Vitality;

use crate::plan::Plan;
use crate::progress::{Ending, Progress, StepState};
use crate::record::{Conclusion, Event, Record, RunHeader, Verdict};
use crate::runner::after_death;
use crate::{Attempt, RunId, StepId, Timestamp};

/// The version of the report's JSON form.
const FORMAT: u32 = 1;

/// What there is to tell of a run. Serialised it is the report as JSON; members are only added.
#[derive(Clone, Debug, Serialize)]
pub struct Account {
    /// Version of this form.
    pub v: u32,
    /// The run.
    pub run: RunId,
    /// The runbook's title.
    pub title: String,
    /// How it came out, in words.
    pub result: String,
    /// Whether every step is settled and the run says so.
    pub is_succeeded: bool,
    /// Whether a process is at it, or it came to its end.
    pub vitality: Vitality,
    /// When the run started.
    pub started_at: Option<Timestamp>,
    /// When its last record was made.
    pub last_at: Option<Timestamp>,
    /// From the first record to the last, in microseconds.
    pub took_us: u64,
    /// Sum of the estimates of the steps that have one, in microseconds.
    pub estimate_us: u64,
    /// How many steps of the main flow have no estimate.
    pub unestimated: usize,
    /// Steps of the main flow that are settled.
    pub steps_done: usize,
    /// Steps of the main flow.
    pub steps_all: usize,
    /// Who, on which runbook, with which program; more than one when the run was taken up again.
    pub headers: Vec<RunHeader>,
    /// `owner:` of the runbook.
    pub owner: Option<String>,
    /// `environment:` of the runbook.
    pub environment: Option<String>,
    /// What a rehearsal came to, if this is one that says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conclusion: Option<Conclusion>,
    /// Every session with a server, and what that said it is.
    pub sessions: Vec<Session>,
    /// The short log: what a person would have written down.
    pub log: Vec<LogLine>,
    /// What did not go as planned.
    pub issues: Vec<Issue>,
    /// What nobody knows, or this report cannot say.
    pub gaps: Vec<String>,
    /// What somebody decided: skips, confirmations, notes, stops.
    pub decisions: Vec<Decision>,
    /// Every step of the runbook, in its order.
    pub steps: Vec<StepAccount>,
    /// Every record in one line.
    pub timeline: Vec<TimelineLine>,
}

impl Account {
    /// What `records` tell of run `run`: the same records give the same account. A run that has no end yet is told as a
    /// reader finds it, with what its death would mean unless it is alive.
    pub fn of(plan: &Plan, run: &RunId, records: &[Record], is_running: bool) -> Self {
        let mut progress = Progress::new(plan);
        for record in records {
            progress.apply(plan, record);
        }
        let vitality = Vitality::of(&progress, is_running);
        let supposed = match vitality {
            Vitality::Cut => suppose_dead(plan, &mut progress),
            Vitality::Running | Vitality::Ended => Vec::new(),
        };
        let (steps_done, steps_all) = progress.tally(plan);
        let took = match (progress.started_at(), progress.last_at()) {
            (Some(from), Some(to)) => to.since(from),
            _ => Duration::ZERO,
        };
        let main = || plan.steps.iter().filter(|step| step.is_main());
        let estimates = main().filter_map(|step| step.flow.estimate);
        let steps = steps(plan, &progress, records);
        let mut account = Self {
            v: FORMAT,
            run: run.clone(),
            title: plan.title.clone(),
            result: vitality.result(&progress),
            is_succeeded: matches!(
                progress.ending(),
                Some(Ending::Finished(Verdict::Succeeded))
            ),
            vitality,
            started_at: progress.started_at(),
            last_at: progress.last_at(),
            took_us: micros(took),
            estimate_us: micros(estimates.sum()),
            unestimated: main().filter(|step| step.flow.estimate.is_none()).count(),
            steps_done,
            steps_all,
            headers: headers(records),
            owner: plan.front.owner.clone(),
            environment: plan.front.environment.clone(),
            conclusion: records.iter().rev().find_map(|record| match &record.event {
                Event::RehearsalConcluded(conclusion) => Some((**conclusion).clone()),
                _ => None,
            }),
            sessions: records.iter().filter_map(Session::of).collect(),
            log: log_line::log(records, &supposed),
            issues: issue::issues(records, &supposed),
            gaps: Vec::new(),
            decisions: records.iter().filter_map(Decision::of).collect(),
            steps,
            timeline: timeline_line::timeline(records, &supposed),
        };
        account.gaps = gaps(plan, &progress, &account);
        account
    }
}

/// Applies what the runner's death implies, and returns those events.
fn suppose_dead(plan: &Plan, progress: &mut Progress) -> Vec<Event> {
    let Some(at) = progress.last_at() else {
        return Vec::new();
    };
    let events = after_death(plan, progress);
    for event in &events {
        let record = Record {
            seq: progress.last_seq(),
            at,
            event: event.clone(),
        };
        progress.apply(plan, &record);
    }
    events
}

fn headers(records: &[Record]) -> Vec<RunHeader> {
    let header = |record: &Record| match &record.event {
        Event::RunStarted(header) | Event::RunResumed { header } => Some((**header).clone()),
        _ => None,
    };
    records.iter().filter_map(header).collect()
}

fn steps(plan: &Plan, progress: &Progress, records: &[Record]) -> Vec<StepAccount> {
    let mut attempts: HashMap<&StepId, Vec<AttemptAccount>> = HashMap::new();
    let mut places: HashMap<(&StepId, Attempt), usize> = HashMap::new();
    for record in records {
        if let Some(attempt) = AttemptAccount::begun(record) {
            let Event::StepStarted { step, .. } = &record.event else {
                continue;
            };
            let of = attempts.entry(step).or_default();
            places.insert((step, attempt.attempt), of.len());
            of.push(attempt);
        } else if let Some(id) = AttemptAccount::about(&record.event)
            && let Some(&place) = places.get(&id)
            && let Some(of) = attempts.get_mut(id.0)
        {
            of[place].go_on(record);
        }
    }
    plan.indexed()
        .map(|(index, step)| {
            let known = attempts.remove(&step.id).unwrap_or_default();
            StepAccount::of(plan, index, progress.step(index), known)
        })
        .collect()
}

fn gaps(plan: &Plan, progress: &Progress, account: &Account) -> Vec<String> {
    let mut gaps = Vec::new();
    match account.vitality {
        Vitality::Ended => {}
        Vitality::Running => gaps.push(
            "the run is still going on: this report ends with the last record before it was made"
                .to_owned(),
        ),
        Vitality::Cut => gaps
            .push("the log has no end: the runner died, or later records were removed".to_owned()),
    }
    for (index, step) in plan.indexed().filter(|(_, step)| step.is_main()) {
        match progress.step(index).state {
            StepState::Unknown => {
                gaps.push(format!("whether step {} took effect is unknown", step.id));
            }
            StepState::Pending => gaps.push(format!("step {} was not run", step.id)),
            _ => {}
        }
    }
    let unread = account
        .sessions
        .iter()
        .filter(|session| session.target.system_identifier.is_none());
    let mut names: Vec<&str> = unread.map(|session| session.connection.as_str()).collect();
    names.dedup();
    gaps.extend(names.iter().map(|name| {
        format!("the system identifier of connection {name} was not readable for its role")
    }));
    gaps
}

/// Whole microseconds; no run is longer than these can say.
fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}
