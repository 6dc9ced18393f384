//! A plain prompt on the terminal: a line at a time, edited by the terminal itself. Takes over no screen.

use std::io::{self, Stdin, Write as _};

use rustix::termios::{
    LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr,
};
use stepmark_engines::sanitize::sanitize;

use super::ask::{Ask, Echo, Typed};
use crate::signals::Signals;

/// What Ctrl-C sends where it is no signal.
const CONTROL_C: u8 = 3;

/// The person at the terminal that stdin and stdout are.
pub(crate) struct TerminalPrompt<'a> {
    signals: &'a Signals,
}

impl<'a> TerminalPrompt<'a> {
    /// Asks there; `signals` gives the terminal its attributes back should one end us.
    pub(crate) fn new(signals: &'a Signals) -> Self {
        Self { signals }
    }
}

impl Ask for TerminalPrompt<'_> {
    fn tell(&mut self, text: &str) {
        write(text);
    }

    fn ask(&mut self, prompt: &str, echo: Echo) -> Typed {
        let Ok(_changed) = Changed::begin(self.signals, echo) else {
            return Typed::Left;
        };
        write(prompt);
        let typed = read_line(&io::stdin());
        if typed == Typed::Left || echo == Echo::Hidden {
            write("\n");
        }
        typed
    }
}

/// The terminal as a prompt needs it, until dropped.
struct Changed<'a> {
    before: Termios,
    signals: &'a Signals,
}

impl<'a> Changed<'a> {
    /// Ctrl-C ends the line like Enter does, so that leaving unwinds us and nothing is left behind. What was typed before
    /// the prompt could be seen is dropped.
    fn begin(signals: &'a Signals, echo: Echo) -> rustix::io::Result<Self> {
        let before = tcgetattr(io::stdin())?;
        let mut during = before.clone();
        during.local_modes.insert(LocalModes::ICANON);
        during.local_modes.remove(LocalModes::ISIG);
        during.special_codes[SpecialCodeIndex::VEOL] = CONTROL_C;
        if echo == Echo::Hidden {
            during.local_modes.remove(LocalModes::ECHO);
        }
        signals.prompt_begins(before.clone());
        let changed = Self { before, signals };
        tcsetattr(io::stdin(), OptionalActions::Flush, &during)?;
        Ok(changed)
    }
}

impl Drop for Changed<'_> {
    fn drop(&mut self) {
        // A terminal that is gone needs no attributes.
        let _ = tcsetattr(io::stdin(), OptionalActions::Drain, &self.before);
        self.signals.prompt_over();
    }
}

/// Reads by hand, since a buffered reader would take keys that are meant for the screen after us.
fn read_line(stdin: &Stdin) -> Typed {
    let mut line = Vec::new();
    let mut piece = [0; 4096];
    loop {
        match rustix::io::read(stdin, &mut piece) {
            Err(rustix::io::Errno::INTR) => {}
            Ok(0) | Err(_) => return Typed::Left,
            Ok(length) => line.extend_from_slice(&piece[..length]),
        }
        if line.contains(&CONTROL_C) {
            return Typed::Left;
        }
        if line.ends_with(b"\n") {
            line.pop();
            return Typed::Line(String::from_utf8_lossy(&line).into_owned());
        }
    }
}

fn write(text: &str) {
    let mut out = anstream::stdout().lock();
    // Nobody answers on a terminal that is gone, which reading finds out.
    let _ = out
        .write_all(sanitize(text).as_bytes())
        .and_then(|()| out.flush());
}
