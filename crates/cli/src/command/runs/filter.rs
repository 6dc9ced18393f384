//! Which runs are asked for.

use std::path::Path;

use stepmark_core::Timestamp;

use super::RunsArguments;
use super::past_run::PastRun;
use crate::{Complaint, Exit};

const MICROS_A_SECOND: i64 = 1_000_000;

/// Which runs are asked for.
pub(super) struct Filter<'a> {
    arguments: &'a RunsArguments,
    since: Option<Timestamp>,
}

impl<'a> Filter<'a> {
    pub(super) fn of(arguments: &'a RunsArguments, now: Timestamp) -> Result<Self, Complaint> {
        let since = arguments
            .since
            .as_deref()
            .map(|text| moment(text, now).ok_or_else(|| unclear("--since", text)))
            .transpose()?;
        Ok(Self { arguments, since })
    }

    /// What the path alone can rule out, before anything is read.
    pub(super) fn takes_path(&self, path: &Path) -> bool {
        let id = path.file_name().and_then(|name| name.to_str());
        match (self.since, id) {
            (Some(since), Some(id)) => id >= since.compact().as_str(),
            _ => true,
        }
    }

    pub(super) fn takes(&self, run: &PastRun) -> bool {
        let wanted = self.arguments;
        let within = |part: &Option<String>, whole: &dyn Fn() -> String| {
            part.as_ref()
                .is_none_or(|part| whole().contains(part.as_str()))
        };
        let is_by = wanted.by.as_ref().is_none_or(|by| run.is_by(by));
        let asks_state = wanted.failed || wanted.unknown;
        let state = (wanted.failed && run.is_failed()) || (wanted.unknown && run.is_unknown());
        is_by
            && (state || !asks_state)
            && wanted.runbook.as_ref().is_none_or(|name| run.is_of(name))
            && within(&wanted.target, &|| run.targets_whole())
    }
}

/// A complaint about a time that is none.
pub(super) fn unclear(flag: &str, text: &str) -> Complaint {
    Complaint::new(Exit::Usage, format!("{flag} {text} is no time"))
        .hint("write a day (2026-11-20), a moment (2026-11-20T02:00:00Z), or an age (90m, 24h, 7d)")
}

/// A day, a moment, or an age before `now`.
pub(super) fn moment(text: &str, now: Timestamp) -> Option<Timestamp> {
    if let Some(age) = age_micros(text) {
        return Some(Timestamp::from_micros(now.micros().saturating_sub(age)));
    }
    Timestamp::parse(text).or_else(|| Timestamp::parse(&format!("{text}T00:00:00Z")))
}

/// `90m`, `24h`, `7d`, `2w` in microseconds.
pub(super) fn age_micros(text: &str) -> Option<i64> {
    let unit = text.chars().last()?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        'w' => 604_800,
        _ => return None,
    };
    let count: i64 = text[..text.len() - unit.len_utf8()].parse().ok()?;
    (count >= 0).then(|| {
        count
            .saturating_mul(seconds)
            .saturating_mul(MICROS_A_SECOND)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_days_moments_and_ages() {
        let now = Timestamp::parse("2026-11-20T12:00:00Z").unwrap();
        let table = [
            ("2026-11-01", Some("2026-11-01 00:00:00 UTC")),
            ("2026-11-01T02:00:00Z", Some("2026-11-01 02:00:00 UTC")),
            ("90m", Some("2026-11-20 10:30:00 UTC")),
            ("7d", Some("2026-11-13 12:00:00 UTC")),
            ("-7d", None),
            ("é", None),
            ("", None),
            ("soon", None),
        ];
        for (text, expected) in table {
            let found = moment(text, now).map(Timestamp::readable);
            assert_eq!(found.as_deref(), expected, "{text}");
        }
    }
}
