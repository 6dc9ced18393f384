//! The loop: hears keys, news and time, draws what changed. The only place of this crate that waits.

use std::io;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crossterm::event::{Event, MouseEventKind};
use stepmark_core::Timestamp;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};

use crate::input::{Heard, Input};
use crate::loan::{self, Loan, PLEA};
use crate::message::Message;
use crate::screen::Screen;
use crate::terminal::Terminal;
use crate::update::update;
use crate::wish::Wish;
use crate::{Departure, Link, Opening, Settings, TerminalError};

/// The least time between two frames.
const FRAME: Duration = Duration::from_millis(16);
/// How often time is told while something is under way.
const TICK_BUSY: Duration = Duration::from_secs(1);
/// How often time is told while nothing is: the header counts minutes.
const TICK_IDLE: Duration = Duration::from_secs(20);
/// How long a draw that answers a key waits for keys typed before it to be read.
const CATCH_UP: Duration = Duration::from_millis(5);

/// Shows the run until it ended and its last record was shown. `wake` is notified whenever `link` has news.
///
/// # Errors
/// When the terminal cannot be taken over, or a thread panicked. A terminal that goes away is no error.
#[expect(
    clippy::needless_pass_by_value,
    reason = "the screen keeps its share of the alarm for as long as it stands"
)]
pub fn run(
    opening: Opening,
    link: impl Link,
    wake: Arc<Notify>,
    settings: Settings,
) -> Result<Departure, TerminalError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(TerminalError::Runtime)?;
    let screen = Screen::new(opening, settings);
    runtime.block_on(async {
        let terminal = Terminal::enter(settings.mouse).map_err(TerminalError::Enter)?;
        let input = Input::start().map_err(TerminalError::Enter)?;
        let mut session = Session {
            screen,
            link,
            terminal,
            input,
            loan: Loan::Ours,
            changed: true,
            quit: false,
        };
        let departure = session.attend(&wake).await;
        match departure {
            Ok(Departure::TerminalGone) => session.input.abandon(),
            Ok(Departure::Ended) | Err(_) => session.input.stop().await,
        }
        departure
    })
}

struct Session<L> {
    screen: Screen,
    link: L,
    terminal: Terminal,
    input: Input,
    loan: Loan,
    changed: bool,
    quit: bool,
}

impl<L: Link> Session<L> {
    async fn attend(&mut self, wake: &Notify) -> Result<Departure, TerminalError> {
        let Ok((columns, rows)) = self.terminal.size() else {
            return Ok(Departure::TerminalGone);
        };
        self.tell(Message::Resized(columns, rows));
        self.listen();
        let mut next_frame = Instant::now();
        let mut next_tick = Instant::now() + TICK_BUSY;
        loop {
            if self.terminal.has_panicked() {
                return Err(TerminalError::Panicked);
            }
            if self.settle_loan().is_err() {
                return Ok(Departure::TerminalGone);
            }
            let is_ours = self.loan == Loan::Ours;
            if is_ours && self.changed && Instant::now() >= next_frame {
                if self.show().await.is_err() {
                    return Ok(Departure::TerminalGone);
                }
                next_frame = Instant::now() + FRAME;
                if self.screen.progress.ending().is_some() {
                    return Ok(Departure::Ended);
                }
            }
            if self.quit {
                return Ok(Departure::Ended);
            }
            // Not biased: a flood of news must not keep a key waiting.
            tokio::select! {
                () = wake.notified() => self.listen(),
                heard = self.input.next() => match heard {
                    Heard::Event(event) => self.hear(event),
                    Heard::Rested => {
                        self.loan = Loan::Lent;
                        self.terminal.release();
                        self.link.terminal_free();
                    }
                    Heard::Gone => return Ok(Departure::TerminalGone),
                },
                () = sleep_until(self.loan.plea_at()), if self.loan.waits_silently() => {
                    if self.terminal.say(PLEA).is_err() {
                        return Ok(Departure::TerminalGone);
                    }
                    self.loan = Loan::Pleading;
                }
                () = sleep_until(next_frame), if is_ours && self.changed => {}
                () = sleep_until(next_tick) => self.tell(Message::Tick(now())),
            }
            let tick = match self.screen.is_busy() {
                true => TICK_BUSY,
                false => TICK_IDLE,
            };
            next_tick = match Instant::now() >= next_tick {
                true => Instant::now() + tick,
                false => next_tick.min(Instant::now() + tick),
            };
        }
    }

