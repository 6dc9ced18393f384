//! The report as Markdown: summary, timeline, every step, what is left. Derived, never evidence.

use std::fmt::Write as _;
use std::time::Duration;

use super::duration;
use crate::plan::{Plan, Step};
use crate::progress::{Ending, Progress, StepProgress, StepState};
use crate::record::{Event, Failure, Outcome, Polls, Record, ServerError, StopSource, Work};
use crate::runner::after_death;
use crate::{RunId, StepIndex};

/// The report of run `run`: the same records give the same bytes. A run that has no end yet is reported as a
/// reader finds it, with what its death would mean.
pub fn markdown(plan: &Plan, run: &RunId, records: &[Record]) -> String {
    let mut progress = Progress::new(plan);
    for record in records {
        progress.apply(plan, record);
    }
    let supposed = suppose_dead(plan, &mut progress);
    let mut out = String::new();
    summary(&mut out, plan, run, &progress);
    targets(&mut out, &progress);
    timeline(&mut out, plan, records, &supposed);
    steps(&mut out, plan, &progress);
    out
}

/// Applies what the runner's death implies, and returns those events.
fn suppose_dead(plan: &Plan, progress: &mut Progress) -> Vec<Event> {
    let events = after_death(plan, progress);
    for event in &events {
        let record = Record {
            seq: progress.last_seq(),
            at: progress
                .last_at()
                .expect("a run that left something has records"),
            event: event.clone(),
        };
        progress.apply(plan, &record);
    }
    events
}

fn summary(out: &mut String, plan: &Plan, run: &RunId, progress: &Progress) {
    let (done, all) = progress.tally(plan);
    let _ = writeln!(out, "# {}\n", inline(&plan.title));
    let _ = writeln!(out, "| | |\n| --- | --- |");
    let mut row = |name: &str, value: String| {
        let _ = writeln!(out, "| {name} | {value} |");
    };
    row("run", format!("`{run}`"));
    row("result", result(progress));
    row("steps", format!("{done} of {all} done"));
    if let (Some(from), Some(to)) = (progress.started_at(), progress.last_at()) {
        row("started", from.readable());
        row("last record", to.readable());
        row("took", duration(to.since(from)));
    }
    if let Some(header) = progress.header() {
        let operator = &header.operator;
        let mut who = format!(
            "{} (uid {}) on {}",
            operator.user, operator.uid, operator.host
        );
        for (label, value) in [
            ("sudo by", &operator.sudo_user),
            ("terminal", &operator.tty),
            ("ssh from", &operator.ssh_client),
        ] {
            if let Some(value) = value {
                let _ = write!(who, ", {label} {value}");
            }
        }
        row("operator", inline(&who));
        row(
            "runbook",
            format!("{} (SHA-256 `{}`)", inline(&header.path), header.runbook),
        );
        row("program", format!("stepmark {}", header.version));
    }
    out.push('\n');
}

/// How the run came out, in words.
fn result(progress: &Progress) -> String {
    match progress.ending() {
        Some(Ending::Finished(_)) => "**succeeded**".to_owned(),
        Some(Ending::Paused(reason)) => format!("**{}**", inline(&reason.sentence())),
        None => "**no end recorded**: the run is still going on, was cut off, or died".to_owned(),
    }
}

fn targets(out: &mut String, progress: &Progress) {
    let mut connections = progress.connections().peekable();
    if connections.peek().is_none() {
        return;
    }
    out.push_str(
        "## Targets\n\n| connection | database | as | at | server | system identifier |\n",
    );
    out.push_str("| --- | --- | --- | --- | --- | --- |\n");
    for (name, known) in connections {
        let target = &known.target;
        let _ = writeln!(
            out,
            "| {name} | {} (oid {}) | {} | {}:{} | {} {} | {} |",
            inline(&target.database),
            target.database_oid,
            inline(&target.user),
            inline(&target.host),
            target.port,
            inline(&target.server_version),
            target.role.word(),
            target
                .system_identifier
                .as_deref()
                .unwrap_or("not readable"),
        );
    }
    out.push('\n');
}

