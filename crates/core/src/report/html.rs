//! The report as one HTML file: no script, no request, readable in light and dark and on paper. Derived, never evidence.

mod escape;
mod picture;
mod step;

use std::fmt::Write as _;
use std::time::Duration;

use escape::text;
use picture::picture;
use step::step;

use super::markdown::{
    CHECK_SIGNATURE, RECOVERY, RECOVERY_HEADER, VERIFYING, day, duration_words, moment,
    recovery_rows, summary_rows, target_rows,
};
use super::{Account, Vitality, duration};
use crate::{StepId, Timestamp};

const STYLE: &str = include_str!("html/style.css");

/// `account` as a page of its own.
pub fn html(account: &Account) -> String {
    let mut out = head(account);
    title(&mut out, account);
    log(&mut out, account);
    section(&mut out, "Timeline picture", |out| {
        out.push_str(&picture(account));
    });
    section(&mut out, "Summary", |out| summary(out, account));
    if !account.sessions.is_empty() {
        section(&mut out, "Targets", |out| targets(out, account));
    }
    section(&mut out, "Planned and actual", |out| planned(out, account));
    section(&mut out, "Skips, confirmations, notes", |out| {
        decisions(out, account);
    });
    if !recovery_rows(account).is_empty() {
        section(&mut out, "Points for recovery", |out| {
            recovery(out, account);
        });
    }
    section(&mut out, "Gaps and unknowns", |out| gaps(out, account));
    section(&mut out, "Steps", |out| {
        account.steps.iter().for_each(|one| step(out, one));
    });
    section(&mut out, "Timeline (UTC)", |out| timeline(out, account));
    section(&mut out, "How to verify", |out| verifying(out, account));
    out.push_str("</main>\n</body>\n</html>\n");
    out
}

/// The policy forbids every request and script, also those that a mistake of ours would let in.
fn head(account: &Account) -> String {
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>{} – {}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n",
        text(&account.title),
        text(account.run.as_str())
    )
}

fn title(out: &mut String, account: &Account) {
    let class = match (account.vitality, account.is_succeeded) {
        (Vitality::Running, _) => "running",
        (_, true) => "done",
        (_, false) => "failed",
    };
    let _ = writeln!(
        out,
        "<header>\n<p class=\"run\">stepmark run {}</p>\n<h1>{}</h1>\n<p class=\"verdict {class}\">{}</p>\n<ul class=\"facts\">",
        text(account.run.as_str()),
        text(&account.title),
        text(&account.result)
    );
    let who = account
        .headers
        .first()
        .map(|header| format!("{} on {}", header.operator.user, header.operator.host));
    let facts = [
        (
            "steps",
            Some(format!("{} of {}", account.steps_done, account.steps_all)),
        ),
        ("duration", Some(duration_words(account))),
        ("started", account.started_at.map(Timestamp::readable)),
        ("operator", who),
        ("environment", account.environment.clone()),
    ];
    for (name, value) in facts {
        if let Some(value) = value {
            let _ = writeln!(out, "<li><span>{name}</span> {}</li>", text(&value));
        }
    }
    out.push_str("</ul>\n</header>\n");
}

fn section(out: &mut String, name: &str, content: impl FnOnce(&mut String)) {
    let _ = writeln!(out, "<section>\n<h2>{name}</h2>");
    content(out);
    out.push_str("</section>\n");
}

fn log(out: &mut String, account: &Account) {
    let day = account
        .started_at
        .map_or(String::new(), |at| format!(": {}", day(at)));
    section(out, &format!("Migration log{day}"), |out| {
        out.push_str("<ol class=\"log\">\n");
        for line in &account.log {
            let class = match line.text.as_str() {
                text if text.starts_with("done") => " class=\"done\"",
                text if text.starts_with("failed") => " class=\"failed\"",
                text if text.starts_with("unknown") => " class=\"unknown\"",
                _ => "",
            };
            let _ = writeln!(
                out,
                "<li{class}><time>{}</time> {}{}</li>",
                when(account, line.at),
                about(line.step.as_ref()),
                text(&line.text)
            );
        }
        out.push_str("</ol>\n");
        issues(out, account);
        let words = duration_words(account);
        let _ = writeln!(out, "<p><strong>Duration:</strong> {}</p>", text(&words));
    });
}

fn issues(out: &mut String, account: &Account) {
    if account.issues.is_empty() {
        out.push_str("<p><strong>Issues:</strong> None</p>\n");
        return;
    }
    out.push_str("<p><strong>Issues:</strong></p>\n<ul class=\"issues\">\n");
    for issue in &account.issues {
        let _ = writeln!(
            out,
            "<li><time>{}</time> {}{}</li>",
            when(account, issue.at),
            about(issue.step.as_ref()),
            text(&issue.text)
        );
    }
    out.push_str("</ul>\n");
}

fn summary(out: &mut String, account: &Account) {
    out.push_str("<table class=\"facts\">\n");
    for (name, value) in summary_rows(account) {
        let _ = writeln!(out, "<tr><th>{name}</th><td>{}</td></tr>", text(&value));
    }
    out.push_str("</table>\n");
}