    /// Gives the terminal to the step that the records say has it, and takes it back when they say so.
    fn settle_loan(&mut self) -> io::Result<()> {
        match (self.screen.lent, self.loan) {
            (Some(step), Loan::Ours) if self.link.is_live() => {
                self.input.rest();
                self.terminal
                    .leave(&loan::announcement(&self.screen, step))?;
                self.loan = Loan::begun();
            }
            (None, Loan::Leaving { .. } | Loan::Pleading | Loan::Lent) => {
                self.terminal.take_back()?;
                self.input.resume()?;
                self.loan = Loan::Ours;
                self.changed = true;
            }
            (Some(_) | None, Loan::Ours)
            | (Some(_), Loan::Leaving { .. } | Loan::Pleading | Loan::Lent) => {}
        }
        Ok(())
    }

    /// Draws. What changed the meaning of keys is drawn only after every key that was typed before it was heard.
    async fn show(&mut self) -> io::Result<()> {
        if self.screen.unshown {
            let until = Instant::now() + CATCH_UP;
            loop {
                while let Some(event) = self.input.waiting() {
                    self.hear(event);
                }
                if !self.input.is_behind() || Instant::now() >= until {
                    break;
                }
                tokio::select! {
                    heard = self.input.next() => match heard {
                        Heard::Event(event) => self.hear(event),
                        Heard::Rested => {}
                        Heard::Gone => return Err(io::ErrorKind::BrokenPipe.into()),
                    },
                    () = sleep_until(until) => {}
                }
            }
        }
        // The event of a resize waits behind a half-sent key, and the last of many says the size of then.
        let (columns, rows) = self.terminal.size()?;
        if (columns, rows) != (self.screen.size.width, self.screen.size.height) {
            self.tell(Message::Resized(columns, rows));
        }
        self.screen.look(self.link.output());
        self.terminal.draw(&self.screen)?;
        self.changed = false;
        update(&mut self.screen, Message::Shown);
        Ok(())
    }

    fn listen(&mut self) {
        let news = self.link.news();
        self.tell(Message::Tick(now()));
        self.tell(Message::News(news));
    }

    fn hear(&mut self, event: Event) {
        // Terminals that report every movement of the mouse would have a frame drawn for each.
        if let Event::Mouse(mouse) = event
            && matches!(
                mouse.kind,
                MouseEventKind::Moved | MouseEventKind::Drag(_) | MouseEventKind::Up(_)
            )
        {
            return;
        }
        self.tell(Message::Tick(now()));
        match event {
            Event::Key(key) => self.tell(Message::Key(key)),
            Event::Mouse(mouse) => self.tell(Message::Mouse(mouse)),
            Event::Paste(text) => self.tell(Message::Paste(text)),
            Event::Resize(columns, rows) => {
                // Even back at the old size: what terminals keep of a screen while they are resized differs.
                self.terminal.forget();
                self.tell(Message::Resized(columns, rows));
            }
            Event::FocusGained | Event::FocusLost => {}
        }
    }

    fn tell(&mut self, message: Message) {
        self.changed = true;
        for wish in update(&mut self.screen, message) {
            match wish {
                Wish::Send(command) => self.link.send(command),
                Wish::Quit => self.quit = true,
            }
        }
    }
}

fn now() -> Timestamp {
    let micros = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| {
            i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
        });
    Timestamp::from_micros(micros)
}
