//! The byte stream to a server: TCP, Unix socket, or TLS over TCP. Does not know the protocol beyond the TLS request.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::{TcpSocket, TcpStream, UnixStream};
use tokio_postgres::tls::{ChannelBinding, MakeTlsConnect, TlsConnect, TlsStream};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::settings::Endpoint;

/// The request for TLS: length 8, code 80877103 (protocol documentation, "SSLRequest").
const TLS_REQUEST: [u8; 8] = [0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f];

/// Why a stream is given up that answers with something else.
pub(crate) const NOT_POSTGRES: &str =
    "what answers there does not speak PostgreSQL\u{2019}s protocol";

type Encrypted = <MakeRustlsConnect as MakeTlsConnect<TcpStream>>::Stream;

/// An open byte stream to a server.
pub(crate) enum Wire {
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
    Offered(MakeRustlsConnect),
    /// Asked for and insisted on.
    Required(MakeRustlsConnect),
}

impl Wire {
    /// Connects to one server, and encrypts as asked; a Unix socket never is. Sets the endpoint's address to the one
    /// that answered, so that a cancel request goes to the same server.
    pub(crate) async fn open(
        endpoint: &mut Endpoint,
        encryption: &Encryption,
        keepalives: bool,
    ) -> io::Result<Self> {
        if endpoint.is_socket() {
            return connect_unix(&endpoint.socket_path()).await.map(Self::Unix);
        }
        let stream = connect_tcp(endpoint, keepalives).await?;
        endpoint.address = Some(stream.peer_addr()?.ip());
        match encryption {
            Encryption::None => Ok(Self::Tcp(stream)),
            Encryption::Offered(tls) => encrypt(stream, endpoint, tls).await,
            Encryption::Required(tls) => match encrypt(stream, endpoint, tls).await? {
                Self::Tcp(_) => Err(io::Error::other(
                    "the server does not support encryption, but sslmode demands it",
                )),
                encrypted => Ok(encrypted),
            },
        }
    }

    /// Whether it is encrypted.
    pub(crate) fn is_encrypted(&self) -> bool {
        matches!(self, Self::Tls(_))
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

async fn connect_tcp(endpoint: &Endpoint, keepalives: bool) -> io::Result<TcpStream> {
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
        socket.set_keepalive(keepalives)?;
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

async fn encrypt(
    mut stream: TcpStream,
    endpoint: &Endpoint,
    tls: &MakeRustlsConnect,
) -> io::Result<Wire> {
    stream.write_all(&TLS_REQUEST).await?;
    match stream.read_u8().await? {
        b'S' => {}
        b'N' => return Ok(Wire::Tcp(stream)),
        _ => {
            return Err(io::Error::new(io::ErrorKind::InvalidData, NOT_POSTGRES));
        }
    }
    let mut tls = tls.clone();
    let connect = MakeTlsConnect::<TcpStream>::make_tls_connect(&mut tls, &endpoint.host)
        .map_err(io::Error::other)?;
    let encrypted = connect.connect(stream).await?;
    Ok(Wire::Tls(Box::new(encrypted)))
}

macro_rules! on_stream {
    ($wire:expr, $stream:ident => $call:expr) => {
        match $wire.get_mut() {
            Wire::Tcp($stream) => $call,
            Wire::Unix($stream) => $call,
            Wire::Tls($stream) => $call,
        }
    };
}

impl AsyncRead for Wire {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        on_stream!(self, stream => Pin::new(stream).poll_read(context, buffer))
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
        match self {
            Self::Tls(stream) => stream.channel_binding(),
            Self::Tcp(_) | Self::Unix(_) => ChannelBinding::none(),
        }
    }
}
