//! A terminal that is closed and a stderr that takes nothing: no panic, and every outcome is recorded.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::os::fd::{AsFd as _, AsRawFd as _, OwnedFd};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};

use rustix::fs::{Mode, OFlags};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};
use stepmark_tests::{Home, Outcome, PATIENCE};

const STUCK: &str = "```bash {name=stuck}\nmkfifo held; read line < held\n```\n";

/// A terminal whose only other side is `child`, so that dropping it is what closing a pane is.
struct Pane {
    master: File,
    child: Child,
    screen: vt100::Parser,
}

impl Pane {
    fn start(mut command: Command) -> Self {
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC)
            .expect("a pseudo-terminal");
        grantpt(&master).expect("ours");
        unlockpt(&master).expect("ours");
        let name = ptsname(&master, Vec::new()).expect("it has a name");
        let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
        let side: OwnedFd = rustix::fs::open(name, flags, Mode::empty()).expect("its other side");
        let size = Winsize {
            ws_row: 24,
            ws_col: 80,
            ws_xpixel: 0,
            ws_ypixel: 0,
        };
        tcsetwinsize(&side, size).expect("a size");
        let stdio = || Stdio::from(side.try_clone().expect("a descriptor"));
        command.stdin(stdio()).stdout(stdio()).stderr(stdio());
        // SAFETY: between fork and exec only setsid and one ioctl are called; both are async-signal-safe.
        unsafe {
            command.pre_exec(|| {
                rustix::process::setsid()?;
                rustix::process::ioctl_tiocsctty(std::io::stdin().as_fd())?;
                Ok(())
            });
        }
        let child = command.spawn().expect("the binary starts");
        let size = [24, 80].map(|cells| std::num::NonZeroU16::new(cells).expect("not zero"));
        Self {
            master: File::from(master),
            child,
            screen: vt100::Parser::new(size[0], size[1], 0),
        }
    }

    /// Reads until the screen shows `text`, in this thread: another one would keep the terminal open.
    #[track_caller]
    fn shows(&mut self, text: &str) {
        let mut bytes = [0; 4096];
        while !self.screen.screen().contents().contains(text) {
            let mut readable = libc::pollfd {
                fd: self.master.as_raw_fd(),
                events: libc::POLLIN,
                revents: 0,
            };
            let patience = i32::try_from(PATIENCE.as_millis()).expect("a short time");
            // SAFETY: the pointer is to one local, and the descriptor is open.
            let ready = unsafe { libc::poll(&raw mut readable, 1, patience) };
            let shown = self.screen.screen().contents();
            assert_eq!(ready, 1, "waited for {text:?}; the screen shows\n{shown}");
            let length = self.master.read(&mut bytes).expect("it still writes");
            self.screen.process(&bytes[..length]);
        }
    }

    fn press(&mut self, keys: &str) {
        self.master
            .write_all(keys.as_bytes())
            .expect("the terminal is there");
    }
}

fn is_put_down_and_recorded(home: &Home, code: Option<i32>) {
    assert_eq!(code, Some(4));
    let journal = home.journal("book");
    assert_eq!(journal.started(), ["stuck"]);
    assert_eq!(journal.outcome("stuck")["failure"]["cause"], "cancelled");
    assert!(journal.of("stop_requested").count() >= 1);
    assert_eq!(journal.types().last(), Some(&"run_paused"));
    home.stepmark(&["verify", "last"]).exits(0);
    assert!(journal.directory.join("report.md").is_file());
}

#[test]
fn a_closed_pane_puts_the_run_down_and_records_it() {
    let home = Home::new();
    home.write("book.md", STUCK);
    let mut pane = Pane::start(home.command(&["run", "book.md"]));
    pane.shows("Nothing has run yet");
    pane.press("\r");
    pane.shows("[ Run ]");
    pane.press("\r");
    home.when_started("book", 1);
    let Pane {
        master, mut child, ..
    } = pane;
    drop(master);
    is_put_down_and_recorded(&home, child.wait().expect("our child").code());
}

