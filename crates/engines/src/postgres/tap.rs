//! The tap: a stream between TLS and tokio-postgres that reads along and keeps what that crate drops, see
//! [`Observed`]. It also carries COPY for the simple query protocol, which tokio-postgres cannot: CopyData from the
//! server becomes rows of one column (in order with all else, held back like all else), and the server's wish for
//! data is answered here. Sends nothing else of its own, and never delays a byte.

mod copy_in;
mod copy_out;
mod observed;
mod scanner;
#[cfg(test)]
mod tests;

use std::future::Ready;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_postgres::tls::{ChannelBinding, TlsConnect, TlsStream};

use copy_in::CopyIn;
pub(crate) use observed::{Observed, ResultShape};
use scanner::Scanner;

use super::wire::{NOT_POSTGRES, Wire};

/// Bytes read at once while messages are being rewritten.
const REWRITE_BYTES: usize = 64 * 1024;

/// What the tap saw, shared between it and the session.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sightings(Arc<Mutex<Observed>>);

impl Sightings {
    /// Looks at it; the lock is held only by short, non-blocking work.
    pub(crate) fn look(&self) -> MutexGuard<'_, Observed> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The stream between TLS and tokio-postgres.
pub(crate) struct Tap<S = Wire> {
    inner: S,
    sightings: Sightings,
    scanner: Scanner,
    /// Rewritten bytes that tokio-postgres has not taken yet, and how many of them it has.
    rewritten: Vec<u8>,
    taken: usize,
    /// Where bytes are read to that are to be rewritten; empty before the first.
    raw: Vec<u8>,
    copy_in: Option<CopyIn>,
}

impl<S> Tap<S> {
    pub(crate) fn new(inner: S, sightings: Sightings) -> Self {
        Self {
            inner,
            sightings,
            scanner: Scanner::default(),
            rewritten: Vec::new(),
            taken: 0,
            raw: Vec::new(),
            copy_in: None,
        }
    }

    fn give(&mut self, buffer: &mut ReadBuf<'_>) {
        let waiting = &self.rewritten[self.taken..];
        let count = waiting.len().min(buffer.remaining());
        buffer.put_slice(&waiting[..count]);
        self.taken += count;
        if self.taken == self.rewritten.len() {
            self.rewritten.clear();
            self.taken = 0;
        }
    }

    /// Lets the scanner see `bytes`, which are dropped or rewritten as need be.
    fn rewrite(&mut self, bytes: &[u8]) {
        let mut observed = self
            .sightings
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        self.scanner
            .rewrite(bytes, &mut observed, &mut self.rewritten);
        if observed.copy_in_wanted {
            observed.copy_in_wanted = false;
            self.copy_in = Some(CopyIn::new(observed.copy_source.take()));
        }
        if observed.failed_in_copy {
            observed.failed_in_copy = false;
            if let Some(copy_in) = &mut self.copy_in {
                copy_in.give_up();
            }
        }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Tap<S> {
    fn drive_copy(&mut self, context: &mut Context<'_>) -> io::Result<()> {
        let Some(copy_in) = &mut self.copy_in else {
            return Ok(());
        };
        match copy_in.poll(Pin::new(&mut self.inner), context)? {
            Poll::Ready(()) => self.copy_in = None,
            Poll::Pending => {}
        }
        Ok(())
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncRead for Tap<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        loop {
            if !this.rewritten.is_empty() {
                this.give(buffer);
                return Poll::Ready(Ok(()));
            }
            this.drive_copy(context)?;
            if this.scanner.is_rewriting() {
                this.raw.resize(REWRITE_BYTES, 0);
                let mut raw = ReadBuf::new(&mut this.raw);
                std::task::ready!(Pin::new(&mut this.inner).poll_read(context, &mut raw))?;
                let read = raw.filled().len();
                if read == 0 {
                    return Poll::Ready(Ok(()));
                }
                let raw = std::mem::take(&mut this.raw);
                this.rewrite(&raw[..read]);
                this.raw = raw;
                continue;
            }
            let before = buffer.filled().len();
            std::task::ready!(Pin::new(&mut this.inner).poll_read(context, buffer))?;
            let read = &buffer.filled()[before..];
            if read.is_empty() {
                return Poll::Ready(Ok(()));
            }
            let seen = {
                let mut observed = this.sightings.look();
                let seen = this.scanner.watch(read, &mut observed);
                if observed.foreign {
                    return Poll::Ready(Err(io::Error::new(
                        io::ErrorKind::InvalidData,
                        NOT_POSTGRES,
                    )));
                }
                seen
            };
            if seen == read.len() {
                return Poll::Ready(Ok(()));
            }
            let rest = read[seen..].to_vec();
            buffer.set_filled(before + seen);
            this.rewrite(&rest);
            if seen > 0 {
                return Poll::Ready(Ok(()));
            }
        }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Tap<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().inner).poll_write(context, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_shutdown(context)
    }
}

impl TlsStream for Tap {
    fn channel_binding(&self) -> ChannelBinding {
        self.inner.channel_binding()
    }
}

/// Tells tokio-postgres that the stream it was given is encrypted already.
pub(crate) struct AlreadyEncrypted;

impl TlsConnect<Tap> for AlreadyEncrypted {
    type Stream = Tap;
    type Error = io::Error;
    type Future = Ready<io::Result<Tap>>;

    fn connect(self, stream: Tap) -> Self::Future {
        std::future::ready(Ok(stream))
    }
}
