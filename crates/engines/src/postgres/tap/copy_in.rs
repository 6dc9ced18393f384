//! Sends the data of a COPY FROM STDIN in CopyData messages. Does not look at the data.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use tokio::io::AsyncWrite;

/// Data bytes in one CopyData message.
const CHUNK_BYTES: usize = 64 * 1024;
/// What a COPY without data is told, and the server repeats.
const NO_DATA: &str = "COPY FROM STDIN needs its data in the fence, ended by a line \\.";

pub(super) struct CopyIn {
    source: Bytes,
    /// The message being written, and how much of it is out.
    message: Vec<u8>,
    written: usize,
    closing: bool,
}

impl CopyIn {
    /// Will send `source`; without one, tells the server that there is none.
    pub(super) fn new(source: Option<Bytes>) -> Self {
        let mut message = Vec::new();
        if source.is_none() {
            message.push(b'f');
            let length = u32::try_from(NO_DATA.len() + 5).expect("the text is short");
            message.extend_from_slice(&length.to_be_bytes());
            message.extend_from_slice(NO_DATA.as_bytes());
            message.push(0);
        }
        Self {
            closing: source.is_none(),
            source: source.unwrap_or_default(),
            message,
            written: 0,
        }
    }

    /// The server ended the COPY: finishes the message under way, as the stream needs, and sends no more.
    pub(super) fn give_up(&mut self) {
        self.closing = true;
        self.source.clear();
    }

    /// Writes as much as the socket takes; ready when all is out.
    pub(super) fn poll<W: AsyncWrite>(
        &mut self,
        mut wire: Pin<&mut W>,
        context: &mut Context<'_>,
    ) -> io::Result<Poll<()>> {
        loop {
            while self.written < self.message.len() {
                let rest = &self.message[self.written..];
                match wire.as_mut().poll_write(context, rest)? {
                    Poll::Ready(0) => return Err(io::ErrorKind::WriteZero.into()),
                    Poll::Ready(count) => self.written += count,
                    Poll::Pending => return Ok(Poll::Pending),
                }
            }
            if self.closing {
                return match wire.poll_flush(context)? {
                    Poll::Ready(()) => Ok(Poll::Ready(())),
                    Poll::Pending => Ok(Poll::Pending),
                };
            }
            self.refill();
        }
    }

    fn refill(&mut self) {
        self.message.clear();
        self.written = 0;
        if self.source.is_empty() {
            self.message.extend_from_slice(&[b'c', 0, 0, 0, 4]);
            self.closing = true;
            return;
        }
        let chunk = self.source.split_to(self.source.len().min(CHUNK_BYTES));
        let length = u32::try_from(chunk.len() + 4).expect("a chunk is small");
        self.message.push(b'd');
        self.message.extend_from_slice(&length.to_be_bytes());
        self.message.extend_from_slice(&chunk);
    }
}
