//! The binary on a pseudo-terminal, with a screen that can be looked at.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::num::NonZeroU16;
use std::os::fd::{AsFd as _, OwnedFd};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use rustix::fs::{Mode, OFlags};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{LocalModes, Termios, Winsize, tcgetattr, tcsetwinsize};

use crate::{Home, PATIENCE, found_within};

/// A program on a terminal of its own.
pub struct Pty {
    /// The program.
    pub child: Child,
    keys: File,
    terminal: OwnedFd,
    before: Termios,
    screen: Arc<(Mutex<vt100::Parser<Clipboard>>, Condvar)>,
    sent_escapes: Arc<AtomicBool>,
    received: Arc<Mutex<Vec<u8>>>,
}

/// What the program put into the terminal's clipboard last, in base64 (OSC 52).
#[derive(Default)]
struct Clipboard(Option<String>);

impl vt100::Callbacks for Clipboard {
    fn copy_to_clipboard(&mut self, _: &mut vt100::Screen, _: &[u8], data: &[u8]) {
        self.0 = Some(String::from_utf8_lossy(data).into_owned());
    }
}

impl Pty {
    /// Starts `command` on a terminal of `rows` and `columns`.
    pub fn start(mut command: Command, rows: u16, columns: u16) -> Self {
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a pseudo-terminal");
        grantpt(&master).expect("ours");
        unlockpt(&master).expect("ours");
        let name = ptsname(&master, Vec::new()).expect("it has a name");
        let flags = OFlags::RDWR | OFlags::NOCTTY;
        let terminal = rustix::fs::open(name, flags, Mode::empty()).expect("its other side");
        let size = Winsize {
            ws_row: rows,
            ws_col: columns,
            ws_xpixel: 0,
            ws_ypixel: 0,
        };
        tcsetwinsize(&terminal, size).expect("a size");
        let before = tcgetattr(&terminal).expect("attributes");
        let side = || Stdio::from(terminal.try_clone().expect("a descriptor"));
        command.stdin(side()).stdout(side()).stderr(side());
        // SAFETY: between fork and exec only setsid and one ioctl are called; both are async-signal-safe.
        unsafe {
            command.pre_exec(|| {
                rustix::process::setsid()?;
                rustix::process::ioctl_tiocsctty(std::io::stdin().as_fd())?;
                Ok(())
            });
        }
        let child = command.spawn().expect("the binary starts");
        drop(command);
        let screen = Arc::new((
            Mutex::new(vt100::Parser::new_with_callbacks(
                cells(rows),
                cells(columns),
                0,
                Clipboard::default(),
            )),
            Condvar::new(),
        ));
        let keys = File::from(master);
        let sent_escapes = Arc::new(AtomicBool::new(false));
        let from = keys.try_clone().expect("a descriptor");
        let received = Arc::new(Mutex::new(Vec::new()));
        read_along(from, &screen, (&sent_escapes, &received));
        Self {
            child,
            keys,
            terminal,
            before,
            screen,
            sent_escapes,
            received,
        }
    }

    /// A shell with job control in `home`, at its prompt `prompt>`; `$STEPMARK` is the binary.
    pub fn job_control_shell(home: &Home, rows: u16, columns: u16) -> Self {
        let mut bash = home.program("bash");
        bash.args(["--norc", "--noprofile", "--noediting", "-i"])
            .env("PS1", "prompt> ");
        let pty = Self::start(bash, rows, columns);
        pty.asks("prompt>");
        pty
    }

    /// Presses keys.
    pub fn press(&mut self, keys: &str) {
        self.keys
            .write_all(keys.as_bytes())
            .expect("the terminal is there");
    }

    /// Clicks the left button at `column` and `row`, from 0, as an SGR mouse report.
    pub fn click(&mut self, column: u16, row: u16) {
        let (column, row) = (column + 1, row + 1);
        self.press(&format!("\x1b[<0;{column};{row}M\x1b[<0;{column};{row}m"));
    }

