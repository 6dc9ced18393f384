//! Processes of this machine, told apart by pid and start time so that a reused pid is never taken for an old one.
//! Reads `/proc` where there is one, else asks `ps`. Signals nothing by itself.

use rustix::process::Pid;
use std::path::Path;
use std::process::Command;

/// One process, as long as it lives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Process {
    pub(crate) pid: u32,
    /// When it started: boot identity and clock ticks on Linux, the start date elsewhere. Only compared.
    pub(crate) started: String,
}

/// A process with what it was started as.
#[derive(Debug)]
pub(crate) struct Listed {
    pub(crate) pid: u32,
    pub(crate) program: String,
    pub(crate) command: String,
}

impl Process {
    pub(crate) fn this() -> Self {
        let pid = std::process::id();
        Self::find(pid).unwrap_or(Self {
            pid,
            started: String::from("unknown"),
        })
    }

    /// The process with this pid; `None` when there is none, or only its unreaped remains.
    pub(crate) fn find(pid: u32) -> Option<Self> {
        let started = if has_proc() {
            started_by_proc(pid)
        } else {
            started_by_ps(pid)
        };
        Some(Self {
            pid,
            started: started?,
        })
    }

    pub(crate) fn is_running(&self) -> bool {
        Self::find(self.pid).is_some_and(|now| now.started == self.started)
    }

    pub(crate) fn pid(&self) -> Option<Pid> {
        Pid::from_raw(i32::try_from(self.pid).ok()?)
    }
}

/// Every process this user may see.
pub(crate) fn list() -> Vec<Listed> {
    if has_proc() {
        list_by_proc()
    } else {
        list_by_ps()
    }
}

fn has_proc() -> bool {
    Path::new("/proc/self/stat").exists()
}

fn started_by_proc(pid: u32) -> Option<String> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (state, ticks) = state_and_start(&stat)?;
    let boot = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
    (!matches!(state, "Z" | "X")).then(|| format!("{}/{ticks}", boot.trim_end()))
}

/// Fields 3 and 22 of proc_pid_stat(5). The command name before them may itself hold spaces and parentheses.
fn state_and_start(stat: &str) -> Option<(&str, &str)> {
    let (_, rest) = stat.rsplit_once(')')?;
    let mut fields = rest.split_ascii_whitespace();
    let state = fields.next()?;
    Some((state, fields.nth(18)?))
}

fn started_by_ps(pid: u32) -> Option<String> {
    let output = Command::new("ps")
        .args(["-o", "stat=", "-o", "lstart=", "-p", &pid.to_string()])
        .env("LC_ALL", "C")
        .env("TZ", "UTC")
        .output()
        .ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let (state, started) = text.trim().split_once(char::is_whitespace)?;
    (!state.starts_with('Z')).then(|| started.trim().to_owned())
}

fn list_by_proc() -> Vec<Listed> {
    let Ok(entries) = std::fs::read_dir("/proc") else {
        return Vec::new();
    };
    entries
        .filter_map(|entry| {
            let pid = entry.ok()?.file_name().to_str()?.parse().ok()?;
            let bytes = std::fs::read(format!("/proc/{pid}/cmdline")).ok()?;
            let text = String::from_utf8_lossy(&bytes);
            let text = text.trim_end_matches('\0');
            Some(Listed {
                pid,
                program: text.split('\0').next()?.to_owned(),
                command: text.replace('\0', " "),
            })
        })
        .collect()
}

fn list_by_ps() -> Vec<Listed> {
    let output = Command::new("ps")
        .args(["-A", "-ww", "-o", "pid=", "-o", "args="])
        .output();
    let Ok(output) = output else {
        return Vec::new();
    };
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(|line| {
            let (pid, command) = line.trim().split_once(char::is_whitespace)?;
            Some(Listed {
                pid: pid.parse().ok()?,
                program: command.split_whitespace().next()?.to_owned(),
                command: command.trim().to_owned(),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Stdio;

    #[test]
    fn state_and_start_survive_a_command_name_full_of_parentheses() {
        let fields: Vec<String> = (4..=30).map(|field| field.to_string()).collect();
        let stat = format!("17 (a) b) (c) S {}", fields.join(" "));
        assert_eq!(state_and_start(&stat), Some(("S", "22")));
        assert_eq!(state_and_start("17 (a) S 4"), None);
    }

    #[test]
    fn a_process_is_running_until_it_ends_even_when_nobody_reaps_it() {
        let mut child = Command::new("cat")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let process = Process::find(child.id()).unwrap();
        assert!(process.is_running());
        child.kill().unwrap();
        let exited =
            rustix::process::WaitIdOptions::EXITED | rustix::process::WaitIdOptions::NOWAIT;
        rustix::process::waitid(rustix::process::WaitId::Pid(process.pid().unwrap()), exited)
            .unwrap();
        assert!(!process.is_running());
        child.wait().unwrap();
        assert!(!process.is_running());
    }

    #[test]
    fn another_start_time_is_another_process() {
        let this = Process::this();
        assert!(this.is_running());
        let earlier = Process {
            started: format!("{}0", this.started),
            ..this
        };
        assert!(!earlier.is_running());
    }

    #[test]
    fn proc_and_ps_agree_on_this_process() {
        let pid = std::process::id();
        for list in [list_by_proc(), list_by_ps()] {
            let this = list.into_iter().find(|listed| listed.pid == pid).unwrap();
            assert!(this.program.contains("stepmark_scratch"), "{this:?}");
            assert!(this.command.starts_with(&this.program), "{this:?}");
        }
        assert!(started_by_ps(pid).is_some());
    }
}
