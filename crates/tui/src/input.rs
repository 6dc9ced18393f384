//! Keys and clicks, read on a thread of their own, and whether the terminal is still there.
//!
//! crossterm's reader loops on a terminal that was closed, and waits for the rest of a half-sent sequence
//! (`event/source/unix/mio.rs`, 0.29); on its own thread neither can hold the screen up.

use std::fs::File;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::sync::Arc;
use std::time::Duration;

use crossterm::event::{Event, EventStream};
use futures_util::StreamExt;
use rustix::termios::{QueueSelector, tcflush};
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;
use tokio::sync::{Notify, mpsc, oneshot};

/// Events read ahead of the screen; beyond, the terminal's own buffer holds them.
const EVENTS_AHEAD: usize = 1_024;

/// The longest that leaving waits for the reading thread.
const STOP_WAIT: Duration = Duration::from_millis(200);

/// Keys and clicks.
pub(crate) struct Input {
    watch: AsyncFd<OwnedFd>,
    reader: Option<Reader>,
    rested: Option<oneshot::Receiver<()>>,
}

/// What comes from the terminal.
pub(crate) enum Heard {
    /// A key, a click, a paste, another size.
    Event(Event),
    /// Nothing of us reads any more, as [`Input::rest`] asked.
    Rested,
    /// The terminal is gone.
    Gone,
}

/// The thread that reads.
struct Reader {
    events: mpsc::Receiver<Event>,
    stop: Arc<Notify>,
}

impl Input {
    /// Starts reading. To be called inside a runtime.
    pub(crate) fn start() -> io::Result<Self> {
        // SAFETY: the descriptor is owned by the `AsyncFd` alone, open until it is dropped, and never replaced.
        let watch = unsafe { AsyncFd::register_with_interest(terminal()?, Interest::READABLE) };
        let watch = watch.map_err(io::Error::from)?;
        Ok(Self {
            watch,
            reader: Some(Reader::start()?),
            rested: None,
        })
    }

    /// What comes next. While it rests, that is only the terminal's end.
    pub(crate) async fn next(&mut self) -> Heard {
        loop {
            let event = async {
                match &mut self.reader {
                    Some(reader) => reader.events.recv().await,
                    None => std::future::pending().await,
                }
            };
            let rested = async {
                match &mut self.rested {
                    Some(rested) => rested.await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                biased;
                event = event => return event.map_or(Heard::Gone, Heard::Event),
                // Should the thread have died, then nothing reads either.
                _ = rested => {
                    self.rested = None;
                    self.flush();
                    return Heard::Rested;
                }
                ready = self.watch.ready(Interest::READABLE) => {
                    let Ok(mut ready) = ready else { return Heard::Gone };
                    if ready.ready().is_read_closed() {
                        return Heard::Gone;
                    }
                    ready.clear_ready();
                }
            }
        }
    }

    /// An event that is there already.
    pub(crate) fn waiting(&mut self) -> Option<Event> {
        self.reader.as_mut()?.events.try_recv().ok()
    }

    /// Whether bytes were typed that the reading thread has not taken yet.
    pub(crate) fn is_behind(&self) -> bool {
        rustix::io::ioctl_fionread(self.watch.get_ref()).is_ok_and(|bytes| bytes > 0)
    }

    /// Stops reading; keys typed so far are dropped. [`Heard::Rested`] comes once nothing of us reads any more: at
    /// once, or with the next key while a half-sent one is being read.
    pub(crate) fn rest(&mut self) {
        let Some(mut reader) = self.reader.take() else {
            return;
        };
        reader.stop.notify_one();
        let (sender, rested) = oneshot::channel();
        self.rested = Some(rested);
        let waiter = move || {
            while reader.events.blocking_recv().is_some() {}
            // Dropping a stream only asks crossterm's own thread to stop, which may sit in `read` and would take the next
            // key from whoever has the terminal then. A new stream is made under the lock that thread holds meanwhile.
            drop(EventStream::new());
            for _ in 0..EVENTS_AHEAD {
                match crossterm::event::poll(Duration::ZERO) {
                    Ok(true) if crossterm::event::read().is_ok() => {}
                    Ok(_) | Err(_) => break,
                }
            }
            // Whoever waited for it may have left.
            let _ = sender.send(());
        };
        // Without a thread it never rests, and the terminal is not lent.
        let _ = std::thread::Builder::new()
            .name("keys-rest".to_owned())
            .spawn(waiter);
    }

    /// Reads again; keys typed meanwhile are dropped.
    pub(crate) fn resume(&mut self) -> io::Result<()> {
        self.rested = None;
        self.flush();
        self.reader = Some(Reader::start()?);
        Ok(())
    }

    fn flush(&self) {
        // A terminal that is gone holds no keys.
        let _ = tcflush(self.watch.get_ref(), QueueSelector::IFlush);
    }

    /// Stops reading and waits for the thread, so that no key typed after us is lost; not for long, since it may be
    /// waiting for the rest of a half-sent key.
    pub(crate) async fn stop(mut self) {
        let Some(mut reader) = self.reader.take() else {
            return;
        };
        reader.stop.notify_one();
        let ended = async { while reader.events.recv().await.is_some() {} };
        let _ = tokio::time::timeout(STOP_WAIT, ended).await;
    }

    /// Leaves the thread behind, with nothing to read: on a closed terminal it would spin, not end.
    pub(crate) fn abandon(self) {
        if let Some(reader) = &self.reader {
            reader.stop.notify_one();
        }
        let Ok((reader, writer)) = io::pipe() else {
            return;
        };
        if rustix::fs::fcntl_setfl(&reader, rustix::fs::OFlags::NONBLOCK).is_ok() {
            let _ = rustix::stdio::dup2_stdin(&reader);
            // The write end stays open, so that reading finds nothing instead of an end.
            std::mem::forget(writer);
        }
    }
}

impl Reader {
    fn start() -> io::Result<Self> {
        let (sender, events) = mpsc::channel(EVENTS_AHEAD);
        let stop = Arc::new(Notify::new());
        let stopped = Arc::clone(&stop);
        let runtime = tokio::runtime::Builder::new_current_thread().build()?;
        std::thread::Builder::new()
            .name("keys".to_owned())
            .spawn(move || runtime.block_on(read(sender, &stopped)))?;
        Ok(Self { events, stop })
    }
}

async fn read(sender: mpsc::Sender<Event>, stop: &Notify) {
    let mut stream = EventStream::new();
    loop {
        tokio::select! {
            biased;
            () = stop.notified() => return,
            event = stream.next() => {
                let Some(Ok(event)) = event else { return };
                if sender.send(event).await.is_err() {
                    return;
                }
            }
        }
    }
}

/// The terminal that keys come from, as crossterm chooses it.
fn terminal() -> io::Result<OwnedFd> {
    let stdin = io::stdin();
    if rustix::termios::isatty(&stdin) {
        return stdin.as_fd().try_clone_to_owned();
    }
    let file = File::options().read(true).write(true).open("/dev/tty")?;
    Ok(file.into())
}