    /// Gives the terminal another size and tells the program.
    pub fn resize(&self, rows: u16, columns: u16) {
        let size = Winsize {
            ws_row: rows,
            ws_col: columns,
            ws_xpixel: 0,
            ws_ypixel: 0,
        };
        let (parser, _) = &*self.screen;
        parser
            .lock()
            .expect("no panic there")
            .set_size(cells(rows), cells(columns));
        tcsetwinsize(&self.terminal, size).expect("a size");
    }

    /// What the screen shows now.
    pub fn contents(&self) -> String {
        let (parser, _) = &*self.screen;
        contents(parser.lock().expect("no panic there").screen())
    }

    /// Looks at the screen.
    pub fn look<T>(&self, look: impl FnOnce(&vt100::Screen) -> T) -> T {
        let (parser, _) = &*self.screen;
        look(parser.lock().expect("no panic there").screen())
    }

    /// What the program put into the clipboard last, in base64.
    pub fn clipboard(&self) -> Option<String> {
        let (parser, _) = &*self.screen;
        let parser = parser.lock().expect("no panic there");
        parser.callbacks().0.clone()
    }

    /// Presses the left button at one place and lets it go at another, as SGR mouse reports; from 0.
    pub fn drag(&mut self, from: (u16, u16), to: (u16, u16)) {
        let (column, row) = (from.0 + 1, from.1 + 1);
        self.press(&format!("\x1b[<0;{column};{row}M"));
        let (column, row) = (to.0 + 1, to.1 + 1);
        self.press(&format!("\x1b[<32;{column};{row}M\x1b[<0;{column};{row}m"));
    }

    /// Waits until the screen shows `text`.
    ///
    /// # Panics
    /// After 30 s, with the screen.
    #[track_caller]
    pub fn shows(&self, text: &str) {
        self.wait(text, |contents| contents.contains(text));
    }

    /// Waits until the screen no longer shows `text`.
    ///
    /// # Panics
    /// After 30 s, with the screen.
    #[track_caller]
    pub fn hides(&self, text: &str) {
        self.wait(text, |contents| !contents.contains(text));
    }

    /// Waits until what the screen shows is `such`.
    ///
    /// # Panics
    /// After 30 s, with `what` and the screen.
    #[track_caller]
    pub fn shows_such(&self, what: &str, mut such: impl FnMut(&str) -> bool) {
        self.wait(what, |contents| such(contents));
    }

    /// Waits until the last line that is not blank ends in `prompt`, with the lines before it where it has several, and the
    /// cursor stands behind it. What a prompt drops of what was typed before was dropped then.
    ///
    /// # Panics
    /// After 30 s, with the screen.
    #[track_caller]
    pub fn asks(&self, prompt: &str) {
        self.wait(prompt, |contents| {
            let lines: Vec<&str> = contents.trim_end().lines().map(str::trim_end).collect();
            lines.join("\n").ends_with(prompt)
        });
    }

    /// Waits for `prompt` and types `text` behind it, until the terminal has shown some of that: the next prompt is another one.
    ///
    /// # Panics
    /// After 30 s, with the screen.
    #[track_caller]
    pub fn answer(&mut self, prompt: &str, text: &str) {
        self.asks(prompt);
        let length = || self.received.lock().expect("no panic there").len();
        let before = length();
        self.keys
            .write_all(text.as_bytes())
            .expect("the terminal is there");
        self.wait("an echo", |_| length() > before);
    }

