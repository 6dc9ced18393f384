//! The plain printer: a run as lines, for pipes, logs and CI, and for a person who is asked in lines. Reads the feed like any
//! other reader.

mod attended;
mod lines;
mod next;
mod one_line;
mod outputs;
mod printed;
mod replay;
mod target;

use std::sync::Arc;
use std::time::Duration;

use stepmark_core::output::OutputId;
use stepmark_core::plan::Plan;
use stepmark_core::progress::{Ending, Progress, StepState};
use stepmark_core::record::{Event, Failure, Outcome, Record, Verdict};
use stepmark_core::report::duration;
use stepmark_core::runner::{Notice, Refusal, rollback_plan};
use stepmark_core::{Attempt, StepId, VariableName};
use stepmark_driver::Cursor;
use stepmark_engines::sanitize::sanitize;
use stepmark_journal::LiveOutputs;
use stepmark_tui::{Opening, Reach};

pub(crate) use self::attended::attend;
use self::lines::lines;
pub(crate) use self::next::next;
use self::outputs::Outputs;
use self::printed::Printed;
pub(crate) use self::replay::replay;
use self::target::target;
use crate::say::say_on_stderr;

/// The longest time between two looks, in case a wake was missed.
const PATIENCE: Duration = Duration::from_secs(1);

/// Says what will run where, before anything does.
pub(crate) fn opening(opening: &Opening, warnings: &str) {
    let plan = &opening.plan;
    let steps = plan.steps.iter().filter(|step| step.is_main()).count();
    let mut text = format!("{}\n", plan.title);
    if let Some(environment) = &plan.front.environment {
        text.push_str(&format!("  environment {environment}\n"));
    }
    for led in &opening.targets {
        let name = &led.connection;
        let line = match &led.reach {
            Reach::Identified(identity) => format!("  {name}: {}", target(identity)),
            Reach::Failed(failure) => format!("  {name}: not reachable yet: {}", failure.message),
            Reach::Untried => continue,
        };
        text.push_str(&line);
        text.push('\n');
    }
    let estimates = plan.steps.iter().filter(|step| step.is_main());
    let estimate: Duration = estimates.filter_map(|step| step.flow.estimate).sum();
    if !estimate.is_zero() {
        text.push_str(&format!(
            "  about {} by estimates and past runs\n",
            duration(estimate)
        ));
    }
    let rehearsed = opening.rehearsed.as_ref();
    if let Some(rehearsed) = rehearsed.filter(|words| words.starts_with("rehearsed")) {
        text.push_str(&format!("  {rehearsed}\n"));
    }
    text.push_str(&format!(
        "  {steps} {} from {}\n  log {}\n\n",
        if steps == 1 { "step" } else { "steps" },
        opening.path,
        opening.log
    ));
    print(warnings);
    print(&text);
}

/// Prints the run until it is over.
pub(crate) fn follow(plan: &Plan, mut cursor: Cursor, outputs: &LiveOutputs) -> Progress {
    let mut printer = Printer::of(plan, outputs);
    let mut is_first = true;
    loop {
        let (records, glimpse) = cursor.news();
        let past = match std::mem::take(&mut is_first) {
            true => past(&records),
            false => 0,
        };
        if past > 0 {
            for record in &records[..past] {
                printer.progress.apply(plan, record);
            }
            print(&format!("taken up: {}\n\n", tally(plan, &printer.progress)));
        }
        for record in &records[past..] {
            printer.record(record);
        }
        printer.output(false);
        for (number, notice) in glimpse.notices_after(printer.notice_seen) {
            printer.notice_seen = *number;
            tell(plan, notice);
        }
        if records.is_empty() && cursor.wait(PATIENCE) {
            return printer.progress;
        }
    }
}

/// How many of `records` tell what was before the run was taken up. They come in one piece.
fn past(records: &[Arc<Record>]) -> usize {
    let is_taking_up = |record: &Arc<Record>| matches!(record.event, Event::RunResumed { .. });
    let at = records.iter().rposition(is_taking_up);
    at.map_or(0, |at| at + 1)
}

