//! `load_balance_hosts`: the order in which servers are tried. It is settled once for each settings, so that all sessions
//! of a run, and its children, come to the same server first.

use std::hash::{BuildHasher as _, Hasher as _, RandomState};

/// Puts `entries` into an order that nobody can foresee.
pub(super) fn shuffle<T>(entries: &mut [T]) {
    for end in (1..entries.len()).rev() {
        let random = RandomState::new().build_hasher().finish();
        let at = random % (end as u64 + 1);
        entries.swap(
            end,
            usize::try_from(at).expect("it is less than the length"),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::shuffle;

    #[test]
    fn every_order_comes_up_and_nothing_is_lost() {
        let mut seen = std::collections::BTreeSet::new();
        for _ in 0..1_000 {
            let mut entries = [1, 2, 3];
            shuffle(&mut entries);
            seen.insert(entries);
        }
        let all = [
            [1, 2, 3],
            [1, 3, 2],
            [2, 1, 3],
            [2, 3, 1],
            [3, 1, 2],
            [3, 2, 1],
        ];
        assert_eq!(seen.into_iter().collect::<Vec<_>>(), all);
    }
}
