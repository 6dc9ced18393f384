//! The processes of one cluster, found by what they were started as, and stopping them.
//! Does not look at `postmaster.pid`: after a crash or a reboot its number may be anyone's.

use crate::process::{Listed, Process, list};
use rustix::process::{Signal, WaitOptions, kill_process, waitpid};
use std::path::Path;
use std::time::{Duration, Instant};

/// Stopping patience: PostgreSQL itself kills its children five seconds after an immediate shutdown.
const PATIENCE: Duration = Duration::from_secs(10);
const POLL: Duration = Duration::from_millis(2);

/// The processes of the cluster in one home directory.
#[derive(Debug)]
pub(crate) struct ServerProcesses {
    data: String,
    title: String,
}

impl ServerProcesses {
    /// `cluster_name` is the setting by which the server's children call themselves `postgres: NAME: …`.
    pub(crate) fn new(data: &Path, cluster_name: &str) -> Self {
        Self {
            data: data.display().to_string(),
            title: format!("postgres: {cluster_name}: "),
        }
    }

    /// The postmaster, when it runs.
    pub(crate) fn postmaster(&self) -> Option<Process> {
        list()
            .into_iter()
            .filter(|listed| self.is_started_on_data(listed, &["postgres"]))
            .find_map(|listed| Process::find(listed.pid))
    }

    /// Stops everything: the postmaster at once and in order (SIGQUIT), then with SIGKILL whatever is left.
    /// Says whether nothing is left.
    pub(crate) fn stop(&self) -> bool {
        if let Some(postmaster) = self.postmaster() {
            signal(&postmaster, Signal::QUIT);
            wait_until(|| !postmaster.is_running());
            reap(&postmaster);
        }
        wait_until(|| {
            let left = self.all();
            left.iter().for_each(|process| {
                signal(process, Signal::KILL);
                reap(process);
            });
            left.is_empty()
        })
    }

    /// Every process of the cluster, initdb and pg_ctl included.
    pub(crate) fn all(&self) -> Vec<Process> {
        list()
            .into_iter()
            .filter(|listed| self.is_ours(listed))
            .filter_map(|listed| Process::find(listed.pid))
            .collect()
    }

    fn is_ours(&self, listed: &Listed) -> bool {
        listed.command.starts_with(&self.title)
            || self.is_started_on_data(listed, &["postgres", "pg_ctl", "initdb"])
    }

    fn is_started_on_data(&self, listed: &Listed, programs: &[&str]) -> bool {
        let name = listed.program.rsplit('/').next().unwrap_or_default();
        programs.contains(&name)
            && format!("{} ", listed.command).contains(&format!(" -D {} ", self.data))
    }
}

fn signal(process: &Process, signal: Signal) {
    if let Some(pid) = process.pid().filter(|_| process.is_running()) {
        // A process that ended in between is what was wanted, and any other refusal shows as a survivor.
        let _ = kill_process(pid, signal);
    }
}

/// Where we are the subreaper, a stopped postmaster is our child and stays a zombie until it is waited for.
fn reap(process: &Process) {
    if let Some(pid) = process.pid().filter(|_| !process.is_running()) {
        let _ = waitpid(Some(pid), WaitOptions::NOHANG);
    }
}

fn wait_until(mut done: impl FnMut() -> bool) -> bool {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if done() {
            return true;
        }
        if Instant::now() > deadline {
            return false;
        }
        std::thread::sleep(POLL);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_server_programs_on_exactly_this_directory_are_ours() {
        let processes = ServerProcesses::new(
            Path::new("/tmp/stepmark-scratch-aBc/data"),
            "stepmark-scratch-aBc",
        );
        let check = |command: &str, ours: bool| {
            let listed = Listed {
                pid: 1,
                program: command.split(' ').next().unwrap().to_owned(),
                command: command.to_owned(),
            };
            assert_eq!(processes.is_ours(&listed), ours, "{command}");
        };
        check(
            "/usr/lib/postgresql/15/bin/postgres -D /tmp/stepmark-scratch-aBc/data -c x=y",
            true,
        );
        check("postgres: stepmark-scratch-aBc: checkpointer ", true);
        check("/opt/bin/initdb -D /tmp/stepmark-scratch-aBc/data", true);
        check(
            "/opt/bin/pg_ctl start -D /tmp/stepmark-scratch-aBc/data -w",
            true,
        );
        check(
            "/opt/bin/postgres -D /tmp/stepmark-scratch-aBc/data2",
            false,
        );
        check("/opt/bin/postgres -D /tmp/other/data", false);
        check("postgres: stepmark-scratch-aBcd: checkpointer ", false);
        check("postgres: 15/main: checkpointer ", false);
        check("tail -f /tmp/stepmark-scratch-aBc/data", false);
        check("grep -D /tmp/stepmark-scratch-aBc/data x", false);
        check("psql -h /tmp/stepmark-scratch-aBc/socket", false);
    }
}
