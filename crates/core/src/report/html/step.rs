//! One step of the page.

use std::fmt::Write as _;
use std::time::Duration;

use super::escape::text;
use super::state_class;
use crate::record::{Outcome, Polls};
use crate::report::markdown::{attempt_lines, output_words};
use crate::report::phrase::failure_details;
use crate::report::{AttemptAccount, StepAccount, duration};

pub(super) fn step(out: &mut String, step: &StepAccount) {
    let _ = writeln!(
        out,
        "<article class=\"step {0}\" id=\"step-{1}\">\n<h3><span class=\"number\">{1}</span> {2} <span class=\"state {0}\">{3}</span></h3>",
        state_class(step.state),
        step.number,
        text(step.id.as_str()),
        step.state
    );
    let mut facts = vec![step.title.clone(), step.kind.word().to_owned()];
    facts.extend(step.role.clone());
    facts.extend(step.line.map(|line| match &step.file {
        Some(file) => format!("line {line} of {file}"),
        None => format!("line {line}"),
    }));
    let took = step.took_us.map(Duration::from_micros);
    facts.extend(took.map(|took| format!("took {}", duration(took))));
    let estimate = step.estimate_us.map(Duration::from_micros);
    facts.extend(estimate.map(|estimate| format!("estimated {}", duration(estimate))));
    let _ = writeln!(out, "<p class=\"quiet\">{}</p>", text(&facts.join(" · ")));
    if let Some(reason) = &step.reason {
        let _ = writeln!(out, "<p class=\"reason\">{}</p>", text(reason));
    }
    for one in &step.attempts {
        attempt(out, one, step.attempts.len() > 1);
    }
    let _ = writeln!(
        out,
        "<p class=\"digest\">SHA-256 {}</p>\n</article>",
        step.digest
    );
}

fn attempt(out: &mut String, one: &AttemptAccount, is_one_of_several: bool) {
    if is_one_of_several {
        let _ = writeln!(out, "<h4>Attempt {}</h4>", one.attempt);
    }
    let _ = writeln!(
        out,
        "<p class=\"quiet\">{}</p>\n<pre class=\"code\">{}</pre>",
        text(&attempt_lines(one).join(" · ")),
        text(&one.text)
    );
    if let Some(polls) = &one.polls {
        looks(out, polls);
    }
    match &one.outcome {
        Some(Outcome::Failed { failure }) => {
            let _ = write!(
                out,
                "<div class=\"failure\"><strong>{}</strong>",
                text(&failure.headline())
            );
            for (label, value) in failure_details(failure) {
                let _ = write!(out, "<br><span>{label}</span> {}", text(&value));
            }
            out.push_str("</div>\n");
        }
        Some(Outcome::Unknown { because }) => {
            let _ = writeln!(
                out,
                "<div class=\"failure unknown\"><strong>unknown</strong> {}</div>",
                text(because)
            );
        }
        Some(Outcome::Succeeded { .. }) => {}
        None => out.push_str(
            "<div class=\"failure unknown\"><strong>no outcome is on record</strong></div>\n",
        ),
    }
    if let Some(output) = one.output.as_ref().filter(|output| output.bytes > 0) {
        let _ = writeln!(
            out,
            "<pre class=\"output\">{}</pre>\n<p class=\"digest\">{}</p>",
            text(&output.excerpt),
            text(&output_words(output))
        );
    }
}

fn looks(out: &mut String, polls: &Polls) {
    let _ = writeln!(
        out,
        "<p class=\"quiet\">looked {} times</p>\n<ul class=\"looks\">",
        polls.count
    );
    for poll in &polls.seen {
        let moment = duration(Duration::from_micros(poll.after_us));
        let _ = writeln!(out, "<li>after {moment}: {}</li>", text(&poll.finding.seen));
    }
    if polls.left_out > 0 {
        let _ = writeln!(
            out,
            "<li>{} changes before the last are not listed</li>",
            polls.left_out
        );
    }
    out.push_str("</ul>\n");
}