/// Prints each record as one JSON object a line.
pub(crate) fn json(plan: &Plan, mut cursor: Cursor) -> Progress {
    let mut progress = Progress::new(plan);
    loop {
        let (records, _) = cursor.news();
        for record in &records {
            progress.apply(plan, record);
            let line =
                serde_json::to_string(&**record).expect("records are made of strings and integers");
            print(&format!("{line}\n"));
        }
        if records.is_empty() && cursor.wait(PATIENCE) {
            return progress;
        }
    }
}

/// After the screen: how the run came out, where its log is.
pub(crate) fn closing(plan: &Plan, mut cursor: Cursor, log: &str) -> Progress {
    let mut progress = Progress::new(plan);
    while !cursor.wait(PATIENCE) {
        let (records, _) = cursor.news();
        records
            .iter()
            .for_each(|record| progress.apply(plan, record));
    }
    print(&summary(plan, &progress));
    print(&format!("log {log}\n"));
    progress
}

struct Printer<'a> {
    plan: &'a Plan,
    progress: Progress,
    outputs: &'a dyn Outputs,
    current: Option<Printed>,
    /// The step whose first line was told already, where it is asked about.
    announced: Option<StepId>,
    /// Whether an empty line was printed last.
    is_blank: bool,
    notice_seen: u64,
}

impl<'a> Printer<'a> {
    /// A printer that has printed nothing.
    fn of(plan: &'a Plan, outputs: &'a dyn Outputs) -> Self {
        Self {
            plan,
            progress: Progress::new(plan),
            outputs,
            current: None,
            announced: None,
            is_blank: false,
            notice_seen: 0,
        }
    }

    fn record(&mut self, record: &Record) {
        let beside = self.ended_beside(&record.event);
        if !beside
            && matches!(
                record.event,
                Event::StepFinished { .. }
                    | Event::StepWentUp { .. }
                    | Event::TransactionEnded { by: Some(_), .. }
            )
        {
            self.output(true);
            self.current = None;
        }
        // What was printed before something happened is told before it.
        self.output(false);
        self.is_blank = matches!(record.event, Event::StepFinished { .. });
        self.progress.apply(self.plan, record);
        match &record.event {
            Event::StepStarted {
                step,
                attempt,
                kind,
                ..
            } => {
                self.current = Some(Printed::nothing_of(OutputId {
                    step: step.clone(),
                    attempt: *attempt,
                }));
                if self.announced.as_ref() == Some(step) {
                    let again = attempt_words(*attempt);
                    print(&format!("  begun{again}\n"));
                    return;
                }
                let place = self.place(step);
                let title = self
                    .plan
                    .index_of(step)
                    .map_or("", |index| &self.plan.step(index).title);
                let again = attempt_words(*attempt);
                print(&format!(
                    "[{place}] {step} ({}{again}) {title}\n",
                    kind.word()
                ));
            }
            Event::StepFinished {
                step,
                outcome,
                duration_us,
                transaction,
                ..
            } => {
                if beside {
                    print(&format!("[down] {step} is no longer up\n"));
                }
                print(&lines(&record.event));
                let took = duration(Duration::from_micros(*duration_us));
                let held = transaction
                    .is_some_and(|status| status != stepmark_core::record::TransactionStatus::Idle);
                finished(outcome, &took, held);
            }
            Event::RunPaused { .. } | Event::RunFinished { .. } => {
                print(&summary(self.plan, &self.progress));
            }
            Event::RunStarted(_)
            | Event::EnvironmentConfirmed { .. }
            | Event::InputGiven { .. }
            | Event::StatementsGenerated { .. }
            | Event::CommitAnnounced { .. }
            | Event::StepNotNeeded { .. }
            | Event::StepResolved { .. }
            | Event::OrphansSettled { .. }
            | Event::RollbackStarted { .. }
            | Event::RunbookReplaced { .. }
            | Event::TerminalLent { .. }
            | Event::TerminalReturned { .. }
            | Event::StepWentUp { .. }
            | Event::SessionStateWaived { .. }
            | Event::StepSkipped { .. }
            | Event::StepNotRehearsed { .. }
            | Event::StateCompared(_)
            | Event::RehearsalConcluded(_)
            | Event::TransactionEnded { .. }
            | Event::RunResumed { .. }
            | Event::TargetIdentified { .. }
            | Event::StepInterrupted { .. }
            | Event::StepConfirmed { .. }
            | Event::NoteAdded { .. }
            | Event::StopRequested { .. }
            | Event::TailRecovered { .. } => print(&lines(&record.event)),
        }
    }

