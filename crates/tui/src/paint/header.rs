//! The top: title, run and time, then each connection with its transaction.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use stepmark_core::record::{TargetIdentity, TransactionStatus};
use stepmark_core::runner::Setting;
use stepmark_core::{ConnectionName, Timestamp};

use super::{put, row_of};
use crate::action::Action;
use crate::brief::minutes;
use crate::estimate;
use crate::screen::Screen;
use crate::text::{clean, fit, span, width};
use crate::{Reach, TargetLine, undoing};

/// The title row.
pub(super) fn title(screen: &Screen, area: Rect, buffer: &mut Buffer) {
    if area.is_empty() {
        return;
    }
    let environment = environment(screen);
    let style = match environment {
        Environment::Production(_) => screen.palette.alarm(),
        Environment::Scratch | Environment::Named(_) | Environment::Unsaid => {
            screen.palette.title_bar()
        }
    };
    buffer.set_style(area, style);
    let dot = screen.glyphs.dot();
    let (before, after) = match environment {
        Environment::Production(word) => {
            (format!("{}  ", clean(word).to_uppercase()), String::new())
        }
        Environment::Scratch => (String::new(), format!("{dot}scratch")),
        Environment::Named(word) => (String::new(), format!("{dot}{}", clean(word))),
        Environment::Unsaid => (String::new(), String::new()),
    };
    let said = width(&before) + width(&after);
    let right = right_side(screen, usize::from(area.width), said);
    let room = usize::from(area.width).saturating_sub(width(&right) + said + 4);
    let title = fit(&screen.plan().title, room, screen.glyphs.ellipsis());
    let left = Line::from(vec![
        Span::raw(" "),
        Span::styled(before, screen.palette.strong()),
        Span::styled(title, screen.palette.strong()),
        Span::raw(after),
    ])
    .style(style);
    put(buffer, area, &left);
    let wide = u16::try_from(width(&right) + 1).unwrap_or(u16::MAX);
    if left.width() + width(&right) + 2 <= usize::from(area.width) {
        let at = Rect {
            x: area.right() - wide,
            width: wide,
            ..area
        };
        put(buffer, at, &Line::styled(right, style));
    }
}

/// Columns that the title is not pushed out of where something else can go.
const TITLE_COLUMNS_MIN: usize = 3;

/// Columns of the title beside which the run's id and the time of its end have room.
const TITLE_COLUMNS: usize = 24;

/// How far the run is, since when, until when, and which one it is: as much of it as `columns` have room for beside a title.
fn right_side(screen: &Screen, columns: usize, said: usize) -> String {
    let (done, all) = screen.progress.tally(screen.plan());
    let mut parts = vec![format!("{done}/{all}")];
    parts.extend(undoing::under_way(screen).map(undoing::how_far));
    parts.extend(match screen.up().count() {
        0 => None,
        up => Some(format!("{up} up")),
    });
    parts.extend(
        match (&screen.before.taken_up, screen.progress.started_at()) {
            (Some(_), Some(started)) => Some(format!("taken up, run of {}", day(started))),
            _ => elapsed(screen),
        },
    );
    let is_over = screen.progress.ending().is_some();
    let left = estimate::left(screen).filter(|_| !is_over);
    let mut most = parts.clone();
    most.extend(left.map(|left| match screen.now {
        Some(now) => format!("{} left, until {}", left.words(), left.until(now)),
        None => format!("{} left", left.words()),
    }));
    let without_run = most.len();
    most.push(screen.opening.run.to_string());
    parts.extend(left.map(|left| format!("{} left", left.words())));
    let dot = screen.glyphs.dot();
    let joined = |parts: &[String]| clean(&parts.join(dot)).into_owned();
    let title = width(&screen.plan().title).min(TITLE_COLUMNS);
    let fits = |text: &str, title: usize| width(text) + said + 4 + title <= columns;
    let most = [most.len(), without_run].map(|count| joined(&most[..count]));
    let least = joined(&parts[..1]);
    let fewer = (1..=parts.len()).rev().map(|count| joined(&parts[..count]));
    let mut fewer = fewer.filter(|text| fits(text, TITLE_COLUMNS_MIN));
    let most = most.into_iter().find(|text| fits(text, title));
    most.or_else(|| fewer.next()).unwrap_or(least)
}

/// `2026-11-20`.
fn day(moment: Timestamp) -> String {
    let text = moment.readable();
    text.split(' ').next().unwrap_or_default().to_owned()
}

/// What the run works on, as far as the runbook says.
#[derive(Clone, Copy, Debug)]
enum Environment<'a> {
    /// Throwaway clusters, whatever the runbook says.
    Scratch,
    /// What people depend on.
    Production(&'a str),
    /// Something else, by its name.
    Named(&'a str),
    /// The runbook does not say.
    Unsaid,
}

fn environment(screen: &Screen) -> Environment<'_> {
    match screen.plan().front.environment.as_deref().map(str::trim) {
        _ if screen.opening.scratch => Environment::Scratch,
        Some(word) if screen.is_production() => Environment::Production(word),
        Some(word) if !word.is_empty() => Environment::Named(word),
        Some(_) | None => Environment::Unsaid,
    }
}

