//! The terminal of a run in plain mode: lines come in, text goes out. Moves no cursor, draws nothing again, and reads nothing
//! while a step has the terminal.

use std::io::{self, Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::termios::{
    OptionalActions, QueueSelector, SpecialCodeIndex, Termios, tcflush, tcgetattr, tcsetattr,
};
use signal_hook::SigId;
use signal_hook::consts::SIGCONT;
use signal_hook::low_level::{pipe, unregister};

/// What Ctrl-C sends where it is no signal.
const CONTROL_C: u8 = 3;
/// `_POSIX_VDISABLE` on Linux: the key that has it does nothing.
const DISABLED: u8 = 0;

/// What was heard.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Heard {
    /// A line, without its end.
    Line(String),
    /// Ctrl-C.
    Interrupt,
    /// Ctrl-D on an empty line.
    End,
    /// The terminal went away.
    Gone,
    /// We were stopped and go on; what was asked may have scrolled away.
    Continued,
    /// Nothing from the keys: there may be news, or the time is up.
    Nothing,
}

/// The terminal on stdin.
pub(super) struct Console {
    before: Termios,
    during: Termios,
    alarm: UnixStream,
    waker: UnixStream,
    continued: Arc<AtomicBool>,
    handlers: Vec<SigId>,
    is_lent: bool,
    line: Vec<u8>,
}

impl Console {
    /// Takes the terminal: lines are edited by the terminal itself, Ctrl-C ends one instead of us, Ctrl-Z still stops us.
    pub(super) fn open() -> io::Result<Self> {
        let before = tcgetattr(io::stdin())?;
        let mut during = before.clone();
        during.special_codes[SpecialCodeIndex::VINTR] = DISABLED;
        during.special_codes[SpecialCodeIndex::VQUIT] = DISABLED;
        during.special_codes[SpecialCodeIndex::VEOL] = CONTROL_C;
        let (alarm, waker) = UnixStream::pair()?;
        alarm.set_nonblocking(true)?;
        waker.set_nonblocking(true)?;
        let continued = Arc::new(AtomicBool::new(false));
        let handlers = vec![
            signal_hook::flag::register(SIGCONT, Arc::clone(&continued))?,
            pipe::register(SIGCONT, waker.try_clone()?)?,
        ];
        let console = Self {
            before,
            during,
            alarm,
            waker,
            continued,
            handlers,
            is_lent: false,
            line: Vec::new(),
        };
        console.take()?;
        Ok(console)
    }

    /// What wakes [`Console::hear`]; never waits.
    pub(super) fn waker(&self) -> io::Result<impl Fn() + Send + 'static> {
        let waker = self.waker.try_clone()?;
        // A full pipe has woken us already.
        Ok(move || drop((&waker).write(&[1])))
    }

    /// Puts `prompt` at the start of a line. What was typed before it could be read is dropped.
    pub(super) fn prompt(&mut self, prompt: &str) {
        // A terminal that is gone is found out by reading.
        let _ = tcflush(io::stdin(), QueueSelector::IFlush);
        self.line.clear();
        super::super::print(prompt);
    }

    /// Waits for a line, a wake, or the end of `patience`.
    pub(super) fn hear(&mut self, patience: Duration) -> Heard {
        if self.continued.swap(false, Ordering::SeqCst) && !self.is_lent {
            return match self.take() {
                Ok(()) => Heard::Continued,
                Err(_) => Heard::Gone,
            };
        }
        let wanted = match self.is_lent {
            true => PollFlags::empty(),
            false => PollFlags::IN,
        };
        let stdin = io::stdin();
        let mut sources = [
            PollFd::new(&self.alarm, PollFlags::IN),
            PollFd::new(&stdin, wanted),
        ];
        let timeout = Timespec::try_from(patience).ok();
        // Interrupted or not, what is there is looked at.
        let _ = poll(&mut sources, timeout.as_ref());
        let [alarm, keys] = sources.map(|source| source.revents());
        if !alarm.is_empty() {
            let mut wakes = [0; 256];
            while matches!((&self.alarm).read(&mut wakes), Ok(1..)) {}
        }
        if keys.contains(PollFlags::IN) {
            return self.read(keys.contains(PollFlags::HUP));
        }
        match keys.is_empty() {
            true => Heard::Nothing,
            false => Heard::Gone,
        }
    }

    /// Gives the terminal away as it was before us.
    pub(super) fn lend(&mut self) {
        self.is_lent = true;
        // A terminal that is gone needs no attributes.
        let _ = tcsetattr(io::stdin(), OptionalActions::Drain, &self.before);
    }

    /// Takes it back, in whatever state it is; what was typed meanwhile is dropped.
    pub(super) fn take_back(&mut self) {
        if std::mem::replace(&mut self.is_lent, false) {
            // As above.
            let _ = tcsetattr(io::stdin(), OptionalActions::Flush, &self.before);
            let _ = self.take();
        }
    }

    fn take(&self) -> io::Result<()> {
        Ok(tcsetattr(
            io::stdin(),
            OptionalActions::Drain,
            &self.during,
        )?)
    }

    fn read(&mut self, is_hung_up: bool) -> Heard {
        let mut piece = [0; 4096];
        match rustix::io::read(io::stdin(), &mut piece) {
            Err(rustix::io::Errno::INTR | rustix::io::Errno::AGAIN) => return Heard::Nothing,
            Ok(0) if !is_hung_up && self.line.is_empty() => return Heard::End,
            Ok(0) if !is_hung_up => return Heard::Nothing,
            Ok(0) | Err(_) => return Heard::Gone,
            Ok(length) => self.line.extend_from_slice(&piece[..length]),
        }
        if self.line.contains(&CONTROL_C) {
            self.line.clear();
            return Heard::Interrupt;
        }
        if self.line.last() != Some(&b'\n') {
            return Heard::Nothing;
        }
        let line = std::mem::take(&mut self.line);
        Heard::Line(String::from_utf8_lossy(&line).trim().to_owned())
    }
}

impl Drop for Console {
    fn drop(&mut self) {
        for handler in self.handlers.drain(..) {
            unregister(handler);
        }
        // A terminal that is gone needs no attributes.
        let _ = tcsetattr(io::stdin(), OptionalActions::Drain, &self.before);
    }
}
