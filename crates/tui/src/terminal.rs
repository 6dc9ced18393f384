//! The terminal, taken over and given back: on drop, before the message of a panic is printed, and for as long as a step
//! has it. Does not read keys: `input` does. Signals are the program's affair; they end the run, and so the screen.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::mem::ManuallyDrop;
use std::os::fd::AsFd;
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};

use crossterm::clipboard::CopyToClipboard;
use crossterm::cursor::Show;
use crossterm::event::{
    DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture,
};
use crossterm::terminal::{
    BeginSynchronizedUpdate, Clear, ClearType, EndSynchronizedUpdate, EnterAlternateScreen,
    LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};
use crossterm::{execute, queue};
use ratatui::backend::CrosstermBackend;
use ratatui::layout::Rect;
use ratatui::{TerminalOptions, Viewport};
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};

use crate::canvas::Canvas;
use crate::screen::Screen;

static TAKEN: AtomicBool = AtomicBool::new(false);
static PANICKED: AtomicBool = AtomicBool::new(false);
static HOOK: Once = Once::new();

/// Bytes a frame is gathered in before they go out, so that one frame is one write.
const FRAME_BYTES: usize = 64 * 1024;

/// Has the terminal remember its title (XTWINOPS 22, xterm's `ctlseqs`); those that cannot pass it over.
const KEEP_TITLE: &str = "\x1b[22;0t";

/// What a step may have left switched on is switched off: the second screen (the cursor is saved before, since terminals
/// restore it even when there was none), margins, character sets and styles, insert and origin mode, application keys,
/// every kind of mouse report, focus and paste reports, Kitty's keys; wrapping and the cursor are switched on, and the title
/// is what it was. Margins and origin mode send the cursor home, so that it is saved before; and it is restored after the second
/// screen was left, since tmux goes to where that was entered first, above what the step printed. See xterm's `ctlseqs`.
const CLEAN_UP: &str = concat!(
    "\x1b7\x1b[?1049l\x1b8\x1b7\x1b[r\x1b[?6l\x1b8\x0f\x1b(B\x1b[0m\x1b[4l\x1b[?1l\x1b>\x1b[?5l\x1b[?7h\x1b[?25h",
    "\x1b[?9l\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1005l\x1b[?1006l\x1b[?1015l\x1b[?1016l",
    "\x1b[?1004l\x1b[?2004l\x1b[?2026l\x1b[<99u\x1b[23;0t\r\n",
);

/// The terminal while it is ours.
#[derive(Debug)]
pub(crate) struct Terminal {
    /// Never dropped: ratatui's own drop prints with `eprintln!` when the cursor cannot be shown, which panics where
    /// stderr is that same lost terminal. Each frame was flushed, and `restore` shows the cursor.
    inner: ManuallyDrop<ratatui::Terminal<CrosstermBackend<BufWriter<File>>>>,
    drawn: Rect,
    canvas: Canvas,
    mouse: bool,
    /// Its attributes before us.
    before: Termios,
}

impl Terminal {
    /// Takes the terminal on standard output over.
    pub(crate) fn enter(mouse: bool) -> io::Result<Self> {
        HOOK.call_once(|| {
            let before = std::panic::take_hook();
            std::panic::set_hook(Box::new(move |panic| {
                PANICKED.store(true, Ordering::SeqCst);
                restore();
                before(panic);
            }));
        });
        PANICKED.store(false, Ordering::SeqCst);
        let before = tcgetattr(io::stdin()).map_err(io::Error::from)?;
        let out = writer()?;
        let entered = (|| {
            take(mouse)?;
            // The screen says its size, so that what is drawn is what was laid out; ratatui would ask anew each time.
            let viewport = Viewport::Fixed(Rect::ZERO);
            let options = TerminalOptions { viewport };
            ratatui::Terminal::with_options(CrosstermBackend::new(out), options)
        })();
        match entered {
            Ok(inner) => Ok(Self {
                inner: ManuallyDrop::new(inner),
                drawn: Rect::ZERO,
                canvas: Canvas::default(),
                mouse,
                before,
            }),
            Err(error) => {
                restore();
                Err(error)
            }
        }
    }

    /// Whether there was a panic anywhere, which gives the terminal back.
    pub(crate) fn has_panicked(&self) -> bool {
        PANICKED.load(Ordering::SeqCst)
    }

