//! The byte stream to a server: TCP, Unix socket, or TLS over TCP. Does not know the protocol beyond the TLS request and
//! what the server asks for to authenticate.

mod authentication;
mod sieve;

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::{TcpSocket, TcpStream, UnixStream};
use tokio_postgres::tls::{ChannelBinding, MakeTlsConnect, TlsConnect, TlsStream};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::settings::{Endpoint, RequiredAuthentication, SocketOptions};
use super::tap::Sightings;
use super::tls::Tls;
use authentication::Gate;
use sieve::Sieve;
pub(crate) use sieve::VALUE_BYTES_MAX;

/// The request for TLS: length 8, code 80877103 (protocol documentation, "SSLRequest").
const TLS_REQUEST: [u8; 8] = [0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f];

/// Why a stream is given up that answers with something else.
pub(crate) const NOT_POSTGRES: &str =
    "what answers there does not speak PostgreSQL\u{2019}s protocol";

type Encrypted = <MakeRustlsConnect as MakeTlsConnect<TcpStream>>::Stream;

/// An open byte stream to a server.
pub(crate) struct Wire {
    stream: Stream,
    /// Who watches what the server asks for, until it has let us in.
    gate: Option<Gate>,
    /// Who keeps what the server sends within bounds.
    sieve: Sieve,
}

enum Stream {
    Tcp(TcpStream),
    Unix(UnixStream),
    Tls(Box<Encrypted>),
}

/// What to do about encryption on one attempt to connect.
#[derive(Clone)]
pub(crate) enum Encryption {
    /// None is asked for.
    None,
    /// Asked for; goes on without when the server has none.
    Offered(Tls),
    /// Asked for and insisted on.
    Required(Tls),
}

impl Encryption {
    /// How it is encrypted, if it may be.
    pub(crate) fn tls(&self) -> Option<&Tls> {
        match self {
            Self::None => None,
            Self::Offered(tls) | Self::Required(tls) => Some(tls),
        }
    }
}

/// Why there is no stream.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WireError {
    /// Nothing answers, or something else than a server.
    #[error(transparent)]
    Open(#[from] io::Error),
    /// The two did not agree on encryption.
    #[error(transparent)]
    Handshake(io::Error),
}

impl From<WireError> for io::Error {
    fn from(error: WireError) -> Self {
        match error {
            WireError::Open(error) | WireError::Handshake(error) => error,
        }
    }
}

impl Wire {
    /// Connects to one server, and encrypts as asked; a Unix socket never is. Sets the endpoint's address to the one
    /// that answered, so that a cancel request goes to the same server.
    pub(crate) async fn open(
        endpoint: &mut Endpoint,
        encryption: &Encryption,
        options: &SocketOptions,
    ) -> Result<Self, WireError> {
        if endpoint.is_socket() {
            let stream = connect_unix(&endpoint.socket_path()).await?;
            return Ok(Self::of(Stream::Unix(stream)));
        }
        let stream = connect_tcp(endpoint, options).await?;
        endpoint.address = Some(stream.peer_addr()?.ip());
        let stream = match encryption {
            Encryption::None => Stream::Tcp(stream),
            Encryption::Offered(tls) => encrypt(stream, endpoint, tls).await?,
            Encryption::Required(tls) => match encrypt(stream, endpoint, tls).await? {
                Stream::Tcp(_) => {
                    return Err(WireError::Open(io::Error::new(
                        io::ErrorKind::Unsupported,
                        "the server does not support encryption, but sslmode demands it",
                    )));
                }
                encrypted => encrypted,
            },
        };
        Ok(Self::of(stream))
    }

    fn of(stream: Stream) -> Self {
        Self {
            stream,
            gate: None,
            sieve: Sieve::new(Sightings::default()),
        }
    }

    /// The same, failing once the server asks for another way to authenticate than these.
    pub(crate) fn requiring(mut self, required: Option<&RequiredAuthentication>) -> Self {
        self.gate = required.cloned().map(Gate::new);
        self
    }

    /// The same, noting what was changed of the server's messages in `sightings`.
    pub(crate) fn noting(mut self, sightings: &Sightings) -> Self {
        self.sieve = Sieve::new(sightings.clone());
        self
    }

    /// Whether it is encrypted.
    pub(crate) fn is_encrypted(&self) -> bool {
        matches!(self.stream, Stream::Tls(_))
    }
}

async fn connect_unix(path: &str) -> io::Result<UnixStream> {
    #[cfg(target_os = "linux")]
    if let Some(name) = path.strip_prefix('@') {
        use std::os::linux::net::SocketAddrExt as _;
        let address = std::os::unix::net::SocketAddr::from_abstract_name(name)?;
        let stream = std::os::unix::net::UnixStream::connect_addr(&address)?;
        stream.set_nonblocking(true)?;
        return UnixStream::from_std(stream);
    }
    UnixStream::connect(path).await
}

