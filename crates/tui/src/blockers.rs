//! Who is in the way of a session, as a tree and in words. Knows what the observer saw, and no more.

use std::time::Duration;

use stepmark_core::runner::Blocker;

use crate::brief::whole;
use crate::text::clean;

/// The blockers with how deep each stands: those in our way first, under each those in its way. Each once, also where they
/// wait for each other.
pub(crate) fn tree(blockers: &[Blocker]) -> Vec<(usize, &Blocker)> {
    let mut rows = Vec::new();
    let mut left: Vec<&Blocker> = blockers.iter().collect();
    let is_listed = |pid: i32| pid != 0 && blockers.iter().any(|other| other.pid == pid);
    let mut todo: Vec<(usize, &Blocker)> = Vec::new();
    loop {
        let Some((depth, blocker)) = todo.pop() else {
            // Without a root, which a circle has not, whoever comes first is one.
            let root = left.iter().position(|known| !is_listed(known.blocks));
            match root.or((!left.is_empty()).then_some(0)) {
                Some(at) => todo.push((0, left.remove(at))),
                None => return rows,
            }
            continue;
        };
        rows.push((depth, blocker));
        let mut at = 0;
        let mut under = Vec::new();
        while at < left.len() {
            match left[at].blocks == blocker.pid && blocker.pid != 0 {
                true => under.push((depth + 1, left.remove(at))),
                false => at += 1,
            }
        }
        todo.extend(under.into_iter().rev());
    }
}

/// `pid 4711`, or what stands for it.
pub(crate) fn name(blocker: &Blocker) -> String {
    match blocker.pid {
        0 => "a prepared transaction".to_owned(),
        pid => format!("pid {pid}"),
    }
}

/// Who it is and what it does, in one line; ages are as of `ago` before now.
pub(crate) fn line(blocker: &Blocker, ago: Duration) -> String {
    let mut parts = vec![name(blocker)];
    parts.extend(blocker.user.iter().cloned());
    parts.extend(
        blocker
            .application
            .iter()
            .filter(|name| !name.is_empty())
            .cloned(),
    );
    parts.extend(state(blocker, ago));
    if let Some(age) = blocker.transaction_age {
        parts.push(format!("transaction {} old", whole(age + ago)));
    }
    clean(&parts.join(", ")).into_owned()
}

/// Its state and for how long it has been in it.
pub(crate) fn state(blocker: &Blocker, ago: Duration) -> Option<String> {
    let state = blocker.state.as_ref()?;
    Some(match blocker.state_age {
        Some(age) => format!("{state} for {}", whole(age + ago)),
        None => state.clone(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blocker(pid: i32, blocks: i32) -> Blocker {
        Blocker {
            pid,
            blocks,
            user: None,
            application: None,
            client: None,
            state: None,
            state_age: None,
            transaction_age: None,
            query: None,
        }
    }

    /// Processes with whom each blocks, and how deep each stands in the tree.
    type Case<'a> = (&'a [(i32, i32)], &'a [(usize, i32)]);

    #[test]
    fn each_stands_once_under_whom_it_blocks() {
        let cases: [Case<'_>; 6] = [
            (&[], &[]),
            (&[(2, 1), (3, 1)], &[(0, 2), (0, 3)]),
            (
                &[(2, 1), (3, 2), (4, 1), (5, 3)],
                &[(0, 2), (1, 3), (2, 5), (0, 4)],
            ),
            (&[(2, 3), (3, 2)], &[(0, 2), (1, 3)]),
            (&[(2, 2)], &[(0, 2)]),
            (&[(0, 1), (0, 1), (7, 0)], &[(0, 0), (0, 0), (0, 7)]),
        ];
        for (given, expected) in cases {
            let blockers: Vec<Blocker> = given.iter().map(|(pid, of)| blocker(*pid, *of)).collect();
            let rows: Vec<(usize, i32)> = tree(&blockers)
                .into_iter()
                .map(|(depth, blocker)| (depth, blocker.pid))
                .collect();
            assert_eq!(rows, expected, "{given:?}");
        }
    }
}