    /// Whether a background step ends here, beside whatever is under way.
    fn ended_beside(&self, event: &Event) -> bool {
        let Event::StepFinished { step, .. } = event else {
            return false;
        };
        let index = self.plan.index_of(step);
        index.is_some_and(|index| self.progress.step(index).state == StepState::Up)
    }

    /// Which one of how many it is: of the steps, or of those that undo.
    fn place(&self, step: &StepId) -> String {
        let undo = self.progress.rollback().unwrap_or_default();
        let index = self.plan.index_of(step);
        if let Some(at) = undo.iter().position(|undo| Some(*undo) == index) {
            return format!("undo {}/{}", at + 1, undo.len());
        }
        if index.is_some_and(|index| !self.plan.step(index).is_main()) {
            return "probe".to_owned();
        }
        let (done, all) = self.progress.tally(self.plan);
        format!("{}/{all}", done + 1)
    }

    /// Prints the lines that have come since the last look; the last one also without its end when the output is `whole`.
    fn output(&mut self, whole: bool) {
        let Some(printed) = &mut self.current else {
            return;
        };
        // No more than there is by now, or the records of a step that floods would wait for its end.
        let until = self.outputs.length(printed.id()).bytes;
        while let Some(text) = printed.next(until, whole, |id, buffer, at| {
            self.outputs.read_at(id, buffer, at)
        }) {
            print(&text);
        }
    }
}

/// Which attempt it is, where it is not the first.
fn attempt_words(attempt: Attempt) -> String {
    match attempt.0 {
        0 | 1 => String::new(),
        _ => format!(", attempt {attempt}"),
    }
}

fn finished(outcome: &Outcome, took: &str, held: bool) {
    let line = match outcome {
        Outcome::Succeeded { .. } if held => format!("  held in an open transaction, {took}\n\n"),
        Outcome::Succeeded {
            finding: Some(finding),
        } => format!("  done, {took}: {}\n\n", finding.seen),
        Outcome::Succeeded { finding: None } => format!("  done, {took}\n\n"),
        Outcome::Failed { failure } => {
            let place = match failure {
                Failure::Server(error) => error.position.map_or(String::new(), |at| {
                    let file = error.file.as_ref();
                    let of = file.map_or(String::new(), |file| format!(" of {file}"));
                    format!(" (line {}, column {}{of})", at.line, at.column)
                }),
                _ => String::new(),
            };
            format!("  FAILED, {took}: {}{place}\n\n", failure.headline())
        }
        Outcome::Unknown { because } => format!("  UNKNOWN, {took}: {because}\n\n"),
    };
    print(&line);
}

/// How many steps of the main flow are in `state`.
fn count(plan: &Plan, progress: &Progress, state: &StepState) -> usize {
    let main = plan.indexed().filter(|(_, step)| step.is_main());
    main.filter(|(index, _)| progress.step(*index).state == *state)
        .count()
}

/// How many steps are done, and how many passed over.
fn tally(plan: &Plan, progress: &Progress) -> String {
    let (settled, all) = progress.tally(plan);
    let skipped = count(plan, progress, &StepState::Skipped);
    let not_needed = count(plan, progress, &StepState::NotNeeded);
    let mut steps = match skipped + not_needed {
        0 => format!("{settled} of {all} steps are done"),
        passed => format!("{} of {all} steps are done", settled - passed),
    };
    for (count, word) in [(skipped, "skipped"), (not_needed, "not needed")] {
        if count > 0 {
            steps.push_str(&format!(", {count} {word}"));
        }
    }
    steps
}

