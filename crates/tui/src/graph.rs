//! Which step needs which, drawn with lanes: a step stands below all that it needs, and each line down from it leads to a
//! step that needs it. Does not know where steps stand: progress does.

use std::collections::{BTreeSet, HashMap};

use stepmark_core::StepIndex;
use stepmark_core::plan::Plan;

use crate::Glyphs;
use crate::undoing::main_step;

/// Lanes that are drawn beside each other; a need beyond them is said in words.
const LANES_MAX: usize = 12;

/// The rows of the graph and where each step stands in them.
#[derive(Debug)]
pub(crate) struct Graph {
    pub(crate) rows: Vec<GraphRow>,
    row_of: HashMap<StepIndex, usize>,
}

/// A row of the graph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct GraphRow {
    /// The lanes, two columns each, as they are drawn.
    pub(crate) lanes: String,
    /// The step of the row, and the lane it stands in.
    pub(crate) node: Option<(StepIndex, usize)>,
    /// What the step needs whose line had no lane.
    pub(crate) unseen: Vec<StepIndex>,
}

impl Graph {
    /// The graph of the main flow of `plan`.
    pub(crate) fn new(plan: &Plan, glyphs: Glyphs) -> Self {
        let mut drawing = Drawing {
            lanes: Vec::new(),
            rows: Vec::new(),
            unseen: HashMap::new(),
            glyphs,
        };
        for step in in_order(plan) {
            drawing.place(plan, step);
        }
        let rows = drawing.rows;
        let nodes = rows.iter().enumerate();
        let row_of = nodes
            .filter_map(|(at, row)| row.node.map(|(step, _)| (step, at)))
            .collect();
        Self { rows, row_of }
    }

    /// The row of a step; that of the step it belongs to where it is none of the main flow.
    pub(crate) fn row_of(&self, plan: &Plan, step: StepIndex) -> usize {
        let main = main_step(plan, step);
        self.row_of.get(&main).copied().unwrap_or(0)
    }

    /// The step `distance` steps below (or above) that of `step`, stopping at the ends.
    pub(crate) fn step_from(&self, plan: &Plan, step: StepIndex, distance: isize) -> StepIndex {
        let row = self.row_of(plan, step);
        let count = distance.unsigned_abs();
        let nodes = |row: &GraphRow| row.node.map(|(step, _)| step);
        let last = if distance > 0 {
            self.rows[row..]
                .iter()
                .filter_map(nodes)
                .take(count + 1)
                .last()
        } else {
            let before = self.rows.iter().take(row + 1).rev();
            before.filter_map(nodes).take(count + 1).last()
        };
        last.unwrap_or(step)
    }
}

/// The steps of the main flow, each after all it needs, else in the order of the runbook.
fn in_order(plan: &Plan) -> Vec<StepIndex> {
    let main = plan.indexed().filter(|(_, step)| step.is_main());
    let mut missing: HashMap<StepIndex, usize> = HashMap::new();
    let mut ready = BTreeSet::new();
    for (index, step) in main {
        let needs = step.needs.iter().filter(|need| plan.step(**need).is_main());
        match needs.count() {
            0 => {
                ready.insert(index.0);
            }
            count => {
                missing.insert(index, count);
            }
        }
    }
    let mut order = Vec::new();
    while let Some(first) = ready.pop_first() {
        let step = StepIndex(first);
        order.push(step);
        for next in dependants(plan, step) {
            if let Some(count) = missing.get_mut(&next) {
                *count -= 1;
                if *count == 0 {
                    ready.insert(next.0);
                }
            }
        }
    }
    order
}

fn dependants(plan: &Plan, step: StepIndex) -> impl Iterator<Item = StepIndex> {
    let all = plan.dependants(step).iter().copied();
    all.filter(|next| plan.step(*next).is_main())
}

struct Drawing {
    /// The step that each lane leads down to.
    lanes: Vec<Option<StepIndex>>,
    rows: Vec<GraphRow>,
    unseen: HashMap<StepIndex, Vec<StepIndex>>,
    glyphs: Glyphs,
}