async fn connect_tcp(endpoint: &Endpoint, options: &SocketOptions) -> io::Result<TcpStream> {
    let addresses: Vec<_> = match endpoint.address {
        Some(address) => vec![(address, endpoint.port).into()],
        None => tokio::net::lookup_host((endpoint.host.as_str(), endpoint.port))
            .await?
            .collect(),
    };
    let mut failure = io::Error::new(io::ErrorKind::NotFound, "the host name has no address");
    for address in addresses {
        let socket = match address {
            std::net::SocketAddr::V4(_) => TcpSocket::new_v4()?,
            std::net::SocketAddr::V6(_) => TcpSocket::new_v6()?,
        };
        set(&socket, options)?;
        match socket.connect(address).await {
            Ok(stream) => {
                stream.set_nodelay(true)?;
                return Ok(stream);
            }
            Err(error) => failure = error,
        }
    }
    Err(failure)
}

fn set(socket: &TcpSocket, options: &SocketOptions) -> io::Result<()> {
    use rustix::net::sockopt;

    if let Some(milliseconds) = options.user_timeout {
        #[cfg(target_os = "linux")]
        sockopt::set_tcp_user_timeout(socket, milliseconds)?;
        #[cfg(not(target_os = "linux"))]
        let _ = milliseconds;
    }
    socket.set_keepalive(options.keepalives)?;
    if !options.keepalives {
        return Ok(());
    }
    if let Some(idle) = options.idle {
        sockopt::set_tcp_keepidle(socket, idle)?;
    }
    if let Some(interval) = options.interval {
        sockopt::set_tcp_keepintvl(socket, interval)?;
    }
    if let Some(count) = options.count {
        sockopt::set_tcp_keepcnt(socket, count)?;
    }
    Ok(())
}

async fn encrypt(
    mut stream: TcpStream,
    endpoint: &Endpoint,
    tls: &Tls,
) -> Result<Stream, WireError> {
    if !tls.direct {
        stream.write_all(&TLS_REQUEST).await?;
        match stream.read_u8().await? {
            b'S' => {}
            b'N' => return Ok(Stream::Tcp(stream)),
            _ => {
                let error = io::Error::new(io::ErrorKind::InvalidData, NOT_POSTGRES);
                return Err(error.into());
            }
        }
    }
    let mut connector = tls.connector.clone();
    let connect = MakeTlsConnect::<TcpStream>::make_tls_connect(&mut connector, &endpoint.host)
        .map_err(|error| WireError::Handshake(io::Error::other(error)))?;
    let encrypted = connect
        .connect(stream)
        .await
        .map_err(WireError::Handshake)?;
    Ok(Stream::Tls(Box::new(encrypted)))
}

macro_rules! on_stream {
    ($wire:expr, $stream:ident => $call:expr) => {
        match &mut $wire.get_mut().stream {
            Stream::Tcp($stream) => $call,
            Stream::Unix($stream) => $call,
            Stream::Tls($stream) => $call,
        }
    };
}

/// Bytes read at once while messages are being changed.
const SIEVE_BYTES: usize = 32 * 1024;

impl Wire {
    /// Reads what goes on as it is in place, and the rest by way of the sieve. Nothing read is the end.
    fn poll_sifted(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        loop {
            let waiting = self.sieve.waiting();
            if !waiting.is_empty() {
                let count = waiting.len().min(buffer.remaining());
                buffer.put_slice(&waiting[..count]);
                self.sieve.gave(count);
                return Poll::Ready(Ok(()));
            }
            if !self.sieve.is_passing() {
                let mut bytes = [0; SIEVE_BYTES];
                let mut raw = ReadBuf::new(&mut bytes);
                std::task::ready!(self.as_mut().poll_stream(context, &mut raw))?;
                if raw.filled().is_empty() {
                    return Poll::Ready(Ok(()));
                }
                self.sieve.take(raw.filled())?;
                continue;
            }
            let before = buffer.filled().len();
            std::task::ready!(self.as_mut().poll_stream(context, buffer))?;
            let read = &buffer.filled()[before..];
            let passed = self.sieve.scan(read)?;
            if passed == read.len() {
                return Poll::Ready(Ok(()));
            }
            self.sieve.take(&read[passed..])?;
            buffer.set_filled(before + passed);
            if passed > 0 {
                return Poll::Ready(Ok(()));
            }
        }
    }

    fn poll_stream(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        on_stream!(self, stream => Pin::new(stream).poll_read(context, buffer))
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let polled = self.as_mut().poll_sifted(context, buffer);
        if let Some(gate) = &mut self.gate
            && gate.watch(&buffer.filled()[before..])?
        {
            self.gate = None;
        }
        polled
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        on_stream!(self, stream => Pin::new(stream).poll_write(context, bytes))
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        on_stream!(self, stream => Pin::new(stream).poll_flush(context))
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        on_stream!(self, stream => Pin::new(stream).poll_shutdown(context))
    }
}

impl TlsStream for Wire {
    fn channel_binding(&self) -> ChannelBinding {
        match &self.stream {
            Stream::Tls(stream) => stream.channel_binding(),
            Stream::Tcp(_) | Stream::Unix(_) => ChannelBinding::none(),
        }
    }
}
