//! The terminal, taken over and given back: on drop, and before the message of a panic is printed.
//! Does not read keys: `input` does. Signals are the program's affair; they end the run, and so the screen.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::mem::ManuallyDrop;
use std::os::fd::AsFd;
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};

use crossterm::cursor::Show;
use crossterm::event::{
    DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture,
};
use crossterm::terminal::{
    BeginSynchronizedUpdate, EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen,
    disable_raw_mode, enable_raw_mode,
};
use crossterm::{execute, queue};
use ratatui::backend::CrosstermBackend;
use ratatui::layout::Rect;
use ratatui::{TerminalOptions, Viewport};

use crate::layout::layout;
use crate::paint::paint;
use crate::screen::Screen;

static TAKEN: AtomicBool = AtomicBool::new(false);
static HOOK: Once = Once::new();

/// Bytes a frame is gathered in before they go out, so that one frame is one write.
const FRAME_BYTES: usize = 64 * 1024;

/// The terminal while it is ours.
#[derive(Debug)]
pub(crate) struct Terminal {
    /// Never dropped: ratatui's own drop prints with `eprintln!` when the cursor cannot be shown, which panics where
    /// stderr is that same lost terminal. Each frame was flushed, and `restore` shows the cursor.
    inner: ManuallyDrop<ratatui::Terminal<CrosstermBackend<BufWriter<File>>>>,
    drawn: Rect,
}

impl Terminal {
    /// Takes the terminal on standard output over.
    pub(crate) fn enter(mouse: bool) -> io::Result<Self> {
        HOOK.call_once(|| {
            let before = std::panic::take_hook();
            std::panic::set_hook(Box::new(move |panic| {
                restore();
                before(panic);
            }));
        });
        let mut out = writer()?;
        enable_raw_mode()?;
        TAKEN.store(true, Ordering::SeqCst);
        let entered = (|| {
            queue!(out, EnterAlternateScreen, EnableBracketedPaste)?;
            if mouse {
                queue!(out, EnableMouseCapture)?;
            }
            out.flush()?;
            // The screen says its size, so that what is drawn is what was laid out; ratatui would ask anew each time.
            let viewport = Viewport::Fixed(Rect::ZERO);
            let options = TerminalOptions { viewport };
            ratatui::Terminal::with_options(CrosstermBackend::new(out), options)
        })();
        match entered {
            Ok(inner) => Ok(Self {
                inner: ManuallyDrop::new(inner),
                drawn: Rect::ZERO,
            }),
            Err(error) => {
                restore();
                Err(error)
            }
        }
    }

    /// Whether the terminal is still ours; a panic anywhere gives it back.
    pub(crate) fn is_ours(&self) -> bool {
        TAKEN.load(Ordering::SeqCst)
    }

    /// Columns and rows.
    pub(crate) fn size(&self) -> io::Result<(u16, u16)> {
        let size = rustix::termios::tcgetwinsize(io::stdout())?;
        Ok((size.ws_col, size.ws_row))
    }

    /// Has the next draw put out every cell: the terminal no longer holds what was drawn.
    pub(crate) fn forget(&mut self) {
        self.drawn = Rect::ZERO;
    }

    /// Draws the screen; only cells that changed go out, in one piece.
    pub(crate) fn draw(&mut self, screen: &Screen) -> io::Result<()> {
        queue!(self.inner.backend_mut(), BeginSynchronizedUpdate)?;
        if self.drawn != screen.size {
            self.inner.resize(screen.size)?;
            self.drawn = screen.size;
        }
        self.inner.draw(|frame| {
            let layout = layout(screen);
            if let Some(cursor) = paint(screen, &layout, frame.buffer_mut()) {
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

/// Gives the terminal back, once. Errors are passed over: there is no one left to tell.
fn restore() {
    if !TAKEN.swap(false, Ordering::SeqCst) {
        return;
    }
    if let Ok(mut out) = writer() {
        let _ = execute!(
            out,
            EndSynchronizedUpdate,
            DisableMouseCapture,
            DisableBracketedPaste,
            LeaveAlternateScreen,
            Show
        );
    }
    let _ = disable_raw_mode();
}

/// Standard output without the lock and line buffer of `io::stdout`, which a panicking thread may hold.
fn writer() -> io::Result<BufWriter<File>> {
    let own = io::stdout().as_fd().try_clone_to_owned()?;
    Ok(BufWriter::with_capacity(FRAME_BYTES, File::from(own)))
}
