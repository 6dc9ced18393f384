//! A run that is removed leaves its head, and the chain of runs still verifies.

use stepmark_journal::{
    Journal, Proof, Pruned, RunDirectory, Subject, previous, prune, pruned, verify,
};
use tempfile::TempDir;

use crate::common::{at, create, finished, root, started_after};

fn runs(count: usize) -> (TempDir, Vec<RunDirectory>) {
    let (parent, root) = root();
    let run = |_| {
        let link = previous(&root);
        let journal = Journal::start(create(&root)).expect("a thread");
        let directory = journal.directory().clone();
        let events = vec![(at(1), started_after(link)), (at(2), finished())];
        journal.append(events).unwrap();
        journal.close().unwrap();
        directory
    };
    let runs = (0..count).map(run).collect();
    (parent, runs)
}

fn proof(directory: &RunDirectory, subject: Subject) -> Proof {
    let checks = verify(directory, None).checks;
    let found = checks.into_iter().find(|check| check.subject == subject);
    found.unwrap().proof
}

#[test]
fn pruned_runs_keep_their_links() {
    let (_parent, runs) = runs(4);
    let root = runs[0].path().parent().unwrap();
    for run in &runs[..2] {
        let Pruned::Removed(line) = prune(run, "ana@db1", at(9)).unwrap() else {
            panic!("it was kept");
        };
        assert_eq!((&line.run, line.records), (run.run(), 2));
        assert!(!run.path().exists());
    }
    let Proof::Held { how } = proof(&runs[2], Subject::Previous) else {
        panic!("the link is lost");
    };
    assert!(how.contains("was pruned by ana@db1"), "{how}");
    assert!(matches!(
        proof(&runs[3], Subject::Previous),
        Proof::Held { .. }
    ));
    let (list, _) = pruned(root).unwrap();
    assert_eq!(list[1].previous.as_ref().unwrap().head, list[0].head);
    assert!(verify(&runs[2], None).is_sound());
}

#[test]
fn a_changed_or_shortened_list_of_pruned_runs_is_told() {
    let (_parent, runs) = runs(3);
    let root = runs[0].path().parent().unwrap();
    for run in &runs[..2] {
        prune(run, "ana", at(9)).unwrap();
    }
    let list = root.join("pruned.jsonl");
    let text = std::fs::read_to_string(&list).unwrap();
    let one = text.lines().next().unwrap();
    for changed in [
        text.replace("ana", "bob"),
        format!("{one}\n"),
        text.replacen(one, "", 1),
    ] {
        std::fs::write(&list, changed).unwrap();
        assert!(matches!(
            proof(&runs[2], Subject::Previous),
            Proof::Broken { .. }
        ));
    }
    std::fs::remove_file(&list).unwrap();
    assert!(matches!(
        proof(&runs[2], Subject::Previous),
        Proof::Broken { .. }
    ));
    std::fs::write(&list, format!("{text}{{\"v\":1,\"at\"")).unwrap();
    assert!(matches!(
        proof(&runs[2], Subject::Previous),
        Proof::Held { .. }
    ));
}

#[test]
fn what_is_unfinished_running_or_damaged_is_never_pruned() {
    let (_parent, runs) = runs(1);
    let text = std::fs::read_to_string(runs[0].journal()).unwrap();
    let cut = text.split_inclusive('\n').next().unwrap();
    for content in [cut.to_owned(), text.replacen("ana", "bob", 1)] {
        std::fs::write(runs[0].journal(), content).unwrap();
        let kept = prune(&runs[0], "ana", at(9)).unwrap();
        assert!(matches!(kept, Pruned::Kept { .. }), "{kept:?}");
    }
    std::fs::write(runs[0].journal(), text).unwrap();
    let (held, _) = runs[0].take_up(at(9)).unwrap();
    let kept = prune(&runs[0], "ana", at(9)).unwrap();
    assert_eq!(
        kept,
        Pruned::Kept {
            why: "it is still running".to_owned()
        }
    );
    drop(held);
    assert!(runs[0].path().exists());
}

#[test]
fn a_run_that_was_copied_away_alone_cannot_say_where_the_one_before_is() {
    let (_parent, runs) = runs(2);
    let elsewhere = TempDir::new().unwrap();
    let copy = elsewhere.path().join(runs[1].run().as_str());
    std::fs::rename(runs[1].path(), &copy).unwrap();
    let copy = RunDirectory::open(&copy).unwrap();
    assert!(matches!(
        proof(&copy, Subject::Previous),
        Proof::Unproven { .. }
    ));
    assert!(verify(&copy, None).is_sound());
}
