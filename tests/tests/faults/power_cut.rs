//! The power of the log's disk is cut at any moment: what was not synced is gone, and what was acknowledged is not. A file
//! system in a file is shut down under the runner (ioctl_fs(2), `FS_IOC_SHUTDOWN`) and mounted again. Needs to mount one, so
//! it says so where it may not.

use std::fs::{self, File};
use std::io;
use std::os::fd::AsRawFd as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use stepmark_tests::{Chance, Home, Journal, Server, found, found_out, not_tested, soak};

use crate::oracle::{TABLE, book, check_acknowledged, check_ended, id};

/// About as long as the run takes.
const RUN: Duration = Duration::from_millis(700);
/// So often the power fails during one run at most.
const CUTS_MAX: u64 = 2;

/// `_IOR('X', 125, __u32)` of Linux's `fs/ext4/ext4.h`.
const FS_IOC_SHUTDOWN: libc::Ioctl = 0x8004_587d_u32 as libc::Ioctl;
/// With the file system's own log written out first: files may be there without their bytes.
const WITH_LOG: u32 = 1;
/// Without: nothing that was not synced is left.
const WITHOUT_LOG: u32 = 2;

/// Mounts the disk where nobody else sees it, runs there in its background, and lets go of the disk when all have.
const SCRIPT: &str = "mount -o loop disk.img disk || exit 99\n\
    \"$STEPMARK\" \"$@\" --log-dir disk > printed 2> said & echo $! > pid.new; mv pid.new pid\n\
    wait $!; code=$?\n\
    rm -rf kept; mkdir kept; cp -a disk/. kept/ 2> /dev/null\n\
    until umount disk; do sleep 0.02; done 2> /dev/null\n\
    exit $code";
/// As it is found after the power came back.
const LOOK: &str = "mount -o loop disk.img disk || exit 99\n\
    rm -rf kept; mkdir kept; cp -a disk/. kept/; umount disk";

#[test]
fn a_power_cut_at_any_moment_loses_nothing_acknowledged_and_does_nothing_twice() {
    if !may_mount() {
        not_tested("a power cut; this process may not mount a file system from a file");
        return;
    }
    let server = Server::new();
    server.sql(TABLE);
    let mut cuts = 0;
    for round in 0..soak(4, 1000) {
        server.sql("TRUNCATE done");
        cuts += Trial::new(&server, round).runs();
        if (round + 1) % 100 == 0 {
            found_out(&format!("{} rounds, {cuts} cuts", round + 1));
        }
    }
    found_out(&format!("{cuts} cuts"));
    assert!(cuts > 0, "no cut came before the end of a run");
}

fn may_mount() -> bool {
    let home = Home::new();
    is_formatted(&home)
        && in_namespace(&home, LOOK)
            .status()
            .is_ok_and(|s| s.success())
}

fn is_formatted(home: &Home) -> bool {
    fs::create_dir(home.path().join("disk")).expect("our own folder");
    let image = File::create(home.path().join("disk.img")).expect("our own folder");
    image.set_len(16 << 20).expect("a file with a hole");
    let mut make = Command::new("mkfs.ext4");
    make.args(["-q", "-F", "disk.img"]).current_dir(home.path());
    make.output().is_ok_and(|made| made.status.success())
}

/// What runs `script` where what it mounts is its own.
fn in_namespace(home: &Home, script: &str) -> Command {
    let mut unshare = home.program("unshare");
    unshare
        .args(["--mount", "sh", "-c", script, "sh"])
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    unshare
}

/// One run, with the power failing on its way.
struct Trial<'a> {
    home: Home,
    server: &'a Server,
    chance: Chance,
    told: String,
}

impl<'a> Trial<'a> {
    fn new(server: &'a Server, round: u32) -> Self {
        let home = Home::new();
        home.write("book.md", &book());
        assert!(is_formatted(&home), "it was possible a moment ago");
        Self {
            home,
            server,
            chance: Chance::of(u64::from(round) + 77),
            told: format!("round {round}"),
        }
    }

    /// How often the power failed before the run came to its end.
    fn runs(mut self) -> u32 {
        let wanted = self.chance.below(CUTS_MAX) + 1;
        let cuts = (0..wanted).filter(|_| self.is_cut()).count();
        for _ in 0..6 {
            let code = match self.newest().as_deref().map(Journal::read) {
                Some(journal) if journal.types().last() == Some(&"run_finished") => 0,
                _ => self
                    .started()
                    .wait()
                    .expect("our child")
                    .code()
                    .unwrap_or(-1),
            };
            match code {
                0 | 75 => {
                    let run = self.newest().expect("a run");
                    check_ended(self.server, &id(&run), code, &self.told);
                    self.verified(&run);
                    self.nothing_else_was_done(&run);
                    return u32::try_from(cuts).expect("few");
                }
                // Proved not to be done, so it failed; the next runner does it.
                1 => {}
                other => {
                    let said = fs::read_to_string(self.home.path().join("said"));
                    panic!("{}: exit {other}: {said:?}", self.told);
                }
            }
        }
        let said = fs::read_to_string(self.home.path().join("said"));
        let journal = self.newest().as_deref().map(Journal::read);
        let types = journal.as_ref().map(Journal::types);
        panic!("{}: never at its end: {types:?}\n{said:?}", self.told);
    }