/// Whole minutes only: a header that changes every second would draw every second.
fn elapsed(screen: &Screen) -> Option<String> {
    let started = screen.progress.started_at()?;
    let (word, until) = match screen.progress.ending() {
        Some(_) => ("in", screen.progress.last_at()),
        None => ("for", screen.now.or(screen.progress.last_at())),
    };
    Some(format!("{word} {}", minutes(until?.since(started))))
}

/// A row for each connection; the last row says how many more there are, and where they are listed.
pub(super) fn connections(screen: &Screen, area: Rect, buffer: &mut Buffer) {
    let targets = &screen.opening.targets;
    let rows = usize::from(area.height);
    let mut order: Vec<&TargetLine> = targets.iter().collect();
    if rows < targets.len() {
        order.sort_by_key(|target| transaction(screen, target) == TransactionStatus::Idle);
    }
    for (at, target) in order.into_iter().take(rows).enumerate() {
        let hidden = targets.len() - rows.min(targets.len());
        let more = if at + 1 == rows { hidden } else { 0 };
        connection(screen, target, more, row_of(area, at), buffer);
    }
}

fn transaction(screen: &Screen, target: &TargetLine) -> TransactionStatus {
    screen
        .progress
        .connection(&target.connection)
        .map_or(TransactionStatus::Idle, |known| known.transaction)
}

fn connection(screen: &Screen, target: &TargetLine, more: usize, area: Rect, buffer: &mut Buffer) {
    let palette = screen.palette;
    let known = screen.progress.connection(&target.connection);
    let missing = known.map_or(0, |known| known.missing.len());
    let held = known.map_or(0, |known| known.held.len());
    let held = match held {
        0 => String::new(),
        held => format!("{}{held} held", screen.glyphs.dot()),
    };
    let badge = match (known.map(|known| known.transaction), &target.reach) {
        (Some(TransactionStatus::Open), _) => {
            Span::styled(format!(" TRANSACTION OPEN{held} "), palette.warning_badge())
        }
        (Some(TransactionStatus::Failed), _) => {
            Span::styled(format!(" TRANSACTION FAILED{held} "), palette.alarm())
        }
        (Some(TransactionStatus::Idle), _) if missing > 0 => {
            Span::styled(" SESSION STATE LOST ", palette.warning_badge())
        }
        (Some(TransactionStatus::Idle), _) => Span::styled("no transaction ", palette.dim()),
        (None, Reach::Identified(_)) => Span::styled("no session yet ", palette.dim()),
        (None, Reach::Failed(_)) => Span::styled(" UNREACHABLE ", palette.alarm()),
        (None, Reach::Untried) => Span::styled("not opened yet ", palette.dim()),
    };
    let mut name = target.connection.to_string();
    if more > 0 {
        let key = screen.keys.named(Action::Inputs);
        name = format!("{name} (+{more} more: {key})");
    }
    let room = usize::from(area.width).saturating_sub(badge.width() + width(&name) + 4);
    let text = target_text(screen, &target.connection);
    let place = fit(&text, room, screen.glyphs.ellipsis());
    let line = Line::from(vec![
        Span::raw(" "),
        span(&name, palette.strong()),
        Span::raw("  "),
        Span::raw(place),
    ]);
    put(buffer, area, &line);
    let wide = u16::try_from(badge.width()).unwrap_or(u16::MAX);
    if wide < area.width {
        let at = Rect {
            x: area.right() - wide,
            width: wide,
            ..area
        };
        put(buffer, at, &Line::from(badge));
    }
}

/// Where a connection leads, in one line: what its last session said, else what was found before.
pub(crate) fn target_text(screen: &Screen, name: &ConnectionName) -> String {
    if let Some(known) = screen.progress.connection(name) {
        return identity(screen, &known.target);
    }
    let target = screen
        .opening
        .targets
        .iter()
        .find(|target| target.connection == *name);
    match target.map(|target| (&target.reach, &target.settings)) {
        Some((Reach::Identified(target), _)) => identity(screen, target),
        Some((Reach::Failed(failure), _)) => format!("unreachable: {}", failure.message),
        Some((Reach::Untried, settings)) => configured(settings),
        None => "not known".to_owned(),
    }
}

fn identity(screen: &Screen, target: &TargetIdentity) -> String {
    let dot = screen.glyphs.dot();
    let version = target
        .server_version
        .split_whitespace()
        .next()
        .unwrap_or("?");
    format!(
        "{}{dot}{}@{}:{}{dot}{}{dot}PostgreSQL {version}",
        target.database,
        target.user,
        target.host,
        target.port,
        target.role.word(),
    )
}

fn configured(settings: &[Setting]) -> String {
    let value = |name: &str| {
        let found = settings.iter().find(|setting| setting.name == name);
        found.map_or("?", |setting| setting.value.as_str())
    };
    format!(
        "{} as {} on {}:{}",
        value("dbname"),
        value("user"),
        value("host"),
        value("port")
    )
}
