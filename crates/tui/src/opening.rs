//! What the screen is given when it opens.

use stepmark_core::plan::Plan;
use stepmark_core::runner::{Command, Setting};
use stepmark_core::{RunId, connect_flag};

use crate::TargetLine;

/// The settings that say where a connection leads, by libpq's names.
const ADDRESS: [&str; 4] = ["host", "port", "dbname", "user"];
/// What stands in the place of a secret setting.
const SECRET: [&str; 2] = ["‹set›", "‹none›"];

/// What the screen is given when it opens.
#[derive(Clone, Debug)]
pub struct Opening {
    /// The runbook.
    pub plan: Plan,
    /// The connections of the runbook and where they lead, in order of first use.
    pub targets: Vec<TargetLine>,
    /// The run's id.
    pub run: RunId,
    /// The runbook's path, as given.
    pub path: String,
    /// The run's directory, as shown to the operator.
    pub log: String,
    /// Whether the connections lead to throwaway clusters.
    pub scratch: bool,
    /// When this exact text was rehearsed last and how that came out; none on throwaway clusters.
    pub rehearsed: Option<String>,
    /// What the run was taken up for; it is asked about once the first screen is left.
    pub first: Option<Command>,
}

impl Opening {
    /// What a person types to do `what` with this run, `resume` or `rollback`: with where its connections lead, as far as
    /// flags said that, and without any password.
    pub fn command(&self, what: &str) -> String {
        let mut command = format!("stepmark {what} {}", self.run);
        for flag in self
            .targets
            .iter()
            .filter_map(|target| self.connect(target))
        {
            command.push(' ');
            command.push_str(&flag);
        }
        command
    }

    /// Why the run cannot be taken up again once it is left, as a sentence; none where it can.
    pub fn why_not_taken_up(&self) -> Option<String> {
        self.scratch.then(|| {
            format!(
                "Its throwaway servers go with it: it cannot be taken up again. \
                 `stepmark report {}` tells what happened.",
                self.run
            )
        })
    }

    /// The flag that said where `target` leads, if one did.
    fn connect(&self, target: &TargetLine) -> Option<String> {
        let declared = &self.plan.front.connections;
        let origin = match declared.is_empty() {
            true => "--connect".to_owned(),
            // A connection that is like another one has the settings of that.
            false => format!("--connect {}", target.connection),
        };
        let is_given = |setting: &Setting| setting.origin == origin;
        if !target.settings.iter().any(is_given) {
            return None;
        }
        let is_wanted = |setting: &&Setting| {
            let is_address = ADDRESS.contains(&setting.name.as_str());
            !SECRET.contains(&setting.value.as_str()) && (is_address || is_given(setting))
        };
        let settings: Vec<(&str, &str)> = target
            .settings
            .iter()
            .filter(is_wanted)
            .map(|setting| (setting.name.as_str(), setting.value.as_str()))
            .collect();
        let name = (declared.len() > 1).then_some(&target.connection);
        Some(connect_flag(name, &settings))
    }

    /// Whether people depend on what it works on.
    pub fn is_production(&self) -> bool {
        !self.scratch && self.plan.front.is_production()
    }
}
