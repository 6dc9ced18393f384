//! A pooler between us and the server: it is noticed, and nothing is done by process ids that mean nothing.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicI32, Ordering};

use stepmark_core::runner::SqlStop;
use stepmark_engines::postgres::SessionEvent;

use crate::support::{Bench, Running};

/// What the pooler has given out, and what the server knows it as.
type Keys = Mutex<Vec<(i32, [u8; 8])>>;

/// CancelRequest and SSLRequest, as codes (protocol documentation, "Message Formats").
const CANCEL: i32 = 80_877_102;
const TLS: i32 = 80_877_103;

/// A pooler in transaction mode with one connection to the server for each of its clients and key data of its own.
/// Between transactions it takes another connection, so that clients change backends; it hands on cancel requests.
struct Pooler {
    url: String,
}

impl Pooler {
    fn before(bench: &Bench) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let own = listener.local_addr().unwrap().port();
        let keys = Arc::<Keys>::default();
        let server = format!("127.0.0.1:{}", bench.cluster.port());
        std::thread::spawn(move || {
            for client in listener.incoming() {
                let (server, known) = (server.clone(), Arc::clone(&keys));
                std::thread::spawn(move || serve(client.unwrap(), &server, &known));
            }
        });
        Self {
            url: format!("postgresql://postgres@127.0.0.1:{own}/{}", bench.database),
        }
    }
}

fn serve(mut client: TcpStream, server: &str, keys: &Keys) -> Option<()> {
    static NEXT: AtomicI32 = AtomicI32::new(1);
    let (code, startup) = loop {
        let startup = packet(&mut client)?;
        let code = i32::from_be_bytes(startup[4..8].try_into().unwrap());
        if code != TLS {
            break (code, startup);
        }
        client.write_all(b"N").unwrap();
    };
    if code == CANCEL {
        let pid = i32::from_be_bytes(startup[8..12].try_into().unwrap());
        let known = keys.lock().unwrap();
        let (_, real) = known.iter().rev().find(|(given, _)| *given == pid)?;
        let mut request = startup[..8].to_vec();
        request.extend_from_slice(real);
        let mut upstream = TcpStream::connect(server).unwrap();
        upstream.write_all(&request).unwrap();
        // The server closes once the signal is sent, and so do we.
        upstream.read_to_end(&mut Vec::new()).unwrap();
        return None;
    }
    let given = NEXT.fetch_add(1, Ordering::Relaxed);
    let mut upstream = TcpStream::connect(server).unwrap();
    upstream.write_all(&startup).unwrap();
    greet(&mut upstream, Some(&mut client), given, keys)?;
    while let Some(message) = message(&mut client) {
        if message[0] == b'X' {
            break;
        }
        upstream.write_all(&message).unwrap();
        loop {
            let answer = self::message(&mut upstream)?;
            let done = answer[0] == b'Z';
            client.write_all(&answer).ok()?;
            if !done {
                continue;
            }
            if answer[5] == b'I' {
                upstream = TcpStream::connect(server).unwrap();
                upstream.write_all(&startup).unwrap();
                greet(&mut upstream, None, given, keys)?;
            }
            break;
        }
    }
    drop(client.shutdown(Shutdown::Both));
    Some(())
}

/// Takes in what a server says up to its first ReadyForQuery; hands it on, but the key data.
fn greet(
    upstream: &mut TcpStream,
    mut client: Option<&mut TcpStream>,
    given: i32,
    keys: &Keys,
) -> Option<()> {
    loop {
        let mut said = message(upstream)?;
        if said[0] == b'K' {
            let real = said[5..13].try_into().unwrap();
            keys.lock().unwrap().push((given, real));
            said[5..9].copy_from_slice(&given.to_be_bytes());
            said[9..13].copy_from_slice(&[7; 4]);
        }
        if let Some(client) = &mut client {
            client.write_all(&said).ok()?;
        }
        if said[0] == b'Z' {
            return Some(());
        }
    }
}

/// A packet of the start: its length, and so much.
fn packet(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let mut bytes = vec![0; 4];
    stream.read_exact(&mut bytes).ok()?;
    let length = i32::from_be_bytes(bytes[..].try_into().unwrap());
    bytes.resize(usize::try_from(length).unwrap(), 0);
    stream.read_exact(&mut bytes[4..]).ok()?;
    Some(bytes)
}

/// A message: its type, its length, and so much.
fn message(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let mut kind = [0];
    stream.read_exact(&mut kind).ok()?;
    let mut bytes = kind.to_vec();
    bytes.extend(packet(stream)?);
    Some(bytes)
}

#[test]
fn a_pooler_is_noticed_at_every_connect() {
    let bench = Bench::new("pooler");
    let pooler = Pooler::before(&bench);
    for _ in 0..100 {
        assert!(Running::open(&pooler.url).identity.pooler);
    }
    for _ in 0..100 {
        assert!(!bench.open().identity.pooler);
    }
}

#[test]
fn positions_are_told_through_a_pooler_and_no_backend_is_guessed_at() {
    let bench = Bench::new("poolerwatch");
    let pooler = Pooler::before(&bench);
    let running = Running::open(&pooler.url);
    running.run("create table t (a int);").succeeded();
    while running.run("select 1;").ended.positions.after.is_none() {}
    assert_ne!(
        running.run("select pg_backend_pid() as a;").printed,
        running.run("select pg_backend_pid() as a;").printed,
        "each transaction has another backend"
    );
    let other = bench.open();
    other.run("begin; lock table t;").succeeded();
    let started = running.start("select * from t;", None);
    let long_enough = "select count(*) > 0 from pg_stat_activity where datname = current_database() \
        and wait_event_type = 'Lock' and clock_timestamp() > query_start + interval '1200 ms'";
    bench.wait_until(long_enough);
    other.run("rollback;").succeeded();
    started.wait().succeeded();
    assert_eq!(Vec::<SessionEvent>::new(), running.seen());
}

#[test]
fn a_cancel_goes_through_a_pooler_and_the_last_one_ends_no_foreign_backend() {
    let bench = Bench::new("poolercancel");
    let pooler = Pooler::before(&bench);
    let running = Running::open(&pooler.url);
    let sleeps = "select count(*) = 1 from pg_stat_activity where datname = current_database() and state = 'active' and query like 'select pg_sleep%'";
    let started = running.start("select pg_sleep(600);", None);
    bench.wait_until(sleeps);
    running.session.cancel(1);
    assert_eq!(started.wait().error().sqlstate, "57014");
    let started = running.start("select pg_sleep(600);", None);
    bench.wait_until(sleeps);
    running.session.cancel(3);
    let stop = started.wait().ended.stop;
    assert!(
        matches!(&stop, Some(SqlStop::Lost { message, .. }) if message.contains("cut off")),
        "{stop:?}"
    );
    bench.ask("select pg_terminate_backend(pid) from pg_stat_activity where query like 'select pg_sleep%'");
}