fn timeline(out: &mut String, plan: &Plan, records: &[Record], supposed: &[Event]) {
    out.push_str("## Timeline (UTC)\n\n| # | time | what | |\n| ---: | --- | --- | --- |\n");
    for record in records {
        let (what, more) = line(plan, &record.event);
        let at = record.at.clock();
        let _ = writeln!(out, "| {} | {at} | {what} | {more} |", record.seq);
    }
    for event in supposed {
        let (what, more) = line(plan, event);
        let _ = writeln!(
            out,
            "| – | – | {what} | {more} (follows from the missing end) |"
        );
    }
    out.push('\n');
}

fn line(plan: &Plan, event: &Event) -> (String, String) {
    let pair = |what: &str, more: String| (what.to_owned(), more);
    match event {
        Event::RunStarted(header) => pair("run started", inline(&header.operator.user)),
        Event::RunResumed { header } => pair("run taken up again", inline(&header.operator.user)),
        Event::EnvironmentConfirmed {
            environment,
            answer,
            by_flag,
        } => pair(
            &format!("environment {} confirmed", inline(environment)),
            format!("{}{}", inline(answer), by_flag_words(*by_flag)),
        ),
        Event::InputGiven {
            name,
            value,
            origin,
        } => {
            let value = value.as_deref().map_or("secret".to_owned(), inline);
            pair(
                &format!("input {name}"),
                format!("{value}, from {}", inline(&origin.phrase())),
            )
        }
        Event::StatementsGenerated {
            step,
            connection,
            count,
            digest,
            ..
        } => pair(
            &format!("**{step}** made {count} statements"),
            format!("for {connection}, SHA-256 `{digest}`"),
        ),
        Event::CommitAnnounced {
            step,
            connection,
            transaction_id,
            ..
        } => pair(
            &format!("**{step}** about to commit"),
            format!("transaction {transaction_id} on {connection}"),
        ),
        Event::StepResolved {
            step,
            resolution,
            evidence,
            ..
        } => pair(
            &format!("**{step}** {}", resolution.words()),
            inline(&evidence.phrase()),
        ),
        Event::OrphansSettled {
            step,
            end,
            processes,
            ..
        } => pair(
            &format!("**{step}**: {} processes left over", processes.len()),
            end.words().to_owned(),
        ),
        Event::RollbackStarted { undo, lasting } => pair(
            "rollback started",
            format!("{} steps to undo, {} stay", undo.len(), lasting.len()),
        ),
        Event::RunbookReplaced { runbook, file, .. } => pair(
            "runbook replaced",
            format!("{}, SHA-256 `{runbook}`", inline(file)),
        ),
        Event::TerminalLent { step, .. } => {
            pair(&format!("**{step}** got the terminal"), String::new())
        }
        Event::TerminalReturned { step, .. } => {
            pair(&format!("**{step}** gave the terminal back"), String::new())
        }
        Event::StepWentUp { step, .. } => pair(&format!("**{step}** is up"), String::new()),
        Event::SessionStateWaived {
            connection,
            steps,
            reason,
        } => {
            let ids: Vec<&str> = steps.iter().map(crate::StepId::as_str).collect();
            pair(
                &format!("lost session state of {connection} waived"),
                format!("{}: {}", ids.join(", "), inline(reason)),
            )
        }
        Event::StepNotNeeded {
            step,
            variable,
            value,
        } => {
            let value = value
                .as_deref()
                .map_or(format!("{variable} has no value"), |value| {
                    format!("{variable} is {}", inline(value))
                });
            pair(&format!("**{step}** not needed"), value)
        }
        Event::TargetIdentified {
            connection,
            epoch,
            target,
        } => pair(
            "connected",
            format!(
                "{connection}, session {epoch}: {} as {}, backend {}{}",
                inline(&target.database),
                inline(&target.user),
                target.backend_pid,
                if target.pooler {
                    ", through a pooler"
                } else {
                    ""
                }
            ),
        ),
        Event::StepStarted { step, attempt, .. } => {
            pair(&format!("**{step}** started"), format!("attempt {attempt}"))
        }
        Event::StepFinished {
            step,
            outcome,
            duration_us,
            ..
        } => {
            let took = duration(Duration::from_micros(*duration_us));
            let (word, why) = outcome_words(outcome);
            (format!("**{step}** {word}"), format!("{took}{why}"))
        }
        Event::TransactionEnded {
            connection,
            end,
            by,
        } => {
            let by = by
                .as_ref()
                .map_or(String::new(), |step| format!(", by {step}"));
            pair(
                &format!("transaction {}", end.word()),
                format!("{connection}{by}"),
            )
        }
        Event::StepInterrupted { step, attempt } => pair(
            &format!("**{step}** unknown"),
            format!("attempt {attempt} has no outcome"),
        ),
        Event::StepSkipped { step, reason } => pair(&format!("**{step}** skipped"), inline(reason)),
        Event::StepConfirmed {
            step,
            answer,
            by_flag,
        } => {
            let how = by_flag_words(*by_flag);
            pair(
                &format!("**{step}** confirmed"),
                format!("{}{how}", inline(answer)),
            )
        }
        Event::NoteAdded { step, text } => {
            let about = step
                .as_ref()
                .map_or(String::new(), |step| format!(" on {step}"));
            pair(&format!("note{about}"), inline(text))
        }
        Event::StopRequested { by } => pair(
            "stop asked for",
            match by {
                StopSource::Operator => "by the operator".to_owned(),
                StopSource::Signal { number } => format!("by signal {number}"),
            },
        ),
        Event::RunPaused { reason } => pair("run put down", inline(&reason.sentence())),
        Event::TailRecovered { length, .. } => {
            pair("torn last line closed", format!("{length} bytes"))
        }
        Event::RunFinished { .. } => pair(
            "run finished",
            format!("{} steps in the runbook", plan.steps.len()),
        ),
    }
}

