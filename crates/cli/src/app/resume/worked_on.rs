//! Where a run that is taken up worked, and what is typed to lead it there again.

use stepmark_core::ConnectionName;
use stepmark_core::plan::Plan;
use stepmark_core::progress::Progress;

/// Where `wanted`, or each connection of the run, led by its log, as a hint; none where it opened none.
pub(in crate::app) fn worked_on(
    plan: &Plan,
    progress: &Progress,
    wanted: Option<&ConnectionName>,
) -> Option<String> {
    let declared = &plan.front.connections;
    let is_wanted = |name: &ConnectionName| {
        let follows =
            |spec: &stepmark_core::plan::ConnectionSpec| spec.name == *name && spec.like.is_some();
        match wanted {
            Some(wanted) => wanted == name,
            // One that is like another goes where that goes.
            None => !declared.iter().any(follows),
        }
    };
    let flags: Vec<String> = progress
        .connections()
        .filter(|(name, _)| is_wanted(name))
        .map(|(name, known)| {
            let name = (declared.len() > 1).then_some(name);
            known.target.connect_flag(name)
        })
        .collect();
    (!flags.is_empty()).then(|| {
        format!(
            "this run worked there: {} (and its password, where it needs one)",
            flags.join(" ")
        )
    })
}
