//! What the first screen says.

use std::collections::BTreeMap;

use ratatui::style::Style;
use ratatui::text::Line;
use stepmark_core::plan::{BlockKind, StepKind};
use stepmark_core::runner::Setting;

use crate::brief::brief;
use crate::estimate;
use crate::layout::setting_lines::setting_lines;
use crate::page::{PageRow, RowKind};
use crate::paint::target_text;
use crate::screen::Screen;
use crate::text::wrap;
use crate::{Reach, TargetLine};

/// Steps listed at most; beyond, only their number is said.
const STEPS_MAX: usize = 200;
/// Steps that destroy something and are named; of more, only the number.
const RISKS_MAX: usize = 6;
/// Blocks of the runbook's beginning that are shown at most.
const INTRODUCTION_BLOCKS_MAX: usize = 40;

/// The text of the first screen in lines of at most `columns`.
pub(super) fn says(screen: &Screen, columns: usize) -> Vec<Line<'static>> {
    let mut said = Said {
        lines: Vec::new(),
        columns,
    };
    let palette = screen.palette;
    let plain = palette.plain();
    let opening = &screen.opening;
    said.say(0, &opening.path, palette.dim());
    super::before::say(screen, &mut said);
    said.blank();
    said.say(0, "Where", palette.heading(2));
    if opening.scratch {
        let text = "Throwaway clusters, made for this run and removed after it.";
        said.say(2, text, palette.good());
    }
    if opening.targets.is_empty() {
        said.say(2, "Nothing here needs a connection.", plain);
    }
    for target in &opening.targets {
        target_lines(screen, target, &mut said);
    }
    said.blank();
    said.say(0, "What", palette.heading(2));
    let (done, all) = screen.progress.tally(screen.plan());
    let what = match done {
        0 => kinds(screen),
        done => format!("{}; {done} of {all} are done already", kinds(screen)),
    };
    said.say(2, &what, plain);
    if let Some(text) = cautions(screen) {
        said.say(2, &text, palette.warn());
    }
    if let Some(rehearsed) = &opening.rehearsed {
        said.say(2, &format!("This runbook was {rehearsed}."), plain);
    }
    if let Some(text) = destroyers(screen) {
        said.say(2, &text, palette.bad());
    }
    if let Some(left) = estimate::left(screen) {
        said.say(
            2,
            &format!("{} by the runbook's estimates", left.words()),
            plain,
        );
    }
    super::inputs::say(screen, &mut said);
    said.blank();
    said.say(0, "Record", palette.heading(2));
    said.say(2, &opening.log, plain);
    introduction(screen, &mut said);
    said.blank();
    said.say(0, "Steps", palette.heading(2));
    steps(screen, &mut said);
    said.lines
}

/// Lines of the first screen.
pub(super) struct Said {
    lines: Vec<Line<'static>>,
    columns: usize,
}

impl Said {
    pub(super) fn say(&mut self, indent: usize, text: &str, style: Style) {
        let columns = self.columns.saturating_sub(indent);
        for mut spans in wrap(&[(text.into(), style)], columns) {
            spans.insert(0, " ".repeat(indent).into());
            self.lines.push(Line::from(spans));
        }
    }

    pub(super) fn blank(&mut self) {
        self.lines.push(Line::default());
    }
}

fn target_lines(screen: &Screen, target: &TargetLine, said: &mut Said) {
    let palette = screen.palette;
    let place = target_text(screen, &target.connection);
    let (style, settings): (Style, &[Setting]) = match &target.reach {
        Reach::Identified(_) => (palette.plain(), &[]),
        Reach::Untried => (palette.plain(), &target.settings),
        Reach::Failed(failure) => (palette.bad(), &failure.settings),
    };
    said.say(2, &format!("{}  {place}", target.connection), style);
    if let Reach::Failed(failure) = &target.reach
        && let Some(hint) = &failure.hint
    {
        said.say(4, hint, palette.plain());
    }
    for line in setting_lines(settings) {
        said.say(4, &line, palette.dim());
    }
}

