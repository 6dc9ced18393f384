//! Every case of the corpus, through both.

use std::fmt::Write as _;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::bench::Bench;
use crate::case::{Case, written};
use crate::known::{Aspect, KNOWN};
use crate::server_log::Logged;
use crate::told::{Told, logged};
use crate::{made, psql, stepmark};

/// Cases run at the same time.
const WORKERS: usize = 2;
/// The least number of cases the corpus is to have.
const CASES_MIN: usize = 200;

#[test]
fn a_script_does_and_says_what_it_does_and_says_under_psql() {
    let cases: Vec<Case> = written().into_iter().chain(made::cases()).collect();
    assert!(cases.len() >= CASES_MIN, "{} cases", cases.len());
    let next = AtomicUsize::new(0);
    let complaints = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| {
                let mut bench = Bench::new();
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Some(complaint) = complaint(&mut bench, case) {
                        complaints.lock().unwrap().push(complaint);
                    }
                }
            });
        }
    });
    let mut complaints = complaints.into_inner().unwrap();
    complaints.sort_unstable();
    for known in KNOWN {
        let exists = cases.iter().any(|case| case.name == known.case);
        assert!(exists, "{} is listed and no case", known.case);
        assert!(
            !known.reason.is_empty() && known.aspects.is_sorted(),
            "{}",
            known.case
        );
    }
    let count = complaints.len();
    assert!(
        complaints.is_empty(),
        "{}\n{count} of {} cases differ",
        complaints.concat(),
        cases.len()
    );
}

/// What is wrong about how the two treat a case.
fn complaint(bench: &mut Bench, case: &Case) -> Option<String> {
    let found = differences(bench, case);
    let major = bench.cluster.programs().version().major();
    let listed = KNOWN.iter().find(|known| known.case == case.name);
    let listed = listed.filter(|known| known.last.is_none_or(|last| major <= last));
    let listed = listed.map(|known| known.aspects).unwrap_or_default();
    let aspects: Vec<Aspect> = found.iter().map(|(aspect, _)| *aspect).collect();
    if aspects == listed {
        return None;
    }
    let mut text = format!(
        "\n=== {}: differs in {aspects:?}, listed {listed:?}\n",
        case.name
    );
    for (aspect, how) in found {
        write!(text, "--- {aspect:?}\n{how}").unwrap();
    }
    Some(text)
}

fn differences(bench: &mut Bench, case: &Case) -> Vec<(Aspect, String)> {
    let (theirs_in, ours_in) = bench.pair();
    let theirs = psql::run(&bench.cluster, &theirs_in, &case.script, true);
    let ours = stepmark::run(&bench.cluster, &ours_in, &case.script);
    let (theirs_state, ours_state) = bench.put_pair_back((theirs_in, ours_in));
    let pristine = ours_state == bench.pristine;
    if let Some(message) = ours.refusal() {
        assert!(
            pristine && ours.logged.is_empty(),
            "{}: {message}",
            case.name
        );
        return vec![(Aspect::Refused, format!("{message}\n"))];
    }
    let (they_told, we_told) = (Told::of(&theirs.printed), Told::of(&ours.printed));
    let sqlstate = theirs.logged.iter().rfind(|line| line.label == "ERROR");
    let sqlstate = sqlstate
        .map(|line| line.sqlstate.as_str())
        .filter(|_| theirs.stopped);
    let aspects = [
        (Aspect::Printed, differing(&they_told.text, &we_told.text)),
        (Aspect::Pointed, they_told.points_elsewhere(&we_told)),
        (
            Aspect::Logged,
            differing(&shown(&theirs.logged), &shown(&ours.logged)),
        ),
        (
            Aspect::Sqlstate,
            differing(
                sqlstate.unwrap_or("none"),
                ours.sqlstate().unwrap_or("none"),
            ),
        ),
        (
            Aspect::Stopped,
            differing(&theirs.stopped.to_string(), &ours.stopped().to_string()),
        ),
        (Aspect::State, differing(&theirs_state, &ours_state)),
    ];
    aspects
        .into_iter()
        .filter_map(|(aspect, how)| Some((aspect, how?)))
        .collect()
}

fn shown(lines: &[Logged]) -> String {
    let mut text = String::new();
    for line in logged(lines) {
        writeln!(text, "{} {}: {}", line.sqlstate, line.label, line.text).unwrap();
    }
    text
}

/// The first lines that are not the same, if any, cut where they are long.
fn differing(theirs: &str, ours: &str) -> Option<String> {
    if theirs == ours {
        return None;
    }
    let common = theirs
        .lines()
        .zip(ours.lines())
        .take_while(|(one, other)| one == other)
        .count();
    let part = |text: &str, mark: &str| {
        let lines = text.split('\n').skip(common.saturating_sub(1)).take(8);
        lines.fold(String::new(), |text, line| {
            let cut: String = line.chars().take(200).collect();
            format!("{text}{mark}{cut:?}\n")
        })
    };
    Some(format!(
        "after {common} lines\n{}{}",
        part(theirs, "psql "),
        part(ours, "ours ")
    ))
}