fn targets(out: &mut String, account: &Account) {
    let header = [
        "connection",
        "session",
        "database",
        "as",
        "at",
        "server",
        "system identifier",
        "backend",
    ];
    let rows = target_rows(account);
    table(
        out,
        &header,
        rows.iter()
            .map(|row| row.iter().map(|cell| text(cell)).collect()),
    );
}

fn planned(out: &mut String, account: &Account) {
    let longest = account
        .steps
        .iter()
        .filter_map(|step| step.took_us.max(step.estimate_us))
        .max()
        .unwrap_or(0)
        .max(1);
    out.push_str("<table class=\"wide\">\n<tr><th class=\"number\">#</th><th>step</th><th>state</th><th class=\"number\">attempts</th><th class=\"number\">estimate</th><th class=\"number\">took</th><th></th></tr>\n");
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
        let share =
            |micros: Option<u64>| u128::from(micros.unwrap_or(0)) * 100 / u128::from(longest);
        let is_late = step
            .estimate_us
            .zip(step.took_us)
            .is_some_and(|(plan, took)| took > plan);
        let _ = writeln!(
            out,
            "<tr><td class=\"number\">{}</td><td><a href=\"#step-{}\">{}</a></td><td><span class=\"state {}\">{}</span></td><td class=\"number\">{}</td><td class=\"number\">{}</td><td class=\"number{}\">{}</td>\
             <td class=\"bars\"><i class=\"plan\" style=\"width:{}%\"></i><i class=\"took\" style=\"width:{}%\"></i></td></tr>",
            step.number,
            step.number,
            text(step.id.as_str()),
            state_class(step.state),
            step.state,
            step.attempts.len(),
            time(step.estimate_us),
            if is_late { " late" } else { "" },
            time(step.took_us),
            share(step.estimate_us),
            share(step.took_us),
        );
    }
    out.push_str("</table>\n<p class=\"legend\"><i class=\"plan\"></i> estimate <i class=\"took\"></i> took</p>\n");
}

fn decisions(out: &mut String, account: &Account) {
    if account.decisions.is_empty() {
        out.push_str("<p>None.</p>\n");
        return;
    }
    let rows = account.decisions.iter().map(|decision| {
        let what = format!("{}{}", about(decision.step.as_ref()), text(&decision.what));
        vec![when(account, Some(decision.at)), what, text(&decision.text)]
    });
    table(out, &["time", "what", "in their words"], rows);
}

fn recovery(out: &mut String, account: &Account) {
    let _ = writeln!(out, "<p>{}</p>", text(RECOVERY));
    let rows = recovery_rows(account).into_iter();
    let rows = rows.map(|row| row.iter().map(|cell| text(cell)).collect());
    table(out, &RECOVERY_HEADER, rows);
}

fn gaps(out: &mut String, account: &Account) {
    if account.gaps.is_empty() {
        out.push_str("<p>None.</p>\n");
        return;
    }
    out.push_str("<ul class=\"issues\">\n");
    for gap in &account.gaps {
        let _ = writeln!(out, "<li>{}</li>", text(gap));
    }
    out.push_str("</ul>\n");
}

fn timeline(out: &mut String, account: &Account) {
    let rows = account.timeline.iter().map(|line| {
        vec![
            line.seq.map_or("–".to_owned(), |seq| seq.to_string()),
            when(account, line.at),
            format!("{}{}", about(line.step.as_ref()), text(&line.what)),
            text(&line.more),
        ]
    });
    table(out, &["#", "time", "what", ""], rows);
}

fn verifying(out: &mut String, account: &Account) {
    let [evidence, whole, signed, limit] = VERIFYING;
    let _ = writeln!(
        out,
        "<p>{evidence}</p>\n<p>{whole}</p>\n<pre>stepmark verify {}</pre>\n<p>{signed}</p>\n<pre>{}</pre>\n<p>{limit}</p>",
        text(account.run.as_str()),
        text(CHECK_SIGNATURE)
    );
}

/// A table whose cells are HTML already.
fn table(out: &mut String, header: &[&str], rows: impl Iterator<Item = Vec<String>>) {
    out.push_str("<div class=\"scroll\"><table class=\"wide\">\n<tr>");
    for name in header {
        let _ = write!(out, "<th>{name}</th>");
    }
    out.push_str("</tr>\n");
    for row in rows {
        out.push_str("<tr>");
        for cell in row {
            let _ = write!(out, "<td>{cell}</td>");
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</table></div>\n");
}

fn when(account: &Account, at: Option<Timestamp>) -> String {
    at.map_or("–".to_owned(), |at| moment(account, at))
}

fn about(step: Option<&StepId>) -> String {
    step.map_or(String::new(), |step| {
        format!("<strong>{}</strong> ", text(step.as_str()))
    })
}

/// The class that colours a state.
fn state_class(state: &str) -> &'static str {
    match state {
        "done" => "done",
        "failed" | "undone" | "rolled back" => "failed",
        "unknown" => "unknown",
        "running" | "held" | "up" => "running",
        _ => "quiet",
    }
}
