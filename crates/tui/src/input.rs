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
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;
use tokio::sync::{Notify, mpsc};

/// Events read ahead of the screen; beyond, the terminal's own buffer holds them.
const EVENTS_AHEAD: usize = 1_024;

/// The longest that leaving waits for the reading thread.
const STOP_WAIT: Duration = Duration::from_millis(200);

/// Keys and clicks.
pub(crate) struct Input {
    events: mpsc::Receiver<Event>,
    watch: AsyncFd<OwnedFd>,
    stop: Arc<Notify>,
}

impl Input {
    /// Starts reading. To be called inside a runtime.
    pub(crate) fn start() -> io::Result<Self> {
        // SAFETY: the descriptor is owned by the `AsyncFd` alone, open until it is dropped, and never replaced.
        let watch = unsafe { AsyncFd::register_with_interest(terminal()?, Interest::READABLE) };
        let watch = watch.map_err(io::Error::from)?;
        let (sender, events) = mpsc::channel(EVENTS_AHEAD);
        let stop = Arc::new(Notify::new());
        let stopped = Arc::clone(&stop);
        let runtime = tokio::runtime::Builder::new_current_thread().build()?;
        std::thread::Builder::new()
            .name("keys".to_owned())
            .spawn(move || runtime.block_on(read(sender, &stopped)))?;
        Ok(Self {
            events,
            watch,
            stop,
        })
    }

    /// The next event; none once the terminal is gone.
    pub(crate) async fn next(&mut self) -> Option<Event> {
        loop {
            tokio::select! {
                biased;
                event = self.events.recv() => return event,
                ready = self.watch.ready(Interest::READABLE) => {
                    let Ok(mut ready) = ready else { return None };
                    if ready.ready().is_read_closed() {
                        return None;
                    }
                    ready.clear_ready();
                }
            }
        }
    }

    /// An event that is there already.
    pub(crate) fn waiting(&mut self) -> Option<Event> {
        self.events.try_recv().ok()
    }

    /// Whether bytes were typed that the reading thread has not taken yet.
    pub(crate) fn is_behind(&self) -> bool {
        rustix::io::ioctl_fionread(self.watch.get_ref()).is_ok_and(|bytes| bytes > 0)
    }

    /// Stops reading and waits for the thread, so that no key typed after us is lost; not for long, since it may be
    /// waiting for the rest of a half-sent key.
    pub(crate) async fn stop(mut self) {
        self.stop.notify_one();
        let ended = async { while self.events.recv().await.is_some() {} };
        let _ = tokio::time::timeout(STOP_WAIT, ended).await;
    }

    /// Leaves the thread behind, with nothing to read: on a closed terminal it would spin, not end.
    pub(crate) fn abandon(self) {
        self.stop.notify_one();
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