impl Drawing {
    fn place(&mut self, plan: &Plan, step: StepIndex) {
        let leading = |lane: &Option<StepIndex>| *lane == Some(step);
        let own = self.lanes.iter().position(leading);
        let own = own.unwrap_or_else(|| self.free_after(None));
        let joining: Vec<usize> = (own + 1..self.lanes.len())
            .filter(|lane| leading(&self.lanes[*lane]))
            .collect();
        if !joining.is_empty() {
            let lanes = self.drawn(Some((own, &joining)), ["╯", "┴"], ["'", "+"]);
            self.push(&lanes, None, Vec::new());
            for lane in joining {
                self.lanes[lane] = None;
            }
        }
        self.lanes[own] = Some(step);
        let lanes = self.drawn(None, [""; 2], [""; 2]);
        let unseen = self.unseen.remove(&step).unwrap_or_default();
        self.push(&lanes, Some((step, own)), unseen);
        self.lanes[own] = None;
        self.fork(plan, step, own);
        while self.lanes.last() == Some(&None) {
            self.lanes.pop();
        }
    }

    /// Opens a lane down to each step that needs `step`; the first goes straight down.
    fn fork(&mut self, plan: &Plan, step: StepIndex, own: usize) {
        let mut opened = Vec::new();
        for (at, next) in dependants(plan, step).enumerate() {
            if at == 0 && own < LANES_MAX {
                self.lanes[own] = Some(next);
                continue;
            }
            let lane = self.free_after(Some(own));
            if lane >= LANES_MAX {
                self.lanes.truncate(LANES_MAX);
                self.unseen.entry(next).or_default().push(step);
                continue;
            }
            self.lanes[lane] = Some(next);
            opened.push(lane);
        }
        opened.sort_unstable();
        if !opened.is_empty() {
            let lanes = self.drawn(Some((own, &opened)), ["╮", "┬"], [".", "+"]);
            self.push(&lanes, None, Vec::new());
        }
    }

    /// The first lane that leads nowhere, right of `own` where that is given.
    fn free_after(&mut self, own: Option<usize>) -> usize {
        let from = own.map_or(0, |own| own + 1);
        let free = (from..self.lanes.len()).find(|lane| self.lanes[*lane].is_none());
        free.unwrap_or_else(|| {
            self.lanes.push(None);
            self.lanes.len() - 1
        })
    }

    fn push(&mut self, lanes: &str, node: Option<(StepIndex, usize)>, unseen: Vec<StepIndex>) {
        self.rows.push(GraphRow {
            lanes: lanes.trim_end().to_owned(),
            node,
            unseen,
        });
    }

