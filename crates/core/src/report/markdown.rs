//! The report as Markdown: the migration log first, then what an auditor asks for. Derived, never evidence.

mod escape;
mod step;

use std::fmt::Write as _;
use std::time::Duration;

use escape::inline;
use step::step;
pub(super) use step::{attempt_lines, output_words};

use super::{Account, duration};
use crate::RunId;
use crate::plan::Plan;
use crate::record::{Position, Record, RunHeader};
use crate::{StepId, Timestamp};

/// The report of run `run`, which nobody is at any more: the same records give the same bytes.
pub fn markdown(plan: &Plan, run: &RunId, records: &[Record]) -> String {
    markdown_of(&Account::of(plan, run, records, false))
}

/// `account` as Markdown.
pub fn markdown_of(account: &Account) -> String {
    let mut out = format!("# {}\n\n", inline(&account.title));
    log(&mut out, account);
    summary(&mut out, account);
    rehearsed(&mut out, account);
    targets(&mut out, account);
    planned(&mut out, account);
    decisions(&mut out, account);
    recovery(&mut out, account);
    gaps(&mut out, account);
    timeline(&mut out, account);
    out.push_str("## Steps\n\n");
    for one in &account.steps {
        step(&mut out, one);
    }
    verifying(&mut out, account);
    out
}

/// The log that somebody who migrates by hand writes: timeline, issues, duration against estimate.
fn log(out: &mut String, account: &Account) {
    let day = account
        .started_at
        .map_or(String::new(), |at| format!(": {}", day(at)));
    let _ = writeln!(out, "## Migration log{day}\n\n**Timeline:**\n");
    for line in &account.log {
        let when = line.at.map_or("–".to_owned(), |at| moment(account, at));
        let _ = writeln!(
            out,
            "- {when}: {}{}",
            about(line.step.as_ref()),
            inline(&line.text)
        );
    }
    out.push('\n');
    if account.issues.is_empty() {
        out.push_str("**Issues:** None\n\n");
    } else {
        out.push_str("**Issues:**\n\n");
        for issue in &account.issues {
            let when = issue.at.map_or("–".to_owned(), |at| moment(account, at));
            let _ = writeln!(
                out,
                "- {when}: {}{}",
                about(issue.step.as_ref()),
                inline(&issue.text)
            );
        }
        out.push('\n');
    }
    let _ = writeln!(out, "**Duration:** {}\n", duration_words(account));
}

/// `12 m 00 s (estimated: 15 m 00 s)`
pub(super) fn duration_words(account: &Account) -> String {
    let took = duration(Duration::from_micros(account.took_us));
    let estimate = duration(Duration::from_micros(account.estimate_us));
    match (account.estimate_us, account.unestimated) {
        (0, _) => format!("{took} (no estimate)"),
        (_, 0) => format!("{took} (estimated: {estimate})"),
        (_, 1) => format!("{took} (estimated: {estimate}, 1 step without estimate)"),
        (_, steps) => format!("{took} (estimated: {estimate}, {steps} steps without estimate)"),
    }
}

fn summary(out: &mut String, account: &Account) {
    out.push_str("## Summary\n\n| | |\n| --- | --- |\n");
    for (name, value) in summary_rows(account) {
        let value = inline(&value);
        let value = if name == "result" {
            format!("**{}**", value.trim())
        } else {
            value
        };
        let _ = writeln!(out, "| {name} | {value} |");
    }
    out.push('\n');
}

/// Who, what, when, as name and value.
pub(super) fn summary_rows(account: &Account) -> Vec<(&'static str, String)> {
    let mut rows = vec![
        ("run", account.run.to_string()),
        ("result", account.result.clone()),
        (
            "steps",
            format!("{} of {} done", account.steps_done, account.steps_all),
        ),
    ];
    if let (Some(from), Some(to)) = (account.started_at, account.last_at) {
        rows.push(("started", from.readable()));
        rows.push(("last record", to.readable()));
        rows.push(("took", duration_words(account)));
    }
    rows.extend(account.owner.clone().map(|owner| ("owner", owner)));
    let environment = account.environment.clone();
    rows.extend(environment.map(|name| ("environment", name)));
    for (at, header) in account.headers.iter().enumerate() {
        let again = at > 0;
        rows.push((
            if again { "taken up by" } else { "operator" },
            operator(header),
        ));
        let runbook = format!("{} (SHA-256 {})", header.path, header.runbook);
        rows.push(("runbook", runbook));
        rows.extend(header.rehearsal.as_ref().map(|rehearsal| {
            let text = format!("a rehearsal, {}", rehearsal.part.words());
            ("this is", text)
        }));
        let included = header.included.iter();
        rows.extend(
            included.map(|one| ("included", format!("{} (SHA-256 {})", one.path, one.digest))),
        );
        rows.push((
            "program",
            format!("stepmark {}, {}", header.version, mode(header)),
        ));
        if let Some(previous) = header.previous.as_ref().filter(|_| !again) {
            let seq = previous
                .seq
                .map_or(String::new(), |seq| format!(", record {seq}"));
            let text = format!("{}{seq}, SHA-256 {}", previous.run, previous.head);
            rows.push(("run before", text));
        }
    }
    rows
}

