//! Everything the screen knows: run facts folded from records, and the view state that input makes.
//! Does not change itself: `update` does; does not draw itself: `paint` does.

mod pane;
mod split;
mod stage;
mod tone;
mod view;

use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

pub(crate) use pane::Pane;
use ratatui::layout::Rect;
pub(crate) use split::{Border, Split};
pub(crate) use stage::Stage;
use stepmark_core::output::{OutputId, OutputReader};
use stepmark_core::plan::Plan;
use stepmark_core::progress::{Before, Progress, StepState};
use stepmark_core::record::{InputOrigin, Work};
use stepmark_core::report::duration;
use stepmark_core::runner::{Activity, Glimpse, Permitted, Refusal, may_start, permitted};
use stepmark_core::{ConnectionName, StepIndex, Timestamp, VariableName};
pub(crate) use tone::Tone;
pub(crate) use view::View;

use crate::brief::minutes;
use crate::dialog::Dialog;
use crate::graph::Graph;
use crate::layout::Geometry;
use crate::output_view::OutputView;
use crate::page::{Page, PageAnchor, PageVariables};
use crate::palette::Palette;
use crate::replay::Replay;
use crate::risk::Risk;
use crate::search::Search;
use crate::sight::Sight;
use crate::tree::Tree;
use crate::{Clipboard, Glyphs, Keys, Opening, Settings, outcome, risk};

/// Bytes of an output line that are read for each column that could be shown; escapes and wide characters cost more.
const BYTES_PER_COLUMN: usize = 12;

/// Everything the screen knows.
#[derive(Debug)]
pub(crate) struct Screen {
    pub(crate) opening: Opening,
    pub(crate) progress: Progress,
    pub(crate) glimpse: Glimpse,
    /// The inputs that were given, and where each value came from, in order.
    pub(crate) inputs: Vec<(VariableName, InputOrigin)>,
    /// Who ran it before, if somebody did.
    pub(crate) before: Before,
    /// How it became known that steps of unknown outcome were done.
    pub(crate) settled: BTreeMap<StepIndex, String>,
    /// What the observer saw last of the session at work.
    pub(crate) sight: Option<Sight>,
    pub(crate) now: Option<Timestamp>,
    pub(crate) size: Rect,
    pub(crate) stage: Stage,
    pub(crate) selected: Option<StepIndex>,
    /// Whether the operator has left the selection alone since their last run command.
    pub(crate) following: bool,
    /// The step that was started last.
    pub(crate) last_started: Option<StepIndex>,
    pub(crate) focus: Pane,
    pub(crate) view: View,
    pub(crate) split: Split,
    /// The border that the mouse holds.
    pub(crate) dragged: Option<Border>,
    /// Whether the operator scrolled to where they read, so that nothing but they may move it.
    pub(crate) reading: bool,
    pub(crate) tree: Tree,
    pub(crate) tree_top: usize,
    pub(crate) page: Page,
    pub(crate) page_top: PageAnchor,
    pub(crate) first_top: usize,
    /// Which step needs which; made when it is looked at first.
    pub(crate) graph: Option<Rc<Graph>>,
    pub(crate) graph_top: usize,
    pub(crate) search: Option<Search>,
    /// What SQL steps destroy.
    pub(crate) risks: Vec<Risk>,
    pub(crate) output: OutputView,
    pub(crate) dialog: Option<Dialog>,
    pub(crate) notice: Option<(Tone, String)>,
    pub(crate) notice_seen: u64,
    /// Whether something that changes what a key means was told and does not stand on the terminal yet.
    pub(crate) unshown: bool,
    /// Whether a command that starts work was sent and not answered yet.
    pub(crate) asked: bool,
    /// When a key that starts work was last dropped; those that follow at once are the same key, held down.
    pub(crate) dropped_at: Option<Timestamp>,
    /// Whether the operator asked that what is under way be cancelled, and it is not over yet.
    pub(crate) cancels: bool,
    /// When what was cancelled was over.
    pub(crate) cancelled_at: Option<Timestamp>,
    /// The manual step whose confirmation and tick went out together.
    pub(crate) ticked: Option<StepIndex>,
    /// The step that is undone so that it can run again.
    pub(crate) undo_first: Option<StepIndex>,
    /// When and why the server could not tell what became of a step.
    pub(crate) untold: BTreeMap<StepIndex, (Option<Timestamp>, String)>,
    /// The step that has the terminal.
    pub(crate) lent: Option<StepIndex>,
    /// Whether nothing more will come from the run.
    pub(crate) over: bool,
    /// The run's records, where it is only read again.
    pub(crate) replay: Option<Replay>,
    pub(crate) palette: Palette,
    pub(crate) glyphs: Glyphs,
    pub(crate) keys: Keys,
    pub(crate) clipboard: Clipboard,
}

