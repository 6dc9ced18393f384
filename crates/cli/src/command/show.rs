//! `stepmark show`: a run that was, as it was told when it was.

mod arguments;

use std::collections::BTreeMap;
use std::io::IsTerminal as _;
use std::path::Path;
use std::sync::Arc;

pub(crate) use arguments::ShowArguments;
use stepmark_core::ConnectionName;
use stepmark_core::record::{Event, Record};
use stepmark_journal::{RunDirectory, StoredOutputs};
use stepmark_tui::{Opening, Reach, TargetLine};

use crate::app::{
    Folders, Presentation, ReadRun, copied, find_run, presentation, read_run, screen_settings,
};
use crate::arguments::{ScreenArguments, SettingArguments};
use crate::say::say_on_stderr;
use crate::settings::Settings;
use crate::{Complaint, Exit, plain};

/// Shows a run step by step, on the screen or as lines.
pub(crate) fn show(arguments: &ShowArguments) -> Result<Exit, Complaint> {
    let mut settings = SettingArguments {
        screen: arguments.screen.clone(),
        ..SettingArguments::default()
    };
    Settings::complete(&mut settings)?;
    let screen = &settings.screen;
    let path = find_run(&Folders::here(), &arguments.run)?;
    let read = read_run(&path)?;
    let directory = RunDirectory::open(&path)
        .map_err(|error| Complaint::new(Exit::Failed, error.to_string()))?;
    let outputs = StoredOutputs::new(directory, &read.records);
    if read.is_running {
        say_on_stderr("this run is under way; it is shown as far as it is by now\n");
    }
    let is_looked_at = std::io::stdin().is_terminal() && std::io::stdout().is_terminal();
    match presentation(screen) {
        Presentation::Screen if is_looked_at => on_screen(read, &path, &outputs, screen),
        Presentation::Screen | Presentation::Plain => {
            plain::replay(&read.plan, &read.run, &read.records, &outputs);
            Ok(Exit::Done)
        }
    }
}

fn on_screen(
    read: ReadRun,
    path: &Path,
    outputs: &StoredOutputs,
    screen: &ScreenArguments,
) -> Result<Exit, Complaint> {
    let opening = Opening {
        targets: targets(&read.records),
        run: read.run,
        path: header_path(&read.records),
        log: path.display().to_string(),
        scratch: false,
        rehearsed: None,
        first: None,
        plan: read.plan,
    };
    let records = read.records.into_iter().map(Arc::new).collect();
    let keep = |name: &str, text: &str| copied::keep(path, name, text);
    let settings = screen_settings(screen);
    stepmark_tui::replay(opening, records, outputs, &keep, settings)
        .map_err(|error| Complaint::new(Exit::Bug, error.to_string()))?;
    Ok(Exit::Done)
}

/// Where its connections led, the last session of each.
fn targets(records: &[Record]) -> Vec<TargetLine> {
    let mut found: BTreeMap<&ConnectionName, Reach> = BTreeMap::new();
    for record in records {
        if let Event::TargetIdentified {
            connection, target, ..
        } = &record.event
        {
            found.insert(connection, Reach::Identified(target.clone()));
        }
    }
    let line = |(connection, reach): (&ConnectionName, Reach)| TargetLine {
        connection: connection.clone(),
        reach,
        settings: Vec::new(),
    };
    found.into_iter().map(line).collect()
}

fn header_path(records: &[Record]) -> String {
    let path = records.iter().find_map(|record| match &record.event {
        Event::RunStarted(header) => Some(header.path.clone()),
        _ => None,
    });
    path.unwrap_or_default()
}
