//! Reads a step's pipes until it ends, and a little longer. Has a thread of its own, so that a slow sink holds back the step
//! but neither its cancellation nor the news of its end.

use std::io::{self, PipeReader};
use std::os::fd::{AsRawFd as _, OwnedFd};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use stepmark_core::output::OutputSink;
use tokio::net::unix::pipe::Receiver;
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep_until};

use super::graces::Graces;
use super::interleaver::{Interleaver, Stream};
use super::watch::{Seen, Watch};
use crate::redact::Redactor;
use crate::sanitize::Held;

/// So much is read at once where a step writes much, and at first: most write less, and pages that are touched cost more then.
const READ_BYTES: usize = 128 * 1024;
const READ_BYTES_FIRST: usize = 4 * 1024;
/// What a step can write before it has to wait for us, as far as the system lets it: each wait is a change of process.
const PIPE_BYTES: libc::c_int = 512 * 1024;

/// What a pump is given.
pub(super) struct PumpWork {
    /// Standard output.
    pub(super) stdout: PipeReader,
    /// Standard error.
    pub(super) stderr: PipeReader,
    /// Where the text goes.
    pub(super) sink: Arc<dyn OutputSink>,
    /// Masks secrets in it.
    pub(super) redactor: Redactor,
    /// How long things are waited for.
    pub(super) graces: Graces,
    /// Counts what comes after the end.
    pub(super) bytes_late: Arc<AtomicU64>,
    /// Told when the step's process has exited.
    pub(super) exited: oneshot::Receiver<()>,
    /// Looks at standard output, before it is made safe to show.
    pub(super) watch: Watch,
    /// Tells that the last text has gone to the sink, and what was seen.
    pub(super) finished: oneshot::Sender<Seen>,
}

struct Source {
    stream: Stream,
    /// None after end of file.
    pipe: Option<Receiver>,
    /// Bytes that were in the pipe when the process exited, and are still to be read.
    owed: u64,
    flush_at: Option<Instant>,
    held_since: Option<Instant>,
}

/// Reads until both pipes are at their end, or the process has exited and its own output has been read; then goes on
/// reading and counting what a background process may still write, so that it is neither blocked nor killed by it.
pub(super) async fn pump(work: PumpWork) -> io::Result<()> {
    let mut sources = [
        Source::new(Stream::Output, work.stdout)?,
        Source::new(Stream::Error, work.stderr)?,
    ];
    let mut lines = Interleaver::new(work.sink, &work.redactor);
    let mut watch = work.watch;
    let mut buffer = vec![0; READ_BYTES_FIRST];
    let mut exited = work.exited;
    let mut give_up_at = None;
    while sources.iter().any(|source| source.pipe.is_some()) {
        let owed: u64 = sources.iter().map(|source| source.owed).sum();
        if owed == 0 && give_up_at.is_some_and(|at| at <= Instant::now()) {
            break;
        }
        let [output, error] = &mut sources;
        let wake_at = [output.flush_at, error.flush_at, give_up_at]
            .into_iter()
            .flatten()
            .min();
        tokio::select! {
            () = output.readable() => {
                let length = output.read(&mut buffer, &mut lines, work.graces)?;
                watch.push(&buffer[..length]);
                widen_if_full(&mut buffer, length);
            }
            () = error.readable() => {
                let length = error.read(&mut buffer, &mut lines, work.graces)?;
                widen_if_full(&mut buffer, length);
            }
            () = wait_until(wake_at) => {
                output.flush_if_due(&mut lines);
                error.flush_if_due(&mut lines);
            }
            _ = &mut exited, if give_up_at.is_none() => {
                give_up_at = Some(Instant::now() + work.graces.drain);
                output.note_owed()?;
                error.note_owed()?;
            }
        }
    }
    lines.finish(Stream::Output);
    lines.finish(Stream::Error);
    drop(lines);
    // Nobody listens any more when the run is being torn down.
    let _ = work.finished.send(watch.seen());
    count_late(sources, &mut buffer, &work.bytes_late).await
}

fn widen_if_full(buffer: &mut Vec<u8>, length: usize) {
    if length == buffer.len() {
        buffer.resize(READ_BYTES, 0);
    }
}

async fn count_late(
    mut sources: [Source; 2],
    buffer: &mut [u8],
    bytes_late: &AtomicU64,
) -> io::Result<()> {
    while sources.iter().any(|source| source.pipe.is_some()) {
        let [output, error] = &mut sources;
        let read = tokio::select! {
            () = output.readable() => output.take(buffer)?,
            () = error.readable() => error.take(buffer)?,
        };
        bytes_late.fetch_add(read.unwrap_or_default() as u64, Ordering::Relaxed);
    }
    Ok(())
}

impl Source {
    fn new(stream: Stream, pipe: PipeReader) -> io::Result<Self> {
        widen(&pipe);
        Ok(Self {
            stream,
            pipe: Some(Receiver::from_owned_fd(OwnedFd::from(pipe))?),
            owed: 0,
            flush_at: None,
            held_since: None,
        })
    }

    async fn readable(&self) {
        match &self.pipe {
            // An error shows again, and is told, when the pipe is read.
            Some(pipe) => drop(pipe.readable().await),
            None => std::future::pending().await,
        }
    }

    fn note_owed(&mut self) -> io::Result<()> {
        if let Some(pipe) = &self.pipe {
            self.owed = rustix::io::ioctl_fionread(pipe)?;
        }
        Ok(())
    }

    /// Reads once; none when there was nothing after all.
    fn take(&mut self, buffer: &mut [u8]) -> io::Result<Option<usize>> {
        let Some(pipe) = &self.pipe else {
            return Ok(None);
        };
        match pipe.try_read(buffer) {
            Ok(0) => {
                self.pipe = None;
                self.owed = 0;
                Ok(None)
            }
            Ok(length) => {
                self.owed = self.owed.saturating_sub(length as u64);
                Ok(Some(length))
            }
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted
                ) =>
            {
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// Reads once and hands it on; how much it was.
    fn read(
        &mut self,
        buffer: &mut [u8],
        lines: &mut Interleaver,
        graces: Graces,
    ) -> io::Result<usize> {
        let Some(length) = self.take(buffer)? else {
            return Ok(0);
        };
        lines.push(self.stream, &buffer[..length]);
        self.await_more(lines.held(self.stream), graces);
        Ok(length)
    }

    fn await_more(&mut self, held: Held, graces: Graces) {
        let now = Instant::now();
        self.flush_at = match held {
            Held::Nothing => None,
            Held::Line => Some(now + graces.line_idle),
            Held::Progress => {
                let since = *self.held_since.get_or_insert(now);
                Some((now + graces.progress_idle).min(since + graces.progress_held))
            }
        };
        if held != Held::Progress {
            self.held_since = None;
        }
    }

    fn flush_if_due(&mut self, lines: &mut Interleaver) {
        if self.flush_at.is_some_and(|at| at <= Instant::now()) {
            lines.flush(self.stream);
            self.flush_at = None;
            self.held_since = None;
        }
    }
}

/// Asks for a larger pipe. One that stays as it is only makes a step that floods slower.
fn widen(pipe: &PipeReader) {
    // SAFETY: it takes integers only, and the descriptor is open.
    unsafe {
        libc::fcntl(pipe.as_raw_fd(), libc::F_SETPIPE_SZ, PIPE_BYTES);
    }
}

async fn wait_until(at: Option<Instant>) {
    match at {
        Some(at) => sleep_until(at).await,
        None => sleep_until(Instant::now() + Duration::from_secs(3600)).await,
    }
}