impl Screen {
    /// The first screen of a run of which nothing was told yet.
    pub(crate) fn new(opening: Opening, settings: Settings) -> Self {
        let palette = Palette::new(settings.colour, settings.theme);
        let progress = Progress::new(&opening.plan);
        let tree = Tree::new(&opening.plan);
        let variables = PageVariables::new(&opening.plan);
        Self {
            selected: progress.next().or(tree.first()),
            progress,
            glimpse: Glimpse::default(),
            inputs: Vec::new(),
            before: Before::default(),
            settled: BTreeMap::new(),
            sight: None,
            now: None,
            size: Rect::ZERO,
            stage: Stage::First,
            following: true,
            last_started: None,
            focus: Pane::Tree,
            view: View::Panes,
            split: Split::default(),
            dragged: None,
            reading: false,
            tree,
            tree_top: 0,
            page: Page::new(palette, settings.glyphs, variables),
            page_top: PageAnchor::default(),
            first_top: 0,
            graph: None,
            graph_top: 0,
            search: None,
            risks: risk::of(&opening.plan),
            output: OutputView::default(),
            dialog: None,
            notice: None,
            notice_seen: 0,
            unshown: false,
            asked: false,
            dropped_at: None,
            cancels: false,
            cancelled_at: None,
            ticked: None,
            undo_first: None,
            untold: BTreeMap::new(),
            lent: None,
            over: false,
            replay: None,
            palette,
            glyphs: settings.glyphs,
            keys: settings.keys,
            clipboard: settings.clipboard,
            opening,
        }
    }

    pub(crate) fn plan(&self) -> &Plan {
        &self.opening.plan
    }

    /// Whether the run is only read again, and nothing can be asked of it.
    pub(crate) fn is_replay(&self) -> bool {
        self.replay.is_some()
    }

    pub(crate) fn permitted(&self) -> Permitted {
        if self.is_replay() {
            return Permitted::default();
        }
        Permitted {
            cancel: self.may_cancel(),
            ..permitted(self.plan(), &self.progress, self.selected)
        }
    }

    /// Whether there is something to cancel: a step under way, or one that is about to be tried again.
    pub(crate) fn may_cancel(&self) -> bool {
        let under_way = self.progress.running().is_some() || self.awaits_retry();
        under_way && !self.is_replay()
    }

    /// Whether a step failed and is about to be tried again by itself.
    pub(crate) fn awaits_retry(&self) -> bool {
        matches!(self.glimpse.activity, Activity::Retrying { .. })
    }

    /// Whether the selected step may start now.
    pub(crate) fn may_run(&self, step: StepIndex) -> bool {
        !self.is_replay() && may_start(self.plan(), &self.progress, step).is_ok()
    }

    /// Whether people depend on what it works on.
    pub(crate) fn is_production(&self) -> bool {
        self.opening.is_production()
    }

    /// Whether nobody knows what `step` did, and nothing is under way, so that this can be settled.
    pub(crate) fn may_settle(&self, step: StepIndex) -> bool {
        !self.is_replay() && permitted(self.plan(), &self.progress, Some(step)).resolve
    }

    /// Whether something is under way, so that time matters.
    pub(crate) fn is_busy(&self) -> bool {
        let under_way =
            self.progress.running().is_some() || self.glimpse.activity != Activity::Idle;
        under_way && !self.is_replay()
    }

