//! `stepmark runs`: what was run, by whom, where, and how it came out.

mod arguments;
mod filter;
mod past_run;
mod pruning;

pub(crate) use arguments::RunsArguments;
use filter::Filter;
use past_run::PastRun;

use super::list::Table;
use crate::app::{Folders, known_runs, now, runs_below};
use crate::diagnostics::{json_text, visible};
use crate::say::say_on_stdout;
use crate::{Complaint, Exit};

/// Lists runs, newest first, or removes old ones.
pub(crate) fn runs(arguments: &RunsArguments) -> Result<Exit, Complaint> {
    let filter = Filter::of(arguments, now())?;
    let known = match &arguments.folder {
        Some(folder) if !folder.is_dir() => {
            let message = format!("{} is no folder", folder.display());
            return Err(Complaint::new(Exit::Usage, message).hint(
                "stepmark runs takes the folder that the runbooks are in, or a log directory",
            ));
        }
        Some(folder) => runs_below(folder),
        None => known_runs(&Folders::here()),
    };
    let runs: Vec<PastRun> = known
        .values()
        .rev()
        .filter(|path| filter.takes_path(path))
        .filter_map(|path| PastRun::read(path))
        .filter(|run| filter.takes(run))
        .collect();
    if arguments.prune {
        return pruning::prune(&runs, arguments, now());
    }
    say_on_stdout(&match arguments.json {
        true => runs.iter().map(|run| json_text(&run.json())).collect(),
        false => text(&runs),
    });
    Ok(Exit::Done)
}

fn text(runs: &[PastRun]) -> String {
    if runs.is_empty() {
        return "no runs\n".to_owned();
    }
    let mut table = Table::new(&[
        "run", "runbook", ">took", ">records", "by", "result", "target",
    ]);
    for run in runs {
        table.row(vec![
            run.id().to_owned(),
            visible(&run.runbook()),
            run.took(),
            run.records
                .map_or_else(String::new, |count| count.to_string()),
            visible(&run.by()),
            visible(&run.result_text()),
            visible(&run.targets_text()),
        ]);
    }
    let plural = if runs.len() == 1 { "" } else { "s" };
    format!("{}\n{} run{plural}\n", table.text(0), runs.len())
}
