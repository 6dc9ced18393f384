//! `stepmark verify`.

mod arguments;
mod verdict;

use std::fmt::Write as _;

use serde_json::{Value, json};
use stepmark_core::plan::Sources;
use stepmark_core::record::Record;
use stepmark_core::report::markdown;
use stepmark_journal::{Check, Evidence, Proof, RunDirectory, Verification};

pub(crate) use arguments::VerifyArguments;
use verdict::Verdict;

use crate::app::{Folders, check_signature, concluded, find_run, plan_of};
use crate::diagnostics::json_text;
use crate::say::say_on_stdout;
use crate::{Complaint, Exit};

/// Checks a run's directory and prints what holds, what does not, and what cannot be shown.
pub(crate) fn verify(arguments: &VerifyArguments) -> Result<Exit, Complaint> {
    let path = find_run(&Folders::here(), &arguments.run)?;
    let directory = RunDirectory::open(&path)
        .map_err(|error| {
            let complaint = Complaint::new(Exit::Usage, error.to_string());
            complaint.hint("nothing was checked: a run's directory is called by the run's id; a copy keeps that name")
        })?;
    let allowed = arguments.allowed_signers.as_deref();
    if let Some(file) = allowed.filter(|file| !file.is_file()) {
        let message = format!("cannot read the allowed signers {}", file.display());
        return Err(Complaint::new(Exit::Usage, message).hint(
            "the file has a line for each key: a name, then the public key; see ssh-keygen(1), ALLOWED SIGNERS",
        ));
    }
    let render = |records: &[Record], sources: &Sources| {
        markdown(&plan_of(records, sources), directory.run(), records)
    };
    let signature =
        |head: &[u8], _: &[u8]| check_signature(allowed, &directory.signature_file(), head);
    let evidence = Evidence {
        report: Some(&render),
        signature: Some(&signature),
        is_signature_required: allowed.is_some(),
    };
    let verification = stepmark_journal::verify_with(&directory, &evidence);
    let verdict = Verdict::of(&verification);
    let concluded = concluded(&directory).map(|conclusion| conclusion.words());
    let text = match arguments.json {
        true => json_text(&as_json(
            &directory,
            &verification,
            verdict,
            concluded.as_deref(),
        )),
        false => as_text(&verification, verdict, concluded.as_deref()),
    };
    say_on_stdout(&stepmark_engines::sanitize::sanitize(&text));
    Ok(match verification.is_sound() {
        true => Exit::Done,
        false => Exit::Failed,
    })
}

fn as_text(verification: &Verification, verdict: Verdict, rehearsal: Option<&str>) -> String {
    let (run, head) = (&verification.run, verification.head);
    let mut text = format!("run {run}, {} records, head {}\n", head.seq, head.hash);
    for check in &verification.checks {
        line(&mut text, check);
    }
    if let Some(words) = rehearsal {
        let _ = writeln!(text, "it is a rehearsal, which concluded: {words}");
    }
    let _ = writeln!(text, "{}", verdict.sentence());
    text
}

fn line(text: &mut String, check: &Check) {
    let subject = check.subject;
    let _ = match &check.proof {
        Proof::Held { how } if how.is_empty() => writeln!(text, "  holds     {subject}"),
        Proof::Held { how } => writeln!(text, "  holds     {subject}\n            {how}"),
        Proof::Broken { place, what } => {
            writeln!(text, "  BROKEN    {subject}\n            {place}: {what}")
        }
        Proof::Unproven { why } => writeln!(text, "  unproven  {subject}\n            {why}"),
    };
}

fn as_json(
    directory: &RunDirectory,
    verification: &Verification,
    verdict: Verdict,
    rehearsal: Option<&str>,
) -> Value {
    let checks: Vec<Value> = verification.checks.iter().map(check_json).collect();
    json!({
        "v": 1,
        "run": verification.run.as_str(),
        "directory": directory.path().display().to_string(),
        "records": verification.head.seq,
        "head": verification.head.hash.to_string(),
        "verdict": verdict.word(),
        "running": verification.is_running,
        "rehearsal": rehearsal,
        "checks": checks,
    })
}

fn check_json(check: &Check) -> Value {
    let (proof, why, place) = match &check.proof {
        Proof::Held { how } => ("held", how, None),
        Proof::Broken { place, what } => ("broken", what, Some(place)),
        Proof::Unproven { why } => ("unproven", why, None),
    };
    json!({
        "claim": check.subject.word(),
        "says": check.subject.to_string(),
        "proof": proof,
        "why": Some(why).filter(|why| !why.is_empty()),
        "place": place.map(|place| json!({
            "file": place.file,
            "record": place.record,
            "line": place.line,
            "byte": place.byte,
        })),
    })
}