fn operator(header: &RunHeader) -> String {
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
    who
}

fn mode(header: &RunHeader) -> &'static str {
    match header.mode {
        _ if header.rehearsal.is_some() => "a rehearsal on throwaway clusters",
        crate::record::Mode::Interactive => "a person at a terminal",
        crate::record::Mode::Headless => "headless",
    }
}

/// What a rehearsal showed of each step.
fn rehearsed(out: &mut String, account: &Account) {
    let Some(conclusion) = &account.conclusion else {
        return;
    };
    let _ = writeln!(
        out,
        "## Rehearsal\n\nThe rehearsal {}.\n",
        conclusion.words()
    );
    for line in &conclusion.because {
        let _ = writeln!(out, "- {}", inline(line));
    }
    out.push_str(
        "\n| step | duration | locked against everybody | undo |\n| --- | --- | --- | --- |\n",
    );
    for step in &conclusion.steps {
        let took = step
            .duration_us
            .map_or("–".to_owned(), |us| duration(Duration::from_micros(us)));
        let cells = [
            step.step.to_string(),
            took,
            step.locked.join(", "),
            step.undo.words(),
        ];
        let cells: Vec<String> = cells.iter().map(|cell| inline(cell)).collect();
        let _ = writeln!(out, "| {} |", cells.join(" | "));
    }
    out.push('\n');
}

fn targets(out: &mut String, account: &Account) {
    if account.sessions.is_empty() {
        return;
    }
    out.push_str("## Targets\n\n| connection | session | database | as | at | server | system identifier | backend |\n");
    out.push_str("| --- | --- | --- | --- | --- | --- | --- | --- |\n");
    for cells in target_rows(account) {
        let cells: Vec<String> = cells.iter().map(|cell| inline(cell)).collect();
        let _ = writeln!(out, "| {} |", cells.join(" | "));
    }
    out.push('\n');
}

/// Where every session led, as the server said itself.
pub(super) fn target_rows(account: &Account) -> Vec<[String; 8]> {
    let row = |session: &super::Session| {
        let target = &session.target;
        let tls = if target.tls { "TLS" } else { "no TLS" };
        [
            session.connection.to_string(),
            format!("{}, {}", session.epoch, session.at.readable()),
            format!("{} (oid {})", target.database, target.database_oid),
            target.user.clone(),
            format!("{}:{}, {tls}", target.host, target.port),
            format!(
                "PostgreSQL {}, {}",
                target.server_version,
                target.role.word()
            ),
            target
                .system_identifier
                .clone()
                .unwrap_or_else(|| "not readable".to_owned()),
            format!("{}, since {}", target.backend_pid, target.backend_start),
        ]
    };
    account.sessions.iter().map(row).collect()
}

fn planned(out: &mut String, account: &Account) {
    out.push_str("## Planned and actual\n\n| # | step | state | attempts | estimate | took |\n");
    out.push_str("| ---: | --- | --- | ---: | ---: | ---: |\n");
    for step in account
        .steps
        .iter()
        .filter(|step| step.is_main || !step.attempts.is_empty())
    {
        let time = |micros: Option<u64>| {
            micros.map_or("–".to_owned(), |micros| {
                duration(Duration::from_micros(micros))
            })
        };
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} | {} | {} |",
            step.number,
            inline(step.id.as_str()),
            step.state,
            step.attempts.len(),
            time(step.estimate_us),
            time(step.took_us),
        );
    }
    out.push('\n');
}

fn decisions(out: &mut String, account: &Account) {
    out.push_str("## Skips, confirmations, notes\n\n");
    if account.decisions.is_empty() {
        out.push_str("None.\n\n");
        return;
    }
    out.push_str("| time | what | in their words |\n| --- | --- | --- |\n");
    for decision in &account.decisions {
        let _ = writeln!(
            out,
            "| {} | {}{} | {} |",
            moment(account, decision.at),
            about(decision.step.as_ref()),
            inline(&decision.what),
            inline(&decision.text)
        );
    }
    out.push('\n');
}