fn kinds(screen: &Screen) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut all = 0;
    for step in screen.plan().steps.iter().filter(|step| step.is_main()) {
        *counts.entry(step.kind.word()).or_default() += 1;
        all += 1;
    }
    let kinds: Vec<String> = counts
        .iter()
        .map(|(kind, count)| format!("{count} {kind}"))
        .collect();
    let word = if all == 1 { "step" } else { "steps" };
    format!("{all} {word}: {}", kinds.join(", "))
}

fn cautions(screen: &Screen) -> Option<String> {
    let main = || screen.plan().steps.iter().filter(|step| step.is_main());
    let counts = [
        (
            main().filter(|step| step.confirm.is_some()).count(),
            "asks first",
            "ask first",
        ),
        (
            main().filter(|step| step.required).count(),
            "cannot be skipped",
            "cannot be skipped",
        ),
        (
            main().filter(|step| step.timeout.is_some()).count(),
            "has a time limit",
            "have a time limit",
        ),
        (
            main().filter(|step| step.kind == StepKind::Manual).count(),
            "is done by hand",
            "are done by hand",
        ),
    ];
    let parts: Vec<String> = counts
        .into_iter()
        .filter(|(count, ..)| *count > 0)
        .map(|(count, one, many)| format!("{count} {}", if count == 1 { one } else { many }))
        .collect();
    (!parts.is_empty()).then(|| parts.join(screen.glyphs.dot()))
}

/// The steps that destroy what no later statement brings back.
fn destroyers(screen: &Screen) -> Option<String> {
    let named = screen.risks.iter().take(RISKS_MAX).map(|risk| {
        let id = &screen.plan().step(risk.step).id;
        format!("{id} ({})", risk.what)
    });
    let named: Vec<String> = named.collect();
    let more = match screen.risks.len() - named.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    (!named.is_empty()).then(|| format!("destroys: {}{more}", named.join(", ")))
}

/// What the runbook says before the part that its first step stands in.
fn introduction(screen: &Screen, said: &mut Said) {
    let plan = screen.plan();
    let first = plan.steps.first().and_then(|step| step.headings.last());
    let columns = said.columns.saturating_sub(2);
    let mut is_named = false;
    for block in 0..first.copied().unwrap_or(0).min(INTRODUCTION_BLOCKS_MAX) {
        let kind = &plan.document.blocks[block].kind;
        if matches!(kind, BlockKind::Heading { level: 1, .. }) {
            continue;
        }
        let is_first = !is_named;
        if is_first {
            said.blank();
            said.say(0, "Introduction", screen.palette.heading(2));
            is_named = true;
        }
        let rows = screen.page.rows(&plan.document, block, columns);
        let is_blank = |row: &&PageRow| row.kind == RowKind::Blank;
        for row in rows.iter().skip_while(|row| is_first && is_blank(row)) {
            let mut line = row.line.clone();
            line.spans.insert(0, "  ".into());
            said.lines.push(line);
        }
    }
}

fn steps(screen: &Screen, said: &mut Said) {
    let palette = screen.palette;
    let main = || screen.plan().indexed().filter(|(_, step)| step.is_main());
    let wide = main().map(|(_, step)| step.id.as_str().len()).max();
    let wide = wide.unwrap_or(0).min(24);
    for (index, step) in main().take(STEPS_MAX) {
        let glyph = screen.glyphs.state(&screen.progress.step(index).state);
        let estimate = step.flow.estimate.map(brief);
        let estimate = estimate.map_or_else(String::new, |time| format!(", about {time}"));
        let text = format!(
            "{glyph} {:<wide$}  {:<6}  {}{estimate}",
            step.id,
            step.kind.word(),
            step.title
        );
        let text = crate::text::fit(
            &text,
            said.columns.saturating_sub(2),
            screen.glyphs.ellipsis(),
        );
        said.say(2, &text, palette.plain());
    }
    let more = main().count().saturating_sub(STEPS_MAX);
    if more > 0 {
        said.say(2, &format!("and {more} more"), palette.dim());
    }
}