    /// Leaves the screen, with a line that says why. Keys still come one by one until [`Terminal::release`].
    pub(crate) fn leave(&mut self, why: &str) -> io::Result<()> {
        let mut out = writer()?;
        put_leaving(&mut out)?;
        write!(out, "{KEEP_TITLE}{why}\r\n")?;
        out.flush()
    }

    /// Gives the terminal away for a while, as it was before us.
    pub(crate) fn release(&mut self) {
        TAKEN.store(false, Ordering::SeqCst);
        // A terminal that is gone has no modes.
        let _ = disable_raw_mode();
    }

    /// Says something below that.
    pub(crate) fn say(&mut self, line: &str) -> io::Result<()> {
        let mut out = writer()?;
        write!(out, "{line}\r\n")?;
        out.flush()
    }

    /// Takes the terminal back, in whatever state it is.
    pub(crate) fn take_back(&mut self) -> io::Result<()> {
        self.release();
        // Raw mode notes what it finds as what to go back to, and that may be anything by now.
        tcsetattr(io::stdin(), OptionalActions::Flush, &self.before)?;
        let mut out = writer()?;
        out.write_all(CLEAN_UP.as_bytes())?;
        out.flush()?;
        take(self.mouse)?;
        self.forget();
        Ok(())
    }

    /// Columns and rows.
    pub(crate) fn size(&self) -> io::Result<(u16, u16)> {
        let size = rustix::termios::tcgetwinsize(io::stdout())?;
        Ok((size.ws_col, size.ws_row))
    }

    /// Whether somebody gave the terminal its usual modes while it was ours.
    pub(crate) fn is_taken_away(&self) -> io::Result<bool> {
        let modes = tcgetattr(io::stdin())?.local_modes;
        Ok(modes.contains(LocalModes::ICANON))
    }

    /// Has the next draw put out every cell: the terminal no longer holds what was drawn.
    pub(crate) fn forget(&mut self) {
        self.drawn = Rect::ZERO;
        self.canvas.forget();
    }

    /// Puts `text` into the terminal's clipboard, if it has one and lets us (OSC 52).
    pub(crate) fn copy(&mut self, text: &str) -> io::Result<()> {
        execute!(
            self.inner.backend_mut(),
            CopyToClipboard::to_clipboard_from(text)
        )
    }

    /// Draws the screen; only cells that changed go out, in one piece, and nothing where none did.
    pub(crate) fn draw(&mut self, screen: &Screen) -> io::Result<()> {
        let Some(shown) = self.canvas.frame(screen) else {
            return Ok(());
        };
        queue!(self.inner.backend_mut(), BeginSynchronizedUpdate)?;
        if self.drawn != screen.size {
            self.inner.resize(screen.size)?;
            self.drawn = screen.size;
        }
        self.inner.draw(|frame| {
            frame.buffer_mut().clone_from(&shown.cells);
            if let Some(cursor) = shown.cursor {
                frame.set_cursor_position(cursor);
            }
        })?;
        execute!(self.inner.backend_mut(), EndSynchronizedUpdate)
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        restore();
    }
}

/// Raw mode, the second screen, pastes and the mouse.
fn take(mouse: bool) -> io::Result<()> {
    let mut out = writer()?;
    enable_raw_mode()?;
    TAKEN.store(true, Ordering::SeqCst);
    queue!(out, EnterAlternateScreen, EnableBracketedPaste)?;
    if mouse {
        queue!(out, EnableMouseCapture)?;
    }
    out.flush()
}

/// Gives the terminal back, once. Errors are passed over: there is no one left to tell.
fn restore() {
    if !TAKEN.swap(false, Ordering::SeqCst) {
        return;
    }
    if let Ok(mut out) = writer() {
        let _ = put_leaving(&mut out);
        // Where a terminal goes to another line than the one that was left, old text must not stand behind ours.
        let _ = execute!(out, Clear(ClearType::FromCursorDown));
    }
    let _ = disable_raw_mode();
}

fn put_leaving(out: &mut impl Write) -> io::Result<()> {
    execute!(
        out,
        EndSynchronizedUpdate,
        DisableMouseCapture,
        DisableBracketedPaste,
        LeaveAlternateScreen,
        Show
    )
}

/// Standard output without the lock and line buffer of `io::stdout`, which a panicking thread may hold.
fn writer() -> io::Result<BufWriter<File>> {
    let own = io::stdout().as_fd().try_clone_to_owned()?;
    Ok(BufWriter::with_capacity(FRAME_BYTES, File::from(own)))
}
