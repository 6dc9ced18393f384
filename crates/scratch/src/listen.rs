//! Where a cluster accepts connections.

/// Where a cluster accepts connections, besides its private Unix socket.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Listen {
    /// Only on the Unix socket, which nobody but the owner can reach.
    #[default]
    Socket,
    /// Also on 127.0.0.1, on a free port. Every local user can then connect as `postgres` without a password.
    Loopback,
}
