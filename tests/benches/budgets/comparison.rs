//! One row: ours and its peers, run in turn, round after round. Does not know what they do.

use stepmark_tests::Finished;

use crate::plan::Plan;

/// What stands above the rows.
pub(crate) const HEADING: &str = "\
comparison                 ours s   MiB   peer                              s     MiB   ratio   (of the rounds)   budget";

/// Something that can be run again and again.
type Contender<'a> = Box<dyn FnMut() -> Finished + 'a>;

/// A row being made.
pub(crate) struct Comparison<'a> {
    name: &'a str,
    ours: Contender<'a>,
    peers: Vec<(&'a str, f64, Contender<'a>)>,
    mebibytes_max: Option<u32>,
}

impl<'a> Comparison<'a> {
    /// Of `ours`, which is called `name`.
    pub(crate) fn new(name: &'a str, ours: impl FnMut() -> Finished + 'a) -> Self {
        Self {
            name,
            ours: Box::new(ours),
            peers: Vec::new(),
            mebibytes_max: None,
        }
    }

    /// With a peer of whose time ours may take `budget` times as much.
    pub(crate) fn with(
        mut self,
        name: &'a str,
        budget: f64,
        peer: impl FnMut() -> Finished + 'a,
    ) -> Self {
        self.peers.push((name, budget, Box::new(peer)));
        self
    }

    /// With a budget for the most memory that ours may have resident.
    pub(crate) fn within(mut self, mebibytes_max: u32) -> Self {
        self.mebibytes_max = Some(mebibytes_max);
        self
    }

    /// Measures and prints, after a round that is not counted.
    pub(crate) fn print(mut self, plan: &Plan) {
        if !plan.wants(self.name) {
            return;
        }
        let mut ours = Vec::new();
        let mut theirs = vec![Vec::new(); self.peers.len()];
        for round in 0..=plan.rounds {
            let mine = (self.ours)();
            let peers = self.peers.iter_mut().map(|(_, _, run)| run());
            let taken: Vec<_> = peers.collect();
            if round > 0 {
                ours.push(mine);
                theirs
                    .iter_mut()
                    .zip(taken)
                    .for_each(|(all, one)| all.push(one));
            }
        }
        for ((peer, budget, _), theirs) in self.peers.iter().zip(theirs) {
            let ratio = |(ours, theirs): (&Finished, &Finished)| {
                ours.wall.as_secs_f64() / theirs.wall.as_secs_f64()
            };
            let mut ratios: Vec<f64> = ours.iter().zip(&theirs).map(ratio).collect();
            ratios.sort_by(f64::total_cmp);
            println!(
                "{:<24} {:>8.3} {:>5.0}   {peer:<28} {:>8.3} {:>5.0}  {:>5.2}x   {:>5.2} to {:>5.2}   {}",
                self.name,
                median_seconds(&ours),
                peak_mebibytes(&ours),
                median_seconds(&theirs),
                peak_mebibytes(&theirs),
                ratios[ratios.len() / 2],
                ratios[0],
                ratios[ratios.len() - 1],
                match budget.is_finite() {
                    true => format!("{budget:.1}x"),
                    false => "none".to_owned(),
                },
            );
        }
        if let Some(budget) = self.mebibytes_max {
            let peak = peak_mebibytes(&ours);
            println!(
                "{:<24} {:>8} {peak:>5.0}   most memory of all rounds{:>53}",
                self.name,
                "",
                format!("{budget} MiB")
            );
        }
    }
}

fn median_seconds(all: &[Finished]) -> f64 {
    let mut seconds: Vec<f64> = all.iter().map(|one| one.wall.as_secs_f64()).collect();
    seconds.sort_by(f64::total_cmp);
    seconds[seconds.len() / 2]
}

fn peak_mebibytes(all: &[Finished]) -> f64 {
    let peak = all.iter().map(|one| one.peak).max().unwrap_or_default();
    peak as f64 / 1024.0
}
