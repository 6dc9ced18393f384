//! `stepmark rehearse`.

mod arguments;

use std::time::Duration;

pub(crate) use arguments::RehearseArguments;
use serde_json::{Value, json};
use stepmark_core::record::{Conclusion, RehearsedStep, UndoProof};
use stepmark_core::report::duration;
use stepmark_engines::sanitize::sanitize;

use super::list::Table;
use crate::app::{KeptCluster, Rehearsed, Wish, rehearse as rehearse_wish};
use crate::colour::{BAD, GOOD, PLAIN};
use crate::diagnostics::json_text;
use crate::say::say_on_stdout;
use crate::{Complaint, Exit};

/// So many locked tables are named of each step.
const LOCKED_NAMED_MAX: usize = 2;

/// Rehearses a runbook and prints what was shown of each step.
pub(crate) fn rehearse(arguments: &RehearseArguments) -> Result<Exit, Complaint> {
    let rehearsed = rehearse_wish(&Wish {
        file: arguments.file.clone(),
        set: arguments.set.clone(),
        schema_from: arguments.schema_from.clone(),
        every_step: arguments.every_step,
        keep: arguments.keep,
        log_dir: arguments.log_dir.clone(),
        json: arguments.json,
    })?;
    let Some(rehearsed) = rehearsed else {
        return Err(Complaint::new(
            Exit::Stopped,
            "the rehearsal was stopped; its clusters are gone",
        )
        .hint("nothing was proven; what it had done is in its log, `stepmark report last`"));
    };
    say_on_stdout(&match arguments.json {
        true => json_text(&as_json(&rehearsed)),
        false => as_text(&rehearsed),
    });
    Ok(match rehearsed.conclusion.holds {
        true => Exit::Done,
        false => Exit::Failed,
    })
}

fn as_text(rehearsed: &Rehearsed) -> String {
    let conclusion = &rehearsed.conclusion;
    let mut table = Table::new(&["step", "took", "locked", "undo"]);
    for step in &conclusion.steps {
        table.row(row(step));
    }
    let mut text = format!("\n{}\n", sanitize(&table.text(0)));
    for line in &conclusion.because {
        text.push_str(&sanitize(&format!("- {line}\n")));
    }
    let colour = if conclusion.holds { GOOD } else { BAD };
    text.push_str(&format!(
        "{colour}the rehearsal {}{PLAIN}\n",
        conclusion.words()
    ));
    let runs: Vec<String> = rehearsed.runs.iter().map(ToString::to_string).collect();
    text.push_str(&format!("log {}\n", runs.join(", ")));
    for kept in &rehearsed.kept {
        text.push_str("\nthe cluster goes on\n");
        for (name, url) in &kept.urls {
            text.push_str(&format!("  {name}: psql '{url}'\n"));
        }
        text.push_str(&format!("  end it with: {}\n", kept.end));
    }
    text
}

fn row(step: &RehearsedStep) -> Vec<String> {
    let took = step
        .duration_us
        .map(|us| duration(Duration::from_micros(us)));
    vec![
        step.step.to_string(),
        took.unwrap_or_default(),
        locked(&step.locked),
        step.undo.words(),
    ]
}

/// The first of the tables that were locked, and how many more.
fn locked(tables: &[String]) -> String {
    let named: Vec<&str> = tables
        .iter()
        .take(LOCKED_NAMED_MAX)
        .map(String::as_str)
        .collect();
    match tables.len() - named.len() {
        0 => named.join(", "),
        more => format!("{} and {more} more", named.join(", ")),
    }
}

fn as_json(rehearsed: &Rehearsed) -> Value {
    let Conclusion {
        holds,
        because,
        steps,
    } = &rehearsed.conclusion;
    let (proven, due) = rehearsed.conclusion.tally();
    let step = |step: &RehearsedStep| {
        json!({
            "step": step.step.as_str(),
            "duration_us": step.duration_us,
            "locked": step.locked,
            "proven": matches!(step.undo, UndoProof::Proven { .. }),
            "undo": step.undo.words(),
        })
    };
    let kept = |kept: &KeptCluster| {
        let url = |(name, url): &(stepmark_core::ConnectionName, String)| json!({"connection": name.as_str(), "url": url});
        json!({"connections": kept.urls.iter().map(url).collect::<Vec<Value>>(), "end": kept.end})
    };
    json!({
        "v": 1,
        "holds": holds,
        "proven": proven,
        "due": due,
        "because": because,
        "steps": steps.iter().map(step).collect::<Vec<Value>>(),
        "runs": rehearsed.runs.iter().map(stepmark_core::RunId::as_str).collect::<Vec<&str>>(),
        "kept": rehearsed.kept.iter().map(kept).collect::<Vec<Value>>(),
    })
}