/// What the positions are for.
pub(super) const RECOVERY: &str = "Restore a base backup and recover with recovery_target_lsn set to the position before a step (recovery_target_inclusive = false) to have the cluster as it was then. Others may have written between two positions.";
/// The columns of [`recovery_rows`].
pub(super) const RECOVERY_HEADER: [&str; 7] = [
    "step",
    "attempt",
    "connection",
    "LSN before",
    "next transaction before",
    "LSN after",
    "next transaction after",
];

fn recovery(out: &mut String, account: &Account) {
    let rows = recovery_rows(account);
    if rows.is_empty() {
        return;
    }
    let _ = writeln!(
        out,
        "## Points for recovery\n\n{}\n\n| {} |\n| --- | ---: | --- | --- | --- | --- | --- |",
        inline(RECOVERY),
        RECOVERY_HEADER.join(" | ")
    );
    for row in rows {
        let cells: Vec<String> = row.iter().map(|cell| inline(cell)).collect();
        let _ = writeln!(out, "| {} |", cells.join(" | "));
    }
    out.push('\n');
}

/// Where the server stood around each attempt whose positions are known.
pub(super) fn recovery_rows(account: &Account) -> Vec<[String; 7]> {
    let mut rows = Vec::new();
    for step in &account.steps {
        for attempt in &step.attempts {
            let known = attempt.positions.as_ref();
            let Some(positions) = known.filter(|known| !known.is_empty()) else {
                continue;
            };
            let cells = |position: Option<&Position>| match position {
                Some(known) => (known.lsn.clone(), known.next_transaction_id.clone()),
                None => ("not seen".to_owned(), "not seen".to_owned()),
            };
            let (before, next_before) = cells(positions.before.as_ref());
            let (after, next_after) = cells(positions.after.as_ref());
            let connection = attempt.connection.as_ref().map(ToString::to_string);
            rows.push([
                step.id.to_string(),
                attempt.attempt.to_string(),
                connection.unwrap_or_default(),
                before,
                next_before,
                after,
                next_after,
            ]);
        }
    }
    rows
}

fn gaps(out: &mut String, account: &Account) {
    out.push_str("## Gaps and unknowns\n\n");
    if account.gaps.is_empty() {
        out.push_str("None.\n");
    }
    for gap in &account.gaps {
        let _ = writeln!(out, "- {}", inline(gap));
    }
    out.push('\n');
}

fn timeline(out: &mut String, account: &Account) {
    out.push_str("## Timeline (UTC)\n\n| # | time | what | |\n| ---: | --- | --- | --- |\n");
    for line in &account.timeline {
        let number = line.seq.map_or("–".to_owned(), |seq| seq.to_string());
        let at = line.at.map_or("–".to_owned(), |at| moment(account, at));
        let _ = writeln!(
            out,
            "| {number} | {at} | {}{} | {} |",
            about(line.step.as_ref()),
            inline(&line.what),
            inline(&line.more)
        );
    }
    out.push('\n');
}

/// How somebody who does not trust this report checks it.
pub(super) const VERIFYING: [&str; 4] = [
    "This report is derived from the run's log and proves nothing by itself. In the run's directory, journal.jsonl is the evidence: each line carries the SHA-256 of its own bytes and that of the line before.",
    "Whether the log is whole, whether runbook and outputs are what was recorded, and whether this report is what the records say:",
    "A signed run is checked against the keys of those who may sign with --allowed-signers FILE, or without stepmark:",
    "An unsigned log shows every change by somebody who cannot rewrite all of it, and none by somebody who can.",
];
/// The command that checks a signature without stepmark, in the run's directory.
pub(super) const CHECK_SIGNATURE: &str =
    "ssh-keygen -Y verify -f allowed_signers -I NAME -n stepmark-run -s head.sig < head";

fn verifying(out: &mut String, account: &Account) {
    let [evidence, whole, signed, limit] = VERIFYING;
    let run = &account.run;
    let _ = writeln!(
        out,
        "## How to verify\n\n{evidence}\n\n{whole}\n\n```sh\nstepmark verify {run}\n```\n\n{signed}\n\n```sh\n{CHECK_SIGNATURE}\n```\n\n{limit}"
    );
}

/// A step's id before what is said of it.
fn about(step: Option<&StepId>) -> String {
    step.map_or(String::new(), |step| {
        format!("**{}** ", inline(step.as_str()).trim())
    })
}

/// The time of day, with the day where the run took more than one.
pub(super) fn moment(account: &Account, at: Timestamp) -> String {
    let is_one_day = account
        .started_at
        .zip(account.last_at)
        .is_some_and(|(from, to)| day(from) == day(to));
    match is_one_day {
        true => format!("{} UTC", at.clock()),
        false => at.readable(),
    }
}

/// `2026-11-20`
pub(super) fn day(at: Timestamp) -> String {
    let mut text = at.readable();
    text.truncate("2026-11-20".len());
    text
}