fn summary(plan: &Plan, progress: &Progress) -> String {
    let steps = tally(plan, progress);
    match progress.ending() {
        Some(Ending::Finished(Verdict::Succeeded)) => format!("succeeded: {steps}\n"),
        Some(Ending::Finished(Verdict::RolledBack)) => {
            let undone = count(plan, progress, &StepState::RolledBack);
            let of = match undone {
                1 => "1 step".to_owned(),
                count => format!("{count} steps"),
            };
            format!(
                "rolled back: all that has an undo is undone, of {of}; {}\n",
                stays(plan, progress)
            )
        }
        Some(Ending::Paused(reason)) => format!("{}; {steps}\n", reason.sentence()),
        None => format!("the run has no end; {steps}\n"),
    }
}

/// What a rollback that is over has left.
fn stays(plan: &Plan, progress: &Progress) -> String {
    let lasting = rollback_plan(plan, progress, None).lasting;
    let ids: Vec<&str> = lasting
        .iter()
        .map(|step| plan.step(*step).id.as_str())
        .collect();
    match ids.len() {
        0 => "nothing else stays".to_owned(),
        1 => format!("1 has none and stays: {}", ids.concat()),
        count => format!("{count} have none and stay: {}", ids.join(", ")),
    }
}

/// The flags that answer what a step asks.
fn answers(plan: &Plan, refusal: &Refusal) -> String {
    let mut captures: &[VariableName] = &[];
    if let Refusal::NeedsTick(step) = refusal
        && let Some(index) = plan.index_of(step)
    {
        captures = &plan.step(index).flow.captures;
    }
    if captures.is_empty() {
        return "--yes or --confirm STEP=TEXT".to_owned();
    }
    let flags = captures.iter().map(|name| format!(" --set {name}=VALUE"));
    format!("--yes{}", flags.collect::<String>())
}

fn tell(plan: &Plan, notice: &Notice) {
    match notice {
        Notice::Refused(
            _,
            refusal @ (Refusal::NeedsConfirmation { .. } | Refusal::NeedsTick(_)),
        ) => {
            complain(&format!(
                "{}; run it in a terminal, or give {}",
                refusal.message(),
                answers(plan, refusal)
            ));
        }
        Notice::Refused(_, Refusal::OpenFailed { .. }) => {}
        Notice::Refused(_, refusal) => complain(&refusal.message()),
        Notice::OpenFailed(connection, failure) => {
            crate::app::complain(connection, failure).print();
        }
        Notice::Untold(step, because) => {
            complain(&format!("what became of {step} cannot be told: {because}"));
        }
        Notice::Lost(connection, message) => {
            complain(&format!("connection {connection} was lost: {message}"));
        }
        Notice::Blind(connection, why) => {
            complain(&format!(
                "positions and blockers of {connection} cannot be seen: {why}"
            ));
        }
        Notice::Unreserved(reason) => complain(&format!(
            "no space can be kept for outcomes ({reason}): should the disk be full, what came of a step cannot be recorded"
        )),
        Notice::JournalFailed(_) => {}
    }
}

/// A line for stderr.
fn complain(line: &str) {
    say_on_stderr(&sanitize(&format!("{line}\n")));
}

/// Writes to stdout; a reader that went away must not stop the run, whose log is complete without it.
pub(crate) fn print(text: &str) {
    let text = sanitize(text);
    // Looking for sequences to take out is what costs most where there are none.
    let _ = match text.as_bytes().contains(&b'\x1b') {
        true => write_to(&mut anstream::stdout().lock(), &text),
        false => write_to(&mut std::io::stdout().lock(), &text),
    };
}

fn write_to(out: &mut impl std::io::Write, text: &str) -> std::io::Result<()> {
    out.write_all(text.as_bytes()).and_then(|()| out.flush())
}
