//! The timeline as a drawing: a bar for every attempt, a tick for every round moment. Plain SVG inside the page.

use std::fmt::Write as _;
use std::time::Duration;

use super::escape::text;
use super::state_class;
use crate::Timestamp;
use crate::record::Outcome;
use crate::report::{Account, AttemptAccount, StepAccount, duration};

const WIDTH: u64 = 960;
const NAMES_WIDTH: u64 = 220;
const ROW_HEIGHT: u64 = 24;
const BAR_HEIGHT: u64 = 14;
const AXIS_HEIGHT: u64 = 28;
/// Space behind the last bar, for the words beside it.
const RIGHT_MARGIN: u64 = 84;
const BAR_WIDTH_MIN: u64 = 3;
/// A name is cut after this many characters; the tables have it whole.
const NAME_CHARACTERS_MAX: usize = 28;
const TICKS_MAX: u64 = 6;
/// Distances of ticks that people read well, in milliseconds.
const TICKS: [u64; 21] = [
    1,
    5,
    10,
    50,
    100,
    500,
    1_000,
    5_000,
    10_000,
    30_000,
    60_000,
    300_000,
    600_000,
    1_800_000,
    3_600_000,
    10_800_000,
    21_600_000,
    43_200_000,
    86_400_000,
    604_800_000,
    2_419_200_000,
];

/// From which moment the axis goes, and how long it is.
struct Axis {
    from: Timestamp,
    micros: u64,
}

impl Axis {
    fn x(&self, micros: u64) -> u64 {
        let room = u128::from(WIDTH - NAMES_WIDTH - RIGHT_MARGIN);
        let at = u128::from(micros.min(self.micros)) * room / u128::from(self.micros.max(1));
        NAMES_WIDTH + u64::try_from(at).unwrap_or(0)
    }
}

/// The drawing of every step that was begun; a sentence, when none was.
pub(super) fn picture(account: &Account) -> String {
    let begun: Vec<&StepAccount> = account
        .steps
        .iter()
        .filter(|step| !step.attempts.is_empty())
        .collect();
    let Some(from) = account.started_at.filter(|_| !begun.is_empty()) else {
        return "<p>No step was begun.</p>\n".to_owned();
    };
    let axis = Axis {
        from,
        micros: account.took_us.max(1_000),
    };
    let height = AXIS_HEIGHT + begun.len() as u64 * ROW_HEIGHT + 8;
    let mut out = format!(
        "<figure class=\"scroll\"><svg class=\"timeline\" viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" aria-label=\"When each step ran\">\n"
    );
    ticks(&mut out, &axis, height);
    for (row, step) in (0_u64..).zip(begun) {
        let top = AXIS_HEIGHT + row * ROW_HEIGHT;
        bars(&mut out, account, &axis, step, top);
    }
    out.push_str("</svg></figure>\n");
    out
}

fn ticks(out: &mut String, axis: &Axis, height: u64) {
    let millis = axis.micros / 1_000;
    let step = TICKS
        .into_iter()
        .find(|step| millis / step <= TICKS_MAX)
        .unwrap_or(millis.max(1));
    let mut at = 0;
    while at <= millis {
        let x = axis.x(at * 1_000);
        let label = match at {
            0 => axis.from.clock(),
            _ => format!("+{}", duration(Duration::from_millis(at))),
        };
        let _ = writeln!(
            out,
            "<line class=\"tick\" x1=\"{x}\" x2=\"{x}\" y1=\"{AXIS_HEIGHT}\" y2=\"{height}\"/><text class=\"tick\" x=\"{x}\" y=\"{}\">{label}</text>",
            AXIS_HEIGHT - 10
        );
        at += step;
    }
}

fn bars(out: &mut String, account: &Account, axis: &Axis, step: &StepAccount, top: u64) {
    let name: String = step.id.as_str().chars().take(NAME_CHARACTERS_MAX).collect();
    let dots = if name.len() < step.id.as_str().len() {
        "…"
    } else {
        ""
    };
    let baseline = top + ROW_HEIGHT / 2 + 4;
    let _ = writeln!(
        out,
        "<a href=\"#step-{}\"><text class=\"name\" x=\"{}\" y=\"{baseline}\">{}{dots}</text></a>",
        step.number,
        NAMES_WIDTH - 12,
        text(&name)
    );
    let mut end = NAMES_WIDTH;
    for attempt in &step.attempts {
        let start = micros_since(axis.from, attempt.started_at);
        let took = attempt
            .duration_us
            .unwrap_or_else(|| axis.micros.saturating_sub(start));
        let (left, right) = (axis.x(start), axis.x(start.saturating_add(took)));
        let width = right.saturating_sub(left).max(BAR_WIDTH_MIN);
        end = end.max(left + width);
        let _ = writeln!(
            out,
            "<rect class=\"{}\" x=\"{left}\" y=\"{}\" width=\"{width}\" height=\"{BAR_HEIGHT}\" rx=\"2\"><title>{} attempt {}: {}</title></rect>",
            class(account, step, attempt),
            top + (ROW_HEIGHT - BAR_HEIGHT) / 2,
            text(step.id.as_str()),
            attempt.attempt,
            duration(Duration::from_micros(took))
        );
    }
    let words = match step.took_us {
        Some(took) => duration(Duration::from_micros(took)),
        None => step.state.to_owned(),
    };
    let _ = writeln!(
        out,
        "<text class=\"took\" x=\"{}\" y=\"{baseline}\">{words}</text>",
        end + 8
    );
}

/// The last attempt has the step's colour; those before it failed, or nobody knows.
fn class(account: &Account, step: &StepAccount, attempt: &AttemptAccount) -> &'static str {
    let is_last = step
        .attempts
        .last()
        .is_some_and(|last| last.attempt == attempt.attempt);
    match &attempt.outcome {
        _ if is_last => state_class(step.state),
        Some(Outcome::Succeeded { .. }) => "done",
        Some(Outcome::Failed { .. }) => "failed",
        Some(Outcome::Unknown { .. }) => "unknown",
        None if account.is_succeeded => "quiet",
        None => "unknown",
    }
}

fn micros_since(from: Timestamp, at: Timestamp) -> u64 {
    u64::try_from(at.since(from).as_micros()).unwrap_or(u64::MAX)
}
