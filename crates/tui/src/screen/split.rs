//! Where the operator put the borders between the panes; as shares, so that they hold at any size.

/// Where the borders between the panes are, in thousandths; none while nobody moved them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Split {
    /// Of the width, for the steps.
    pub(crate) tree: Option<u16>,
    /// Of the height, for the output.
    pub(crate) output: Option<u16>,
}

/// A border between panes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Border {
    /// Between the steps and the rest.
    Tree,
    /// Between runbook and output.
    Output,
}

impl Split {
    /// `part` of `whole` as a share.
    pub(crate) fn share(part: u16, whole: u16) -> u16 {
        let share = u32::from(part) * 1_000 / u32::from(whole.max(1));
        u16::try_from(share.min(1_000)).unwrap_or(1_000)
    }

    /// That share of `whole`, rounded up so that a share made of a part gives that part.
    pub(crate) fn part(share: u16, whole: u16) -> u16 {
        let part = (u32::from(share) * u32::from(whole)).div_ceil(1_000);
        u16::try_from(part).unwrap_or(whole)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_border_stays_where_it_was_put() {
        for whole in 1..=300 {
            for part in 0..=whole {
                assert_eq!(Split::part(Split::share(part, whole), whole), part);
            }
        }
    }
}
