//! A journal as an auditor's script would read it: lines of JSON, without any of our own code.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// The lines of a journal.
#[derive(Debug)]
pub struct Journal {
    /// The run's directory.
    pub directory: PathBuf,
    /// Its records in order.
    pub lines: Vec<Value>,
}

impl Journal {
    /// Reads the journal of the run in `directory`. Left out are a torn last line and the dead lines that a record of their
    /// recovery stands behind, as a power cut leaves them.
    pub fn read(directory: &Path) -> Self {
        let text = fs::read_to_string(directory.join("journal.jsonl")).expect("a journal");
        let whole = text.rfind('\n').map_or("", |end| &text[..end]);
        let mut lines: Vec<Value> = Vec::new();
        let mut dead = None;
        for line in whole.lines() {
            match serde_json::from_str::<Value>(line) {
                Ok(record) if dead.is_none() || record["type"] == "tail_recovered" => {
                    dead = None;
                    lines.push(record);
                }
                Ok(_) | Err(_) => dead = Some(line),
            }
        }
        assert!(
            dead.is_none_or(|dead| dead.contains('\0')),
            "a line of JSON: {dead:?}"
        );
        Self {
            directory: directory.to_owned(),
            lines,
        }
    }

    /// The types of all records, in order.
    pub fn types(&self) -> Vec<&str> {
        self.lines
            .iter()
            .filter_map(|line| line["type"].as_str())
            .collect()
    }

    /// The records of one type.
    pub fn of<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Value> {
        self.lines.iter().filter(move |line| line["type"] == kind)
    }

    /// The last outcome of a step.
    ///
    /// # Panics
    /// When it has none.
    pub fn outcome(&self, step: &str) -> &Value {
        let finished = self.of("step_finished").filter(|line| line["step"] == step);
        &finished.last().expect("an outcome of that step")["outcome"]
    }

    /// The steps that were started, in order.
    pub fn started(&self) -> Vec<&str> {
        self.of("step_started")
            .filter_map(|line| line["step"].as_str())
            .collect()
    }
}