fn by_flag_words(by_flag: bool) -> &'static str {
    if by_flag { " (by flag)" } else { "" }
}

fn outcome_words(outcome: &Outcome) -> (&'static str, String) {
    match outcome {
        Outcome::Succeeded { finding: None } => ("done", String::new()),
        Outcome::Succeeded {
            finding: Some(finding),
        } => ("done", format!(", {}", inline(&finding.seen))),
        Outcome::Failed { failure } => ("failed", format!(", {}", inline(&failure.headline()))),
        Outcome::Unknown { because } => ("unknown", format!(", {}", inline(because))),
    }
}

fn steps(out: &mut String, plan: &Plan, progress: &Progress) {
    out.push_str("## Steps\n\n");
    for (index, step) in plan.indexed().filter(|(_, step)| step.is_main()) {
        one_step(out, index, step, progress.step(index));
    }
}

/// What a wait saw: the first look, each that saw something else, the last.
fn looks(out: &mut String, polls: &Polls) {
    let times = if polls.count == 1 { "time" } else { "times" };
    let _ = writeln!(out, "Looked {} {times}:\n", polls.count);
    for poll in &polls.seen {
        let moment = duration(Duration::from_micros(poll.after_us));
        let _ = writeln!(out, "- after {moment}: {}", inline(&poll.finding.seen));
    }
    if polls.left_out > 0 {
        let _ = writeln!(
            out,
            "- {} changes before the last are not listed",
            polls.left_out
        );
    }
    out.push('\n');
}

