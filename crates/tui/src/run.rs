//! The loop: hears keys, news and time, draws what changed. The only place of this crate that waits.

use std::io;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crossterm::event::{Event, MouseEventKind};
use rustix::process::{Signal, kill_current_process_group};
use stepmark_core::Timestamp;
use stepmark_core::output::OutputReader;
use stepmark_core::record::Record;
use stepmark_core::runner::Command;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};

use crate::copying::{self, Copying, Places};
use crate::input::{Heard, Input};
use crate::loan::{self, Loan, PLEA};
use crate::message::Message;
use crate::screen::Screen;
use crate::terminal::Terminal;
use crate::update::{self, search, update};
use crate::wish::Wish;
use crate::{Departure, Link, News, Opening, Settings, TerminalError};

/// The least time between two frames.
const FRAME: Duration = Duration::from_millis(16);
/// How often time is told while something is under way.
const TICK_BUSY: Duration = Duration::from_secs(1);
/// How often time is told while nothing is: the header counts minutes.
const TICK_IDLE: Duration = Duration::from_secs(20);
/// How long a draw that answers a key waits for keys typed before it to be read.
const CATCH_UP: Duration = Duration::from_millis(5);

/// What stands on the terminal while the shell has it.
const SUSPENDED: &str = "stepmark is suspended; fg comes back to it";

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
    let mouse = settings.mouse;
    let screen = Screen::new(opening, settings);
    attend(screen, link, &wake, mouse)
}

/// Writes copied text into a file and says where, as [`Link::keep`] does.
pub type Keep<'a> = dyn Fn(&str, &str) -> Result<String, String> + 'a;

/// Shows a run that is over (or one that another process is at, as far as it was read), record by record, on the same
/// screen. Nothing can be asked of it. `outputs` gives what its steps printed, and `keep` writes what is copied into a file.
///
/// # Errors
/// As [`run`].
pub fn replay(
    opening: Opening,
    records: Vec<Arc<Record>>,
    outputs: &dyn OutputReader,
    keep: &Keep<'_>,
    settings: Settings,
) -> Result<Departure, TerminalError> {
    let mouse = settings.mouse;
    let mut screen = Screen::new(opening, settings);
    update::replay::open(&mut screen, records);
    attend(screen, Finished { outputs, keep }, &Notify::new(), mouse)
}

/// A run that has nothing more to tell.
struct Finished<'a> {
    outputs: &'a dyn OutputReader,
    keep: &'a Keep<'a>,
}

impl Link for Finished<'_> {
    fn news(&mut self) -> News {
        News::default()
    }

    fn send(&self, _: Command) {}

    fn terminal_free(&self) {}

    fn keep(&self, name: &str, text: &str) -> Result<String, String> {
        (self.keep)(name, text)
    }

    fn output(&self) -> &dyn OutputReader {
        self.outputs
    }
}

