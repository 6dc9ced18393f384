//! The queue's limits and order.

use std::sync::mpsc::sync_channel;
use std::sync::{Arc, Barrier};

use stepmark_core::output::OutputId;
use stepmark_core::{Attempt, StepId};

use super::{CHUNK_BYTES_MAX, CHUNKS_MAX, Job, Queue};
use crate::output::Output;
use crate::{JournalError, locked};

fn output() -> Arc<Output> {
    let id = OutputId {
        step: StepId::new("a"),
        attempt: Attempt(1),
    };
    Arc::new(Output::new("nowhere".into(), &id, 1))
}

#[test]
fn a_writer_waits_when_too_much_waits() {
    for (chunk, chunks_max) in [
        ("x".to_owned(), CHUNKS_MAX),
        ("x".repeat(CHUNK_BYTES_MAX / 4), 4),
    ] {
        let queue = Queue::default();
        let output = output();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                for _ in 0..10 * chunks_max {
                    queue
                        .give(Job::Text(Arc::clone(&output), chunk.clone()))
                        .unwrap();
                }
                queue.end();
            });
            let mut taken = 0;
            loop {
                assert!(locked(&queue.waiting).output.len() <= chunks_max);
                match queue.take() {
                    Some(Job::Text(_, text)) => taken += text.len() / chunk.len(),
                    Some(_) => unreachable!(),
                    None => break,
                }
            }
            assert_eq!(taken, 10 * chunks_max);
        });
    }
}

#[test]
fn records_come_before_output_that_waited_longer() {
    let queue = Queue::default();
    let output = output();
    let (close, _answer) = sync_channel(1);
    let (append, _answer) = sync_channel(1);
    queue
        .give(Job::Text(Arc::clone(&output), "a".to_owned()))
        .unwrap();
    queue
        .give(Job::Text(Arc::clone(&output), "b".to_owned()))
        .unwrap();
    queue.give(Job::Append(Vec::new(), append)).unwrap();
    queue.give(Job::Close(close)).unwrap();
    assert!(matches!(queue.take(), Some(Job::Append(..))));
    assert!(matches!(queue.take(), Some(Job::Text(_, text)) if text == "ab"));
    assert!(matches!(queue.take(), Some(Job::Close(_))));
    assert!(queue.take().is_none());
}

#[test]
fn nobody_waits_for_a_thread_that_is_gone() {
    let queue = Queue::default();
    let output = output();
    let filled = Barrier::new(2);
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            for _ in 0..CHUNKS_MAX {
                queue
                    .give(Job::Text(Arc::clone(&output), "x".to_owned()))
                    .unwrap();
            }
            filled.wait();
            queue.give(Job::Text(Arc::clone(&output), "x".to_owned()))
        });
        filled.wait();
        let (reply, answer) = sync_channel(1);
        queue.give(Job::Finish(Arc::clone(&output), reply)).unwrap();
        queue.abandon();
        assert!(answer.recv().is_err());
        assert_eq!(writer.join().unwrap(), Err(JournalError::Closed));
    });
}