    /// The lanes as they are now; between `own` and the last of the lanes beside it runs a line with the signs of an end and
    /// of a branch.
    fn drawn(
        &self,
        branching: Option<(usize, &[usize])>,
        unicode: [&'static str; 2],
        ascii: [&'static str; 2],
    ) -> String {
        let glyphs = self.glyphs;
        let line = glyphs.pick("─", "-");
        let mut text = String::new();
        for (at, lane) in self.lanes.iter().enumerate() {
            let down = lane.is_some();
            let Some((own, others)) = branching else {
                text.push_str(if down { glyphs.vertical() } else { " " });
                text.push(' ');
                continue;
            };
            let last = others.last().copied().unwrap_or(own);
            let sign = match at {
                at if at == own => glyphs.pick("├", "+"),
                at if at == last => glyphs.pick(unicode[0], ascii[0]),
                at if others.contains(&at) => glyphs.pick(unicode[1], ascii[1]),
                at if (own..last).contains(&at) && down => glyphs.pick("┼", "|"),
                at if (own..last).contains(&at) => line,
                _ if down => glyphs.vertical(),
                _ => " ",
            };
            text.push_str(sign);
            text.push_str(if (own..last).contains(&at) { line } else { " " });
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::sample::Author;
    use stepmark_core::plan::StepKind;

    fn drawn(needs: &[&[usize]]) -> String {
        let mut author = Author::default();
        for (at, needs) in needs.iter().enumerate() {
            author.step(&format!("s{at}"), StepKind::Sql, "SELECT 1;\n");
            author.with(|step| step.needs = needs.iter().copied().map(StepIndex).collect());
        }
        let graph = Graph::new(&author.plan("Graph"), Glyphs::Unicode);
        let row = |row: &GraphRow| match row.node {
            Some((step, lane)) => {
                let lanes: Vec<char> = row.lanes.chars().collect();
                let before: String = lanes.iter().take(2 * lane).collect();
                let after: String = lanes.iter().skip(2 * lane + 1).collect();
                format!("{before}o{after} {}\n", step.0)
            }
            None => format!("{}\n", row.lanes),
        };
        graph.rows.iter().map(row).collect()
    }

    #[test]
    fn a_chain_is_a_line() {
        assert_eq!(drawn(&[&[], &[0], &[1]]), "o 0\no 1\no 2\n");
    }

    #[test]
    fn a_fork_opens_lanes_and_a_join_closes_them() {
        let expected = "o 0\n├─╮\no │ 1\n│ o 2\n├─╯\no 3\n";
        assert_eq!(drawn(&[&[], &[0], &[0], &[1, 2]]), expected);
    }

    #[test]
    fn lanes_cross_where_they_must() {
        let expected = "o 0\n├─┬─╮\no │ │ 1\n│ o │ 2\n├─┼─╯\no │ 3\n  o 4\n";
        let drawn = drawn(&[&[], &[0], &[0], &[0, 1], &[2]]);
        assert_eq!(drawn, expected, "\n{drawn}");
    }

    #[test]
    fn a_step_that_needs_nothing_starts_a_lane_of_its_own() {
        assert_eq!(drawn(&[&[], &[], &[0]]), "o 0\n│ o 1\no 2\n");
    }

    #[test]
    fn steps_are_drawn_after_what_they_need_wherever_they_stand() {
        assert_eq!(drawn(&[&[1], &[]]), "o 1\no 0\n");
    }

    #[test]
    fn many_roots_draw_no_more_lanes_than_there_are() {
        let mut author = Author::default();
        for at in 0..60 {
            author.step(&format!("s{at}"), StepKind::Sql, "SELECT 1;\n");
            let needs = if at < 30 {
                Vec::new()
            } else {
                vec![StepIndex(at - 30)]
            };
            author.with(|step| step.needs = needs);
        }
        let graph = Graph::new(&author.plan("Roots"), Glyphs::Unicode);
        let widest = graph.rows.iter().map(|row| row.lanes.chars().count()).max();
        assert_eq!(widest, Some(2 * LANES_MAX + 1), "a step beside them all");
        let unseen = |at: usize| {
            let row = graph
                .rows
                .iter()
                .find(|row| row.node.is_some_and(|(step, _)| step == StepIndex(at)));
            row.unwrap().unseen.clone()
        };
        assert_eq!(unseen(30 + LANES_MAX - 1), []);
        assert_eq!(unseen(30 + LANES_MAX), [StepIndex(LANES_MAX)]);
        assert_eq!(unseen(59), [StepIndex(29)]);
    }

    #[test]
    fn needs_beyond_the_lanes_are_said_in_words() {
        let needs: Vec<&[usize]> = (0..30)
            .map(|at| if at == 0 { &[][..] } else { &[0][..] })
            .collect();
        let mut author = Author::default();
        for needs in &needs {
            author.step(&format!("s{}", needs.len()), StepKind::Sql, "SELECT 1;\n");
            author.with(|step| step.needs = needs.iter().copied().map(StepIndex).collect());
        }
        let graph = Graph::new(&author.plan("Wide"), Glyphs::Unicode);
        assert!(
            graph
                .rows
                .iter()
                .all(|row| row.lanes.chars().count() <= 2 * (LANES_MAX + 1))
        );
        assert_eq!(graph.rows.last().unwrap().unseen, [StepIndex(0)]);
    }
}
