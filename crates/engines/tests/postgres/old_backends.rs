//! The backend of a lost session goes on with its statement: nothing runs beside it.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::mpsc;
use std::time::Duration;

use stepmark_core::runner::{OpenFailure, SqlStop};
use stepmark_engines::postgres::{Opening, Predecessor};

use crate::support::{Bench, Running, settings};

/// A way to the server that can be cut on our side only, as a network is: the server hears nothing of it until it writes.
struct Cut {
    url: String,
    client: mpsc::Receiver<TcpStream>,
}

impl Cut {
    fn before(bench: &Bench) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let own = listener.local_addr().unwrap().port();
        let (client_sender, client) = mpsc::channel();
        let address = format!("127.0.0.1:{}", bench.cluster.port());
        std::thread::spawn(move || {
            for accepted in listener.incoming() {
                let accepted = accepted.unwrap();
                let upstream = TcpStream::connect(&address).unwrap();
                // The session's own connection is the first; its observer's is not kept.
                drop(client_sender.send(accepted.try_clone().unwrap()));
                pump(accepted.try_clone().unwrap(), upstream.try_clone().unwrap());
                pump(upstream, accepted);
            }
        });
        Self {
            url: format!("postgresql://postgres@127.0.0.1:{own}/{}", bench.database),
            client,
        }
    }

    fn cut(&self) {
        self.client
            .recv()
            .unwrap()
            .shutdown(Shutdown::Both)
            .unwrap();
    }
}

fn pump(mut from: TcpStream, mut to: TcpStream) {
    std::thread::spawn(move || {
        let mut bytes = [0; 4096];
        while let Ok(count @ 1..) = from.read(&mut bytes) {
            if to.write_all(&bytes[..count]).is_err() {
                // Only now does whoever writes learn that nobody is there.
                drop(from.shutdown(Shutdown::Both));
            }
        }
    });
}

/// A session whose network died under a statement that waits for an advisory lock, which `holder` has.
fn lost(bench: &Bench, holder: &Running) -> Predecessor {
    holder.run("select pg_advisory_lock(7);").succeeded();
    let cut = Cut::before(bench);
    let running = Running::open(&cut.url);
    let started = running.start("select pg_advisory_lock(7); -- migrating", None);
    bench.wait_until(&format!(
        "select wait_event_type = 'Lock' from pg_stat_activity where pid = {}",
        running.identity.backend_pid
    ));
    cut.cut();
    let stop = started.wait().ended.stop;
    assert!(matches!(stop, Some(SqlStop::Lost { .. })), "{stop:?}");
    let alive = format!(
        "select count(*) = 1 from pg_stat_activity where pid = {}",
        running.identity.backend_pid
    );
    assert_eq!(bench.ask(&alive), "t", "the server knows nothing of it");
    Predecessor::of(&running.identity).unwrap()
}

fn open_after(
    bench: &Bench,
    predecessor: &Predecessor,
    change: impl FnOnce(&mut Opening),
) -> Result<Running, OpenFailure> {
    let mut opening = Opening {
        predecessor: Some(predecessor.clone()),
        ..Opening::named("stepmark next")
    };
    change(&mut opening);
    Running::try_open_for(settings(&bench.url, &|_| None), opening)
}

#[test]
fn the_next_session_waits_until_the_lost_one_is_gone() {
    let bench = Bench::new("oldwaits");
    let holder = bench.open();
    let predecessor = lost(&bench, &holder);
    let gone = format!(
        "select count(*) = 0 from pg_stat_activity where pid = {}",
        predecessor.backend_pid
    );
    std::thread::scope(|scope| {
        let opened = scope.spawn(|| open_after(&bench, &predecessor, |_| {}).map(drop));
        bench.wait_until("select count(*) = 1 from pg_stat_activity where application_name = 'stepmark next' and query like '%to_char(a.backend_start%' and state = 'idle'");
        assert!(!opened.is_finished());
        holder.run("select pg_advisory_unlock(7);").succeeded();
        opened.join().unwrap().unwrap();
        assert_eq!(bench.ask(&gone), "t");
    });
}

#[test]
fn a_lost_session_that_stays_is_named_with_what_it_does_and_how_to_end_it() {
    let bench = Bench::new("oldstays");
    let holder = bench.open();
    let predecessor = lost(&bench, &holder);
    let short = |opening: &mut Opening| opening.predecessor_patience = Duration::from_millis(500);
    let failure = open_after(&bench, &predecessor, short).err().unwrap();
    let pid = predecessor.backend_pid;
    let start =
        format!("the lost session (backend {pid}) is still at work on the server, active for ");
    assert!(failure.message.starts_with(&start), "{}", failure.message);
    assert!(
        failure.message.ends_with(": select pg_advisory_lock(7);"),
        "{}",
        failure.message
    );
    let hint = failure.hint.unwrap();
    assert!(
        hint.ends_with(&format!("select pg_terminate_backend({pid})")),
        "{hint}"
    );
    let given_up = open_after(&bench, &predecessor, |opening| opening.given_up.give_up());
    assert!(given_up.is_err(), "whoever gives up does not wait");
    bench.ask(&format!("select pg_terminate_backend({pid})"));
    open_after(&bench, &predecessor, |_| {}).unwrap();
}

#[test]
fn another_backend_with_the_same_pid_is_no_obstacle() {
    let bench = Bench::new("oldreused");
    let other = bench.open();
    let reused = Predecessor {
        backend_pid: other.identity.backend_pid,
        backend_start: "2001-01-01 00:00:00.000000".to_owned(),
    };
    open_after(&bench, &reused, |_| {}).unwrap();
    let same = Predecessor::of(&other.identity).unwrap();
    let impatient = |opening: &mut Opening| opening.predecessor_patience = Duration::ZERO;
    assert!(open_after(&bench, &same, impatient).is_err());
}