    /// Starts a runner, cuts the power at some moment, and looks at what is left. Whether the runner was still there.
    fn is_cut(&mut self) -> bool {
        let mut runner = self.started();
        std::thread::sleep(self.chance.moment(RUN));
        let log = [WITH_LOG, WITHOUT_LOG][usize::try_from(self.chance.below(2)).expect("0 or 1")];
        let pid = self.pid();
        // First it stands still, so that it acknowledges nothing once the power is gone.
        let is_there = stand_still(&pid);
        // One that stands still before its first instruction has printed nothing yet.
        let printed = fs::read(self.home.path().join("printed")).unwrap_or_default();
        let is_cut = is_there && shut_down(&self.home, &pid, log).is_ok();
        signal(&pid, Signal::KILL);
        runner.wait().expect("our child");
        fs::write(self.home.path().join("acknowledged"), printed).expect("our own folder");
        let looked = in_namespace(&self.home, LOOK).status();
        assert!(
            looked.is_ok_and(|status| status.success()),
            "{}: it can be mounted",
            self.told
        );
        if let Some(run) = self.newest() {
            let printed = self.home.path().join("acknowledged");
            check_acknowledged(&printed, &Journal::read(&run), &self.told);
            self.verified(&run);
        }
        is_cut
    }

    fn started(&self) -> Child {
        let _ = fs::remove_file(self.home.path().join("pid"));
        let url = self.server.url();
        let mut namespace = in_namespace(&self.home, SCRIPT);
        match self.newest() {
            None => namespace.args(["run", "book.md"]),
            Some(_) => namespace.args(["resume", "last", "--orphans", "kill"]),
        };
        namespace.args(["--json", "--yes", "--connect", &url]);
        namespace.spawn().expect("unshare is there")
    }

    fn pid(&self) -> String {
        let path = self.home.path().join("pid");
        let pid = found("the runner's number", || fs::read_to_string(&path).ok());
        pid.trim().to_owned()
    }

    /// The newest run that has a record, as it was found on the disk.
    fn newest(&self) -> Option<PathBuf> {
        let mut runs: Vec<PathBuf> = fs::read_dir(self.home.path().join("kept/book"))
            .ok()?
            .map(|entry| entry.expect("an entry").path())
            .filter(|run| {
                let text = fs::read_to_string(run.join("journal.jsonl")).unwrap_or_default();
                text.contains('\n')
            })
            .collect();
        runs.sort();
        runs.pop()
    }

    fn verified(&self, run: &Path) {
        let path = run.display().to_string();
        self.home.stepmark(&["verify", &path]).exits(0);
    }

    /// No run worked of which nothing is left.
    fn nothing_else_was_done(&self, run: &Path) {
        let known = id(run);
        let sql = format!("SELECT count(*) FROM done WHERE run <> 'stepmark/{known}'");
        assert_eq!(self.server.sql(&sql), "0", "{}: run {known}", self.told);
    }
}

fn signal(pid: &str, signal: Signal) {
    let pid = pid.parse().ok().and_then(Pid::from_raw).expect("a number");
    // It may have ended.
    let _ = kill_process(pid, signal);
}

/// Stops all threads of a process; whether it was there. One that waits for its disk stops before it hears of it.
fn stand_still(pid: &str) -> bool {
    signal(pid, Signal::STOP);
    let state = |thread: PathBuf| {
        let stat = fs::read_to_string(thread.join("stat")).unwrap_or_default();
        stat.rsplit(')')
            .next()
            .and_then(|rest| rest.trim().chars().next())
    };
    found("it stands still", || {
        let Ok(threads) = fs::read_dir(format!("/proc/{pid}/task")) else {
            return Some(false);
        };
        let states: Vec<_> = threads
            .flatten()
            .filter_map(|one| state(one.path()))
            .collect();
        let is_still = states.iter().all(|state| "TtDZX".contains(*state));
        is_still.then(|| !states.iter().all(|state| "ZX".contains(*state)))
    })
}

/// Cuts the power of the disk that the process `pid` sees.
fn shut_down(home: &Home, pid: &str, log: u32) -> io::Result<()> {
    let seen = home.path().strip_prefix("/").expect("a whole path");
    let disk = File::open(
        Path::new("/proc")
            .join(pid)
            .join("root")
            .join(seen)
            .join("disk"),
    )?;
    // SAFETY: the descriptor is open, and the argument is a pointer to a number that outlives the call.
    match unsafe { libc::ioctl(disk.as_raw_fd(), FS_IOC_SHUTDOWN, &raw const log) } {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}
