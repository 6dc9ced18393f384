//! Which step follows which where nothing is said: fences one after the other, the tasks of one list side by side.

use crate::diagnostics::Diagnostics;
use crate::draft::Draft;
use crate::flow_event::FlowEvent;
use crate::{Code, Diagnostic};

/// Two neighbouring task lists of 1000 tasks each make a million edges; beyond that a list follows only the last of the
/// tasks before it, and is an error.
const LIST_EDGES_MAX: usize = 1_000_000;

/// The edges of each draft, explicit ones among them, as indices of drafts.
pub(crate) fn needs(
    drafts: &[Draft],
    flow: &[FlowEvent],
    explicit: &[Option<Vec<usize>>],
    diagnostics: &mut Diagnostics<'_>,
) -> Vec<Vec<usize>> {
    let mut siblings = Siblings {
        drafts,
        explicit,
        diagnostics,
        edges: explicit
            .iter()
            .map(|needs| needs.clone().unwrap_or_default())
            .collect(),
        flow: Flow::default(),
        frames: Vec::new(),
        list_edges: 0,
    };
    for event in flow {
        siblings.event(*event);
    }
    let mut edges = siblings.edges;
    for needs in &mut edges {
        needs.sort_unstable();
        needs.dedup();
    }
    edges
}

/// What the next step of the main flow follows.
#[derive(Clone, Debug, Default)]
struct Flow {
    last: Vec<usize>,
    /// Steps that were last before a step with explicit needs took their place.
    left_behind: Vec<usize>,
}

enum Frame {
    List {
        /// Tasks that stand side by side, so far.
        tasks: Vec<usize>,
    },
    Item,
    /// The item of a task, and the flow around its list.
    Task {
        task: usize,
        around: Flow,
    },
    /// The item of a task that is not in the main flow.
    Attached {
        task: usize,
    },
}

struct Siblings<'a, 'b> {
    drafts: &'a [Draft],
    explicit: &'a [Option<Vec<usize>>],
    diagnostics: &'a mut Diagnostics<'b>,
    edges: Vec<Vec<usize>>,
    flow: Flow,
    frames: Vec<Frame>,
    list_edges: usize,
}

impl Siblings<'_, '_> {
    fn event(&mut self, event: FlowEvent) {
        match event {
            FlowEvent::ListStart => self.frames.push(Frame::List { tasks: Vec::new() }),
            FlowEvent::ListEnd => {
                if let Some(Frame::List { tasks }) = self.frames.pop()
                    && !tasks.is_empty()
                {
                    self.flow.last = tasks;
                }
            }
            FlowEvent::ItemStart => self.frames.push(Frame::Item),
            FlowEvent::ItemEnd => self.item_end(),
            FlowEvent::Task(at) if self.drafts[at].attributes.role.is_some() => {
                self.replace_item(Frame::Attached { task: at });
            }
            FlowEvent::Task(at) => self.task(at),
            FlowEvent::Fence(at) if self.drafts[at].attributes.role.is_some() => {}
            FlowEvent::Fence(at) => self.fence(at),
        }
    }

    fn fence(&mut self, at: usize) {
        self.leave_tasks(self.frames.len());
        self.refuse_inside_attached(at);
        if self.explicit[at].is_some() {
            self.flow.left_behind.append(&mut self.flow.last);
        } else {
            self.edges[at] = std::mem::take(&mut self.flow.last);
        }
        self.flow.last = vec![at];
    }

    fn task(&mut self, at: usize) {
        let own_list = self.frames.len().saturating_sub(2);
        self.leave_tasks(own_list);
        self.refuse_inside_attached(at);
        self.list_edges += self.flow.last.len();
        if self.list_edges > LIST_EDGES_MAX && self.flow.last.len() > 1 {
            let last = self.flow.last.split_off(self.flow.last.len() - 1);
            self.flow.last = last;
            self.diagnostics.report(
                Diagnostic::error(
                    Code::GraphTooLarge,
                    self.drafts[at].first_line.clone(),
                    "too many tasks follow too many tasks",
                )
                .with_help("put a fence between the lists, or split the runbook"),
            );
        }
        let inside = Flow {
            last: self.explicit[at]
                .clone()
                .unwrap_or_else(|| self.flow.last.clone()),
            left_behind: Vec::new(),
        };
        let mut around = std::mem::replace(&mut self.flow, inside);
        if self.explicit[at].is_some() {
            around.left_behind.extend(&around.last);
        }
        self.replace_item(Frame::Task { task: at, around });
    }

    fn item_end(&mut self) {
        let Some(Frame::Task { task, around }) = self.frames.pop() else {
            return;
        };
        let inside = std::mem::replace(&mut self.flow, around);
        self.edges[task].extend(inside.last);
        self.edges[task].extend(inside.left_behind);
        if let Some(Frame::List { tasks }) = self.frames.last_mut() {
            tasks.push(task);
        }
    }

    /// Ends the rows of tasks in the lists below `end`, up to the innermost task's own item: what comes now follows them.
    fn leave_tasks(&mut self, end: usize) {
        let start = self.frames[..end]
            .iter()
            .rposition(|frame| matches!(frame, Frame::Task { .. }))
            .map_or(0, |task| task + 1);
        for frame in &mut self.frames[start..end] {
            if let Frame::List { tasks } = frame
                && !tasks.is_empty()
            {
                self.flow.last = std::mem::take(tasks);
            }
        }
    }

    fn refuse_inside_attached(&mut self, at: usize) {
        let attached = self.frames.iter().rev().find_map(|frame| match frame {
            Frame::Attached { task } => Some(*task),
            Frame::List { .. } | Frame::Item | Frame::Task { .. } => None,
        });
        let Some(task) = attached.filter(|&task| task != at) else {
            return;
        };
        self.diagnostics.report(
            Diagnostic::error(
                Code::WrongRole,
                self.drafts[at].first_line.clone(),
                "a step of the main flow stands inside a task that is not in it",
            )
            .with_related(self.drafts[task].first_line.clone(), "the task")
            .with_help("give it `rollback=` as well, or take it out of the item"),
        );
    }

    fn replace_item(&mut self, frame: Frame) {
        if let Some(item) = self.frames.last_mut() {
            *item = frame;
        }
    }
}
