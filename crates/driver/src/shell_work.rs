//! From a shell step to what a shell is given to do: its text, and an environment that leads to the right database.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::PathBuf;

use stepmark_core::ConnectionName;
use stepmark_core::plan::{Interpreter, StepKind};
use stepmark_engines::shell::{LIBPQ_VARIABLES, ShellMode, ShellWork};
use stepmark_journal::RunDirectory;

use crate::attempt_lock;
use crate::engine_room::EngineRoom;
use crate::passfile::Passfile;
use crate::values::Values;

impl EngineRoom {
    /// What a shell is given to do for the attempt under way.
    pub(crate) fn shell_work(&mut self, values: &Values) -> Result<ShellWork, String> {
        let lock = self
            .lock()
            .map_err(|error| format!("the lock of this attempt cannot be made: {error}"))?;
        let under_way = self.under_way.as_ref().ok_or("no attempt is under way")?;
        let planned = self.plan.step(under_way.step);
        let StepKind::Shell(interpreter) = planned.kind else {
            return Err("this step is not for a shell".into());
        };
        let mut variables = values.pairs();
        variables.extend(self.variables.iter().cloned());
        let work = work_folder(&self.directory)
            .map_err(|error| format!("$STEPMARK_WORK cannot be made: {error}"))?;
        variables.push(("STEPMARK_RUN".into(), self.directory.run().to_string()));
        variables.push(("STEPMARK_STEP".into(), planned.id.to_string()));
        variables.push(("STEPMARK_WORK".into(), work.display().to_string()));
        let removed = self.connect_shell(&planned.connection, &mut variables)?;
        Ok(ShellWork {
            interpreter,
            program: planned.shell.program.clone(),
            mode: match (planned.shell.background, planned.shell.interactive) {
                (true, _) => ShellMode::Background,
                (false, true) => ShellMode::Terminal,
                (false, false) => ShellMode::Foreground,
            },
            starts_in: planned
                .shell
                .folder
                .as_ref()
                .map(|folder| self.folder.join(folder)),
            text: planned.body.text.clone(),
            variables,
            removed,
            psql_variables: match interpreter {
                Interpreter::Psql => values.pairs(),
                Interpreter::Bash | Interpreter::Sh | Interpreter::Zsh | Interpreter::Other => {
                    Vec::new()
                }
            },
            expectation: planned.expectation.clone(),
            captures: planned.flow.captures.clone(),
            folder: self.folder.clone(),
            state: self.directory.state(),
            redactor: self.vault.redactor().clone(),
            lock: Some(lock),
            psql: self.psql.clone(),
        })
    }

    /// Adds the variables that lead a shell step to its database, and says which others it must not see.
    fn connect_shell(
        &self,
        connection: &Option<ConnectionName>,
        variables: &mut Vec<(String, String)>,
    ) -> Result<Vec<String>, String> {
        let services = self
            .service_file()
            .map_err(|error| format!("the service file cannot be written: {error}"))?;
        let mut removed = Vec::new();
        let settings = connection
            .as_ref()
            .and_then(|name| self.connections.get(name));
        if let Some(settings) = settings {
            removed.extend(LIBPQ_VARIABLES.map(str::to_owned));
            variables.extend(settings.shell_environment());
            variables.push(("DATABASE_URL".into(), settings.display_url()));
            if let Some(passfile) = &self.passfile {
                let path = passfile.path().display().to_string();
                variables.push(("PGPASSFILE".into(), path));
            }
        } else if self.plan.front.connections.len() > 1 {
            // Of several connections none is meant, so a program that names none must not reach one by chance.
            removed.extend(LIBPQ_VARIABLES.map(str::to_owned));
            removed.push("DATABASE_URL".to_owned());
        }
        if let Some(path) = services {
            variables.push(("PGSERVICEFILE".into(), path.display().to_string()));
        }
        for spec in &self.plan.front.connections {
            if let Some(settings) = self.connections.get(&spec.name) {
                let name = format!("{}_URL", spec.name.as_str().to_uppercase());
                variables.push((name, settings.display_url()));
            }
        }
        Ok(removed)
    }

    /// The file that names every connection that the runbook declares, so that `service=NAME` leads there; none where it
    /// declares none. It holds no password, and lies with the state of the run.
    fn service_file(&self) -> io::Result<Option<PathBuf>> {
        if self.plan.front.connections.is_empty() {
            return Ok(None);
        }
        let passfile = self.passfile.as_ref().map(Passfile::path);
        let sections: String = self
            .connections
            .iter()
            .map(|(name, settings)| {
                let passfile = passfile.filter(|_| settings.passfile_lines().is_some());
                settings.service_section(name.as_str(), passfile)
            })
            .collect();
        // A step may change its folder, and finds it all the same.
        let state = std::path::absolute(self.directory.state())?;
        DirBuilder::new()
            .mode(0o700)
            .recursive(true)
            .create(&state)?;
        let path = state.join("pg_service.conf");
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true).mode(0o600);
        options.open(&path)?.write_all(sections.as_bytes())?;
        Ok(Some(path))
    }

    /// The lock of the attempt under way, taken once and shared by all its looks.
    fn lock(&mut self) -> io::Result<File> {
        let gone = || io::Error::other("no attempt is under way");
        let under_way = self.under_way.as_mut().ok_or_else(gone)?;
        let lock = match under_way.lock.take() {
            Some(lock) => lock,
            None => {
                let id = &self.plan.step(under_way.step).id;
                attempt_lock::take(&self.directory, id, under_way.attempt)?
            }
        };
        let shared = lock.try_clone()?;
        under_way.lock = Some(lock);
        Ok(shared)
    }
}

/// The private folder of the run that steps may keep files in, made when the first one needs it.
fn work_folder(directory: &RunDirectory) -> io::Result<PathBuf> {
    let path = std::path::absolute(directory.state())?.join("work");
    let made = DirBuilder::new().mode(0o700).recursive(true).create(&path);
    made.map(|()| path)
}
