//! A file while it is joined with others, piece by piece: what of it is still to come, and where the rest went.

use stepmark_core::plan::{Block, BlockKind};

use crate::around::Around;
use crate::draft::Draft;
use crate::flow_event::FlowEvent;
use crate::outline::Outline;

/// HTML and Markdown have no deeper headings.
const LEVEL_MAX: u8 = 6;

/// What of a file is not joined yet, and where the rest went.
pub(crate) struct Rest {
    blocks: std::vec::IntoIter<Block>,
    drafts: std::vec::IntoIter<Draft>,
    flow: std::vec::IntoIter<FlowEvent>,
    moved: Counts,
    /// From which block, and which draft, on how many lie before those of the file.
    shifts: Vec<Shift>,
}

#[derive(Clone, Copy, Default)]
struct Counts {
    blocks: usize,
    drafts: usize,
    flow: usize,
}

#[derive(Clone, Copy)]
struct Shift {
    from: Counts,
    blocks: usize,
    drafts: usize,
}

impl Rest {
    pub(crate) fn of(outline: Outline) -> Self {
        Self {
            blocks: outline.document.blocks.into_iter(),
            drafts: outline.drafts.into_iter(),
            flow: outline.flow.into_iter(),
            moved: Counts::default(),
            shifts: Vec::new(),
        }
    }

    /// Where the file's block `at`, which was moved, is now.
    pub(crate) fn block(&self, at: usize) -> usize {
        let shift = self
            .shifts
            .iter()
            .rev()
            .find(|shift| shift.from.blocks <= at);
        at + shift.map_or(0, |shift| shift.blocks)
    }

    fn draft(&self, at: usize) -> usize {
        let shift = self
            .shifts
            .iter()
            .rev()
            .find(|shift| shift.from.drafts <= at);
        at + shift.map_or(0, |shift| shift.drafts)
    }

    /// Moves everything before the given numbers of blocks, drafts and events to the end of `joined`.
    pub(crate) fn move_to(
        &mut self,
        blocks: usize,
        drafts: usize,
        flow: usize,
        around: &Around,
        joined: &mut Outline,
    ) {
        self.shifts.push(Shift {
            from: self.moved,
            blocks: joined.document.blocks.len() - self.moved.blocks,
            drafts: joined.drafts.len() - self.moved.drafts,
        });
        for _ in self.moved.blocks..blocks {
            let Some(mut block) = self.blocks.next() else {
                break;
            };
            self.moved.blocks += 1;
            if let Some(step) = &mut block.step {
                step.0 = self.draft(step.0);
            }
            if let BlockKind::Heading { level, .. } = &mut block.kind {
                *level = level.saturating_add(around.level).min(LEVEL_MAX);
            }
            if !around.containers.is_empty() {
                block
                    .containers
                    .splice(0..0, around.containers.iter().cloned());
            }
            joined.document.blocks.push(block);
        }
        for _ in self.moved.drafts..drafts {
            let Some(mut draft) = self.drafts.next() else {
                break;
            };
            self.moved.drafts += 1;
            let own = draft.headings.iter().map(|&heading| self.block(heading));
            draft.headings = around.headings.iter().copied().chain(own).collect();
            around.settle(&mut draft);
            joined.drafts.push(draft);
        }
        for _ in self.moved.flow..flow {
            let Some(event) = self.flow.next() else {
                break;
            };
            self.moved.flow += 1;
            joined.flow.push(match event {
                FlowEvent::Task(at) => FlowEvent::Task(self.draft(at)),
                FlowEvent::Fence(at) => FlowEvent::Fence(self.draft(at)),
                FlowEvent::ListStart
                | FlowEvent::ListEnd
                | FlowEvent::ItemStart
                | FlowEvent::ItemEnd => event,
            });
        }
    }
}