#[test]
fn a_closed_pane_puts_a_headless_run_down_and_records_it() {
    let home = Home::new();
    home.write("book.md", STUCK);
    let pane = Pane::start(home.command(&["run", "book.md", "--yes"]));
    home.when_started("book", 1);
    let Pane {
        master, mut child, ..
    } = pane;
    drop(master);
    is_put_down_and_recorded(&home, child.wait().expect("our child").code());
}

#[test]
fn a_closed_pane_puts_a_run_that_is_asked_about_in_lines_down_and_records_it() {
    for runs in [true, false] {
        let home = Home::new();
        home.write("book.md", STUCK);
        let mut pane = Pane::start(home.command(&["run", "book.md", "--plain"]));
        pane.shows("answer: ");
        if runs {
            pane.press("1\n");
            home.when_started("book", 1);
        }
        let Pane {
            master, mut child, ..
        } = pane;
        drop(master);
        let code = child.wait().expect("our child").code();
        match runs {
            true => is_put_down_and_recorded(&home, code),
            false => {
                assert_eq!(code, Some(4));
                assert_eq!(home.journal("book").types().last(), Some(&"run_paused"));
            }
        }
    }
}

#[test]
fn a_pane_closed_while_a_step_has_the_terminal_puts_the_run_down() {
    let home = Home::new();
    let text = "```bash {name=talk interactive}\necho re\\ady; read -r line; sleep 1000\n```\n";
    home.write("book.md", text);
    let mut pane = Pane::start(home.command(&["run", "book.md"]));
    pane.shows("Nothing has run yet");
    pane.press("\r");
    pane.shows("[ Run ]");
    pane.press("\r");
    pane.shows("ready");
    let Pane {
        master, mut child, ..
    } = pane;
    drop(master);
    assert_eq!(child.wait().expect("our child").code(), Some(4));
    let journal = home.journal("book");
    assert_eq!(journal.of("terminal_returned").count(), 1);
    assert_eq!(journal.types().last(), Some(&"run_paused"));
    home.stepmark(&["verify", "last"]).exits(0);
}

/// A line of bash in which `$STEPMARK` is the binary.
fn in_a_shell(home: &Home, line: &str) -> Outcome {
    let mut bash = home.program("bash");
    bash.args(["-c", line]);
    Outcome::of(bash)
}

/// Steps whose connection cannot be opened, so that something is said on stderr while the run goes.
const TALKS: &str = "```bash {name=one}\nseq 1 2000\n```\n\n```bash {name=two}\ntouch ran\n```\n\n\
    ```sql {name=three}\nSELECT 1;\n```\n";

#[test]
fn a_full_stderr_keeps_nothing_from_going_on() {
    let home = Home::new();
    home.write("book.md", TALKS);
    in_a_shell(
        &home,
        "exec \"$STEPMARK\" run book.md --connect postgresql://app@/shop?host=$PWD 2>/dev/full",
    )
    .exits(3);
    let journal = home.journal("book");
    assert_eq!(journal.started(), ["one", "two"]);
    assert_eq!(journal.types().last(), Some(&"run_paused"));
}

#[test]
fn a_reader_that_leaves_keeps_nothing_from_going_on() {
    let home = Home::new();
    home.write("book.md", TALKS);
    in_a_shell(
        &home,
        "\"$STEPMARK\" run book.md --connect postgresql://app@/shop?host=$PWD 2>&1 | head -1; exit \"${PIPESTATUS[0]}\"",
    )
    .exits(3);
    let journal = home.journal("book");
    assert_eq!(journal.started(), ["one", "two"]);
    assert_eq!(journal.types().last(), Some(&"run_paused"));
}

#[test]
fn a_complaint_that_nobody_hears_keeps_its_exit_code() {
    let home = Home::new();
    home.write("bad.md", "```sql {nmae=x}\nSELECT 1;\n```\n");
    for line in [
        "exec \"$STEPMARK\" run nofile.md 2>/dev/full",
        "exec \"$STEPMARK\" run bad.md 2>/dev/full",
        "exec \"$STEPMARK\" frobnicate 2>/dev/full",
        "exec \"$STEPMARK\" run nofile.md 2>&-",
    ] {
        in_a_shell(&home, line).exits(2);
    }
}
