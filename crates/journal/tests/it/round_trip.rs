//! What is recorded is what is read, also when it is much.

use stepmark_core::record::Record;
use stepmark_journal::{Journal, Tail, read_each};

use crate::common::{at, create, note, root, started};

#[test]
fn a_hundred_thousand_records_come_back_as_they_went() {
    let (_parent, root) = root();
    let journal = Journal::start(create(&root)).expect("a thread");
    let mut written = journal.append(vec![(at(0), started())]).unwrap();
    for batch in 0..100 {
        let events = (0..1000)
            .map(|n| (at(batch * 1000 + n), note(&format!("{batch} {n} \u{e9}"))))
            .collect();
        written.extend(journal.append(events).unwrap());
    }
    let head = journal.close().unwrap();
    let directory = stepmark_journal::RunDirectory::latest(&root)
        .unwrap()
        .unwrap();
    let mut expected = written.iter();
    let summary = read_each(&directory.journal(), |record: Record, _| {
        assert_eq!(Some(&record), expected.next());
    })
    .unwrap();
    assert_eq!(expected.next(), None);
    assert_eq!(summary.head, head);
    assert_eq!(summary.head.seq, 100_001);
    assert_eq!(summary.tail, Tail::Whole);
}

#[test]
fn a_batch_is_one_sync_and_a_step_two() {
    let (_parent, root) = root();
    let journal = Journal::start(create(&root)).expect("a thread");
    journal.append(vec![(at(0), started())]).unwrap();
    let before = journal.syncs();
    let length = || {
        std::fs::metadata(journal.directory().journal())
            .unwrap()
            .len()
    };
    let begins = length();
    journal
        .append((0..3).map(|n| (at(n), note("one of few"))).collect())
        .unwrap();
    assert_eq!(
        (begins / 4096, journal.syncs() - before),
        (length() / 4096, 1)
    );

    // A record on two pages is synced before the next, so that no cut leaves a whole record behind a hole.
    let (before, begins) = (journal.syncs(), length());
    journal
        .append((0..50).map(|n| (at(n), note("one of many"))).collect())
        .unwrap();
    let pages = length() / 4096 - begins / 4096;
    assert!(pages > 1);
    assert_eq!(journal.syncs() - before, pages + 1);

    let before = journal.syncs();
    journal
        .append_intent(vec![(at(1), crate::common::intent("a"))], 0, 0)
        .unwrap();
    let output = journal.output(crate::common::id("a"), 1);
    output.write("short\n".to_owned());
    let summary = output.finish().unwrap();
    journal
        .append(vec![(at(2), crate::common::outcome("a", summary))])
        .unwrap();
    assert_eq!(journal.syncs() - before, 2);
}

#[test]
fn an_empty_batch_costs_nothing() {
    let (_parent, root) = root();
    let journal = Journal::start(create(&root)).expect("a thread");
    let before = journal.syncs();
    assert_eq!(journal.append(Vec::new()).unwrap(), Vec::new());
    assert_eq!(journal.syncs(), before);
}

#[test]
fn threads_share_a_journal_without_a_gap() {
    let (_parent, root) = root();
    let journal = Journal::start(create(&root)).expect("a thread");
    journal.append(vec![(at(0), started())]).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for n in 0..20 {
                    journal
                        .append(vec![(at(n), note("from a thread"))])
                        .unwrap();
                }
            });
        }
    });
    assert_eq!(journal.directory().read().unwrap().records.len(), 81);
}