fn attend(
    screen: Screen,
    link: impl Link,
    wake: &Notify,
    mouse: bool,
) -> Result<Departure, TerminalError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(TerminalError::Runtime)?;
    runtime.block_on(async {
        let terminal = Terminal::enter(mouse).map_err(TerminalError::Enter)?;
        let input = Input::start().map_err(TerminalError::Enter)?;
        let mut session = Session {
            screen,
            link,
            terminal,
            input,
            loan: Loan::Ours,
            is_suspending: false,
            changed: true,
            quit: false,
        };
        let departure = session.attend(wake).await;
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
    /// Whether the terminal is given to the shell, and not to a step.
    is_suspending: bool,
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
                if self.has_ended() {
                    return Ok(Departure::Ended);
                }
            }
            if self.quit {
                return Ok(Departure::Ended);
            }
            let is_seeking = is_ours && search::is_seeking(&self.screen);
            // Not biased: a flood of news must not keep a key waiting.
            tokio::select! {
                () = wake.notified() => {
                    self.listen();
                    if self.retake().is_err() {
                        return Ok(Departure::TerminalGone);
                    }
                }
                heard = self.input.next() => match heard {
                    Heard::Event(event) => self.hear(event),
                    Heard::Rested if self.is_suspending => {
                        if self.suspended().is_err() {
                            return Ok(Departure::TerminalGone);
                        }
                    }
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
                () = std::future::ready(()), if is_seeking => {
                    search::seek(&mut self.screen, self.link.output());
                    self.changed = true;
                }
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

    /// Whether the end of the run stands on the terminal; a run that is only read again has none.
    fn has_ended(&self) -> bool {
        let is_live = !self.screen.is_replay();
        is_live && self.loan == Loan::Ours && self.screen.progress.ending().is_some()
    }

    /// Begins to give the terminal to the shell; it has it once nothing of us reads keys.
    fn suspend(&mut self) -> io::Result<()> {
        if self.loan != Loan::Ours {
            return Ok(());
        }
        self.is_suspending = true;
        self.input.rest();
        self.terminal.leave(SUSPENDED)?;
        self.loan = Loan::begun();
        Ok(())
    }

    /// Stops with all of our job, as Ctrl-Z does in other programs, and takes the terminal back once we are continued. Where no
    /// shell could continue us the kernel does not stop us.
    fn suspended(&mut self) -> io::Result<()> {
        self.terminal.release();
        kill_current_process_group(Signal::TSTP)?;
        self.is_suspending = false;
        self.terminal.take_back()?;
        self.input.resume()?;
        self.loan = Loan::Ours;
        self.changed = true;
        Ok(())
    }

    /// Takes the terminal back where we were stopped from outside and a shell has made it its own: we are woken when we go on.
    fn retake(&mut self) -> io::Result<()> {
        if self.loan == Loan::Ours && !self.is_suspending && self.terminal.is_taken_away()? {
            self.terminal.take_back()?;
            self.changed = true;
        }
        Ok(())
    }

    /// Gives the terminal to the step that the records say has it, and takes it back when they say so.
    fn settle_loan(&mut self) -> io::Result<()> {
        if self.is_suspending {
            return Ok(());
        }
        match (self.screen.lent, self.loan) {
            (Some(step), Loan::Ours) if !self.screen.is_replay() => {
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
            self.catch_up().await?;
        }
        // Ctrl-Z may have been among those keys, and a frame would go over what the shell has by then.
        if self.loan != Loan::Ours {
            return Ok(());
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

    /// Hears every key that was typed so far, as long as the terminal is ours: once it is to be given away, only the loop
    /// may hear that nothing reads any more.
    async fn catch_up(&mut self) -> io::Result<()> {
        let until = Instant::now() + CATCH_UP;
        while self.loan == Loan::Ours {
            if let Some(event) = self.input.waiting() {
                self.hear(event);
                continue;
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
        Ok(())
    }

    fn listen(&mut self) {
        let news = self.link.news();
        self.tell(Message::Tick(now()));
        self.tell(Message::News(news));
    }

    fn hear(&mut self, event: Event) {
        // Terminals that report every movement of the mouse would have a frame drawn for each.
        if let Event::Mouse(mouse) = event {
            let is_dragging = self.screen.dragged.is_some();
            match mouse.kind {
                MouseEventKind::Moved => return,
                MouseEventKind::Drag(_) | MouseEventKind::Up(_) if !is_dragging => return,
                _ => {}
            }
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
                Wish::Copy(copying) => self.copy(&copying),
                // A terminal that is gone is noticed by whoever reads from it.
                Wish::Suspend => drop(self.suspend()),
                Wish::Quit => self.quit = true,
            }
        }
    }
}

impl<L: Link> Session<L> {
    /// Copies, and tells the screen what became of it.
    fn copy(&mut self, copying: &Copying) {
        let outcome = copying::text(copying, self.link.output()).and_then(|text| {
            let places = Places::of(text.len(), self.screen.clipboard);
            // What goes to a terminal that is gone is copied nowhere, and nobody is left to be told.
            let sent = places.clipboard.then(|| self.terminal.copy(&text));
            let kept = places.file.then(|| self.link.keep(&copying.name, &text));
            let places = Places {
                clipboard: sent.is_some_and(|sent| sent.is_ok()),
                ..places
            };
            copying::outcome(copying, &text, places, kept)
        });
        update(&mut self.screen, Message::Copied(outcome));
        self.changed = true;
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