    /// Whether what `step` left in its session was lost with it, so that the step may run again.
    pub(crate) fn is_lost(&self, step: StepIndex) -> bool {
        let name = self.plan().step(step).connection.as_ref();
        let known = name.and_then(|name| self.progress.connection(name));
        known.is_some_and(|known| known.missing.contains(&step))
    }

    /// Whether `step` waits only since what steps before it left in its session is lost.
    pub(crate) fn is_in_lost_session(&self, step: StepIndex) -> bool {
        let may = may_start(self.plan(), &self.progress, step);
        matches!(may, Err(Refusal::SessionStateMissing { .. })) && !self.is_replay()
    }

    /// The background steps that are up.
    pub(crate) fn up(&self) -> impl Iterator<Item = StepIndex> {
        self.progress.steps_up()
    }

    /// How long the step took, or has been running: that in whole seconds, so that it does not flicker.
    pub(crate) fn elapsed(&self, step: StepIndex) -> Option<String> {
        let known = self.progress.step(step);
        match (&known.state, known.started_at, self.now) {
            (StepState::Running, Some(started), Some(now)) => {
                let whole = now.since(started).as_secs();
                Some(match whole {
                    0..60 => format!("{whole} s"),
                    _ => duration(Duration::from_secs(whole)),
                })
            }
            (StepState::Up, Some(started), Some(now)) => Some(minutes(now.since(started))),
            (StepState::Running | StepState::Up, ..) => None,
            _ if known.work == Some(Work::Manual) => None,
            _ => known.duration.map(duration),
        }
    }

    /// The step whose output is shown: the selected one once it was started, else the one started last.
    pub(crate) fn output_step(&self) -> Option<StepIndex> {
        let told = |step: &StepIndex| {
            let known = self.progress.step(*step);
            known.attempt.is_some() || known.state != StepState::Pending
        };
        self.selected.filter(told).or(self.last_started)
    }

    /// The first connection with an open transaction, that of the selected step before others, and how many steps it holds.
    pub(crate) fn open_transaction(&self) -> Option<(ConnectionName, usize)> {
        let open = self.progress.open_transaction(self.selected_connection());
        open.map(|(name, known)| (name.clone(), known.held.len()))
    }

    /// The connection of the selected step.
    pub(crate) fn selected_connection(&self) -> Option<&ConnectionName> {
        let planned = self.plan().step(self.selected?);
        planned.connection.as_ref()
    }

    /// The rows of the output pane: lines of output, then the lines that say what became of the step.
    pub(crate) fn output_rows(&self, columns: u16) -> (u64, Vec<ratatui::text::Line<'static>>) {
        let outcome = self.output_step().map_or_else(Vec::new, |step| {
            outcome::lines(self, step, usize::from(columns))
        });
        let count = u64::try_from(outcome.len()).unwrap_or(u64::MAX);
        (self.output.lines.saturating_add(count), outcome)
    }

    /// Reads what the output pane shows, and nothing else. To be called before each draw.
    pub(crate) fn look(&mut self, reader: &dyn OutputReader) {
        let id = self.output_step().and_then(|step| {
            let attempt = self.progress.step(step).attempt?;
            let step = self.plan().step(step).id.clone();
            Some(OutputId { step, attempt })
        });
        if id != self.output.id {
            self.output = OutputView {
                id,
                ..OutputView::default()
            };
            if let Some(search) = &mut self.search {
                search.forget_output();
            }
        }
        let Some(id) = self.output.id.clone() else {
            return;
        };
        self.output.lines = reader.length(&id).lines;
        let pane = Geometry::of(self).output;
        let (rows, _) = self.output_rows(pane.width);
        let height = u64::from(pane.height);
        let first = self.output.first_row(rows, height);
        let range = OutputView::visible(first, height, self.output.lines);
        let columns = self.output.left + usize::from(pane.width);
        let line_bytes_max = columns.saturating_mul(BYTES_PER_COLUMN);
        self.output.window = reader.lines(&id, range.clone(), line_bytes_max);
        self.output.range = range;
    }

    /// The rows of a block of the page, at the page's width now.
    pub(crate) fn block_rows(&self, block: usize, columns: u16) -> Rc<[crate::page::PageRow]> {
        self.page
            .rows(&self.plan().document, block, usize::from(columns))
    }
}
