//! Finds steps that need each other, and takes the edge that closes each circle away, so that the plan can be walked.

/// A circle: each step needs the next, and the last needs the first.
pub(crate) type Cycle = Vec<usize>;

/// Removes from `edges` every edge that closes a circle on a depth-first walk in document order, and gives the first
/// `cycles_max` circles.
pub(crate) fn break_cycles(edges: &mut [Vec<usize>], cycles_max: usize) -> Vec<Cycle> {
    let mut marks = vec![Mark::New; edges.len()];
    let mut cycles = Vec::new();
    for start in 0..edges.len() {
        if marks[start] != Mark::New {
            continue;
        }
        marks[start] = Mark::OnPath;
        let mut path = vec![(start, 0)];
        while let Some((step, next)) = path.last_mut() {
            let step = *step;
            let Some(&need) = edges[step].get(*next) else {
                marks[step] = Mark::Done;
                path.pop();
                continue;
            };
            match marks[need] {
                Mark::New => {
                    *next += 1;
                    marks[need] = Mark::OnPath;
                    path.push((need, 0));
                }
                Mark::Done => *next += 1,
                Mark::OnPath => {
                    edges[step].remove(*next);
                    if cycles.len() < cycles_max {
                        cycles.push(circle(&path, need));
                    }
                }
            }
        }
    }
    cycles
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    New,
    OnPath,
    Done,
}

fn circle(path: &[(usize, usize)], first: usize) -> Cycle {
    let from = path
        .iter()
        .rposition(|(step, _)| *step == first)
        .unwrap_or(0);
    path[from..].iter().map(|(step, _)| *step).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads `0:1,2 1:` as: 0 needs 1 and 2, 1 needs none.
    fn edges_of(text: &str) -> Vec<Vec<usize>> {
        text.split(' ')
            .map(|step| {
                let (_, needs) = step.split_once(':').unwrap();
                needs
                    .split(',')
                    .filter_map(|need| need.parse().ok())
                    .collect()
            })
            .collect()
    }

    fn words(cycle: &Cycle) -> String {
        cycle
            .iter()
            .map(usize::to_string)
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[test]
    fn circles_are_shown_whole_and_edges_left_have_none() {
        let cases = [
            ("0: 1:0 2:1", ""),
            ("0:0", "0"),
            ("0:1 1:2 2:0", "0 1 2"),
            ("0:1 1:0 2:3 3:2,0", "0 1/2 3"),
            ("0:1,2 1: 2:0", "0 2"),
        ];
        for (edges, expected) in cases {
            let mut edges = edges_of(edges);
            let circles: Vec<String> = break_cycles(&mut edges, 9).iter().map(words).collect();
            assert_eq!(circles.join("/"), expected);
            assert!(break_cycles(&mut edges, 9).is_empty());
        }
    }
}