fn one_step(out: &mut String, index: StepIndex, step: &Step, known: &StepProgress) {
    let _ = writeln!(
        out,
        "### {}. {} — {}\n",
        index.0 + 1,
        step.id,
        known.state.word()
    );
    let _ = write!(out, "{}, {}", inline(&step.title), step.kind.word());
    if let Some(line) = step.body.first_line() {
        let _ = write!(out, ", line {line}");
    }
    if let Some(attempt) = known.attempt {
        let _ = write!(out, ", attempt {attempt}");
    }
    if let Some(took) = known.duration {
        let _ = write!(out, ", {}", duration(took));
    }
    let _ = writeln!(out, ", SHA-256 `{}`\n", step.digest);
    if let (Some(reason), StepState::Skipped) = (&known.skip_reason, &known.state) {
        let _ = writeln!(out, "Skipped: {}\n", inline(reason));
    }
    if matches!(known.state, StepState::Pending | StepState::NotNeeded) {
        return;
    }
    fenced(out, step.kind.word(), &step.body.text);
    if let Some(Work::Sql {
        statements,
        finished,
        ..
    }) = &known.work
    {
        let _ = writeln!(out, "{finished} of {statements} statements finished.\n");
    }
    if let Some(polls) = &known.polls {
        looks(out, polls);
    }
    match &known.outcome {
        Some(Outcome::Failed { failure }) => failed(out, failure),
        Some(Outcome::Unknown { because }) => {
            let _ = writeln!(out, "**Unknown:** {}\n", inline(because));
        }
        Some(Outcome::Succeeded { .. }) | None => {}
    }
    if let Some(output) = known.output.as_ref().filter(|output| output.bytes > 0) {
        let whole = output.file.as_ref().map_or(String::new(), |file| {
            format!("; the end of it here, the whole in `outputs/{file}`")
        });
        let _ = writeln!(
            out,
            "Output: {} bytes, {} lines, SHA-256 `{}`{whole}\n",
            output.bytes, output.lines, output.digest
        );
        fenced(out, "text", &output.excerpt);
    }
}

fn failed(out: &mut String, failure: &Failure) {
    let _ = writeln!(out, "**Failed:** {}\n", inline(&failure.headline()));
    let error: Option<&ServerError> = match failure {
        Failure::Server(error) => Some(error),
        Failure::Cancelled { error } | Failure::TimedOut { error, .. } => error.as_deref(),
        Failure::Exit { .. }
        | Failure::Killed { .. }
        | Failure::EndedEarly { .. }
        | Failure::Check(_)
        | Failure::Capture { .. }
        | Failure::RolledBack
        | Failure::Lost { .. }
        | Failure::Unstartable { .. } => None,
    };
    let Some(error) = error else { return };
    for (label, value) in [
        ("detail", &error.detail),
        ("hint", &error.hint),
        ("context", &error.context),
        ("table", &error.table),
        ("constraint", &error.constraint),
    ] {
        if let Some(value) = value {
            let _ = writeln!(out, "- {label}: {}", inline(value));
        }
    }
    if let Some(position) = error.position {
        let _ = writeln!(
            out,
            "- at line {}, column {} of the runbook",
            position.line, position.column
        );
    }
    out.push('\n');
}

/// A fence longer than any run of backticks in `text`, so that nothing in it can end it.
fn fenced(out: &mut String, language: &str, text: &str) {
    let longest = text
        .split(|character| character != '`')
        .map(str::len)
        .max()
        .unwrap_or(0);
    let fence = "`".repeat((longest + 1).max(3));
    let newline = if text.is_empty() || text.ends_with('\n') {
        ""
    } else {
        "\n"
    };
    let _ = writeln!(out, "{fence}{language}\n{text}{newline}{fence}\n");
}

/// Text that stays text in a table cell: one line, nothing that Markdown or HTML would act on.
fn inline(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' | '\r' | '\t' => out.push(' '),
            '<' => out.push_str("&lt;"),
            '&' => out.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '#' | '~' => {
                out.push('\\');
                out.push(character);
            }
            _ if character.is_control() => {
                let _ = write!(out, "U+{:04X}", u32::from(character));
            }
            _ => out.push(character),
        }
    }
    out
}
