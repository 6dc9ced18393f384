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
    /// The terminal since something hidden was asked for: the next try may be typed before it is asked for, and is as secret.
    hidden: Option<Changed<'a>>,
}

impl<'a> TerminalPrompt<'a> {
    /// Asks there; `signals` gives the terminal its attributes back should one end us.
    pub(crate) fn new(signals: &'a Signals) -> Self {
        Self {
            signals,
            hidden: None,
        }
    }

    /// Asks with a terminal that is changed until the answer; a hidden one leaves the echo off.
    fn ask_changed(&mut self, prompt: &str, echo: Echo) -> rustix::io::Result<Typed> {
        let mut changed = match self.hidden.take() {
            Some(hidden) => hidden,
            None => Changed::none(self.signals)?,
        };
        changed.begin(echo)?;
        write(prompt);
        let typed = read_line(&io::stdin());
        if typed == Typed::Left || echo == Echo::Hidden {
            write("\n");
        }
        if matches!(typed, Typed::Line(_)) && echo == Echo::Hidden {
            changed.hide()?;
            self.hidden = Some(changed);
        }
        Ok(typed)
    }
}

impl Ask for TerminalPrompt<'_> {
    fn tell(&mut self, text: &str) {
        write(text);
    }

    fn ask(&mut self, prompt: &str, echo: Echo) -> Typed {
        self.ask_changed(prompt, echo).unwrap_or(Typed::Left)
    }
}

/// The terminal as prompts need it, until dropped.
struct Changed<'a> {
    before: Termios,
    /// Whether what was asked for last is hidden.
    hides: bool,
    signals: &'a Signals,
}

impl<'a> Changed<'a> {
    fn none(signals: &'a Signals) -> rustix::io::Result<Self> {
        let before = tcgetattr(io::stdin())?;
        signals.prompt_begins(before.clone());
        Ok(Self {
            before,
            hides: false,
            signals,
        })
    }

    /// Ctrl-C ends the line like Enter does, so that leaving unwinds us and nothing is left behind. What was typed before
    /// the prompt could be seen is dropped.
    fn begin(&mut self, echo: Echo) -> rustix::io::Result<()> {
        self.hides = echo == Echo::Hidden;
        let mut during = self.before.clone();
        during.local_modes.insert(LocalModes::ICANON);
        during.local_modes.remove(LocalModes::ISIG);
        during.special_codes[SpecialCodeIndex::VEOL] = CONTROL_C;
        if self.hides {
            during.local_modes.remove(LocalModes::ECHO);
        }
        tcsetattr(io::stdin(), OptionalActions::Flush, &during)
    }

    /// As before the prompts, but that nothing typed is shown; Ctrl-C is a signal again.
    fn hide(&self) -> rustix::io::Result<()> {
        let mut hidden = self.before.clone();
        hidden.local_modes.remove(LocalModes::ECHO);
        tcsetattr(io::stdin(), OptionalActions::Drain, &hidden)
    }
}

impl Drop for Changed<'_> {
    fn drop(&mut self) {
        // A secret that was typed for a prompt that did not come is for nobody else.
        let action = match self.hides {
            true => OptionalActions::Flush,
            false => OptionalActions::Drain,
        };
        // A terminal that is gone needs no attributes.
        let _ = tcsetattr(io::stdin(), action, &self.before);
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