    /// All that the program sent to its terminal so far.
    ///
    /// # Panics
    /// When the thread that reads along has.
    pub fn received(&self) -> String {
        let bytes = self.received.lock().expect("no panic there");
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// Whether the program ever sent a sequence to its terminal.
    pub fn has_moved(&self) -> bool {
        self.sent_escapes.load(Ordering::SeqCst)
    }

    #[track_caller]
    fn wait(&self, what: &str, mut wanted: impl FnMut(&str) -> bool) {
        let (parser, changed) = &*self.screen;
        let guard = parser.lock().expect("no panic there");
        let (guard, timeout) = changed
            .wait_timeout_while(guard, PATIENCE, |parser| {
                !wanted(&contents(parser.screen()))
            })
            .expect("no panic there");
        assert!(
            !timeout.timed_out(),
            "waited for {what:?}; the screen shows\n{}",
            contents(guard.screen())
        );
    }

    /// Where `text` begins on the screen: column and row from 0.
    ///
    /// # Panics
    /// When it is not there.
    pub fn find(&self, text: &str) -> (u16, u16) {
        let contents = self.contents();
        let found = contents.lines().enumerate().find_map(|(row, line)| {
            let at = line.find(text)?;
            Some((line[..at].chars().count(), row))
        });
        let (column, row) = found.unwrap_or_else(|| panic!("{text:?} is not on\n{contents}"));
        (
            u16::try_from(column).expect("on screen"),
            u16::try_from(row).expect("on screen"),
        )
    }

    /// Waits for the program's end.
    ///
    /// # Panics
    /// After 30 s, with the screen.
    #[track_caller]
    pub fn ends(&mut self) -> ExitStatus {
        let deadline = Instant::now() + PATIENCE;
        found_within(2 * PATIENCE, "its end", || {
            let status = self.child.try_wait().expect("our child");
            assert!(
                status.is_some() || Instant::now() < deadline,
                "it never ends; the screen shows\n{}",
                self.contents()
            );
            status
        })
    }

    /// Whether the terminal shows what is typed.
    pub fn echoes(&self) -> bool {
        let now = tcgetattr(&self.terminal).expect("attributes");
        now.local_modes.contains(LocalModes::ECHO)
    }

    /// Whether the terminal is as it was before the program; looks until it is, for at most 5 s, since the program's
    /// last bytes are read after its end.
    pub fn is_restored(&self) -> bool {
        let deadline = Instant::now() + Duration::from_secs(5);
        while Instant::now() < deadline {
            if self.is_as_before() {
                return true;
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        false
    }

    fn is_as_before(&self) -> bool {
        let now = tcgetattr(&self.terminal).expect("attributes");
        let (parser, _) = &*self.screen;
        let parser = parser.lock().expect("no panic there");
        let screen = parser.screen();
        now.local_modes == self.before.local_modes
            && now.input_modes == self.before.input_modes
            && now.output_modes == self.before.output_modes
            && !screen.alternate_screen()
            && screen.mouse_protocol_mode() == vt100::MouseProtocolMode::None
            && !screen.hide_cursor()
            && !screen.bracketed_paste()
    }
}

impl Drop for Pty {
    fn drop(&mut self) {
        // It has ended already unless the test failed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn cells(number: u16) -> NonZeroU16 {
    NonZeroU16::new(number).expect("a terminal has cells")
}

/// The screen row by row, so that a line of the text is a row of the screen.
fn contents(screen: &vt100::Screen) -> String {
    let (_, columns) = screen.size();
    screen.rows(0, columns.get()).collect::<Vec<_>>().join("\n")
}

fn read_along(
    mut from: File,
    screen: &Arc<(Mutex<vt100::Parser<Clipboard>>, Condvar)>,
    (sent_escapes, received): (&Arc<AtomicBool>, &Arc<Mutex<Vec<u8>>>),
) {
    let (screen, sent_escapes) = (Arc::clone(screen), Arc::clone(sent_escapes));
    let received = Arc::clone(received);
    std::thread::spawn(move || {
        let mut bytes = [0; 16 * 1024];
        while let Ok(length @ 1..) = from.read(&mut bytes) {
            if bytes[..length].contains(&b'\x1b') {
                sent_escapes.store(true, Ordering::SeqCst);
            }
            let (parser, changed) = &*screen;
            let mut parser = parser.lock().expect("no panic here");
            let mut all = received.lock().expect("no panic here");
            all.extend_from_slice(&bytes[..length]);
            drop(all);
            parser.process(&bytes[..length]);
            drop(parser);
            changed.notify_all();
        }
    });
}
