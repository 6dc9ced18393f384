//! Making, finding and locking run directories.

use std::io;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

use stepmark_journal::{DirectoryError, Journal, RunDirectory, previous};

use crate::common::failing_disk::{FailingDisk, Fault, Kind, Lasts};
use crate::common::{RUNBOOK, at, create, note, root, run_of, started};

fn mode(path: &Path) -> u32 {
    path.metadata().unwrap().permissions().mode() & 0o777
}

#[test]
fn a_run_directory_is_private_and_complete() {
    let (parent, root) = root();
    let held = create(&root);
    let directory = held.directory();
    assert!(directory.run().as_str().starts_with("20261120T021405Z-"));
    assert_eq!(std::fs::read(directory.runbook()).unwrap(), RUNBOOK);
    assert_eq!(
        std::fs::read(parent.path().join(".stepmark/.gitignore")).unwrap(),
        b"*\n"
    );
    for path in [
        directory.path().to_owned(),
        directory.outputs(),
        directory.locks(),
        directory.state(),
    ] {
        assert_eq!(mode(&path), 0o700, "{}", path.display());
    }
    for path in [
        directory.journal(),
        directory.runbook(),
        directory.locks().join("run"),
    ] {
        assert_eq!(mode(&path), 0o600, "{}", path.display());
    }
}

#[test]
fn a_log_directory_of_the_users_gets_no_gitignore() {
    let parent = tempfile::TempDir::new().unwrap();
    create(&parent.path().join("logs/book"));
    assert!(!parent.path().join("logs/.gitignore").exists());
    assert!(!parent.path().join(".gitignore").exists());
}

#[test]
fn runs_of_one_second_sort_as_they_were_begun() {
    let (_parent, root) = root();
    let begun: Vec<_> = (0..200)
        .map(|_| create(&root).directory().clone())
        .collect();
    assert_eq!(RunDirectory::list(&root).unwrap(), begun);
    assert_eq!(RunDirectory::latest(&root).unwrap().as_ref(), begun.last());
}

#[test]
fn no_directory_means_no_runs() {
    let (_parent, root) = root();
    assert_eq!(RunDirectory::list(&root).unwrap(), Vec::new());
    assert_eq!(previous(&root), None);
}

#[test]
fn foreign_names_are_no_runs() {
    let (_parent, root) = root();
    let held = create(&root);
    for name in [
        "20261120T021405Z-xyzxyz",
        "notes",
        "20261120-021405Z-7f3a9c",
        "20261120T021405Z",
    ] {
        std::fs::create_dir(root.join(name)).unwrap();
    }
    std::fs::write(root.join("20261120T021405Z-7f3a9c"), "a file").unwrap();
    assert_eq!(
        RunDirectory::list(&root).unwrap(),
        [held.directory().clone()]
    );
    assert!(RunDirectory::open(&root.join("notes")).is_err());
    assert!(RunDirectory::open(&root.join("nowhere")).is_err());
    assert!(RunDirectory::open(held.directory().path()).is_ok());
}

#[test]
fn the_previous_run_is_the_newest_that_has_a_record() {
    let (_parent, root) = root();
    let journal = Journal::start(create(&root)).expect("a thread");
    journal
        .append(vec![(at(0), started()), (at(1), note("last"))])
        .unwrap();
    let run = journal.run().clone();
    let head = journal.close().unwrap();
    drop(create(&root));
    let link = previous(&root).unwrap();
    assert_eq!((link.run, link.head), (run, head.hash));
}

#[test]
fn the_previous_run_is_found_behind_a_torn_tail_and_a_long_line() {
    let (_parent, directory) = run_of(3);
    let root = directory.path().parent().unwrap();
    let (held, _) = directory.take_up(at(9)).unwrap();
    let journal = Journal::start(held).expect("a thread");
    journal
        .append(vec![(at(9), note(&"x".repeat(1 << 20)))])
        .unwrap();
    let head = journal.close().unwrap();
    assert_eq!(previous(root).unwrap().head, head.hash);
    let mut bytes = std::fs::read(directory.journal()).unwrap();
    bytes.extend(b"{\"v\":1,\"seq\":5,\"at\"");
    std::fs::write(directory.journal(), bytes).unwrap();
    assert_eq!(previous(root).unwrap().head, head.hash);
}

#[test]
fn a_second_runner_is_refused_and_the_first_is_seen() {
    let (_parent, root) = root();
    let journal = Journal::start(create(&root)).expect("a thread");
    let directory = journal.directory().clone();
    journal.append(vec![(at(0), started())]).unwrap();
    assert!(directory.is_locked());
    let refused = directory.take_up(at(1)).err().unwrap();
    assert!(
        matches!(refused, DirectoryError::Locked { .. }),
        "{refused}"
    );
    journal.append(vec![(at(1), note("undisturbed"))]).unwrap();
    journal.close().unwrap();
    assert!(!directory.is_locked());
    let (held, reading) = directory.take_up(at(2)).unwrap();
    assert_eq!(reading.records.len(), 2);
    assert!(directory.is_locked());
    drop(held);
    assert!(!directory.is_locked());
}

#[test]
fn probes_do_not_keep_a_runner_out() {
    let (_parent, directory) = run_of(3);
    std::thread::scope(|scope| {
        let (stop, stopped) = std::sync::mpsc::channel::<()>();
        let probed = directory.clone();
        scope.spawn(move || {
            while matches!(
                stopped.try_recv(),
                Err(std::sync::mpsc::TryRecvError::Empty)
            ) {
                probed.is_locked();
            }
        });
        for n in 0..50 {
            directory.take_up(at(n)).unwrap();
        }
        drop(stop);
    });
}

#[test]
fn an_unwritable_root_is_named_with_the_reason() {
    let parent = tempfile::TempDir::new().unwrap();
    let file = parent.path().join("file");
    std::fs::write(&file, "in the way").unwrap();
    let error = RunDirectory::create(&file.join("book"), at(0), RUNBOOK)
        .err()
        .unwrap();
    assert_eq!(
        error.to_string(),
        format!(
            "cannot write the run's log at {}: not a directory",
            file.display()
        )
    );
    assert_eq!(error.hint(), "give another place with --log-dir");
}

#[test]
fn a_refused_permission_is_named_with_the_path() {
    let (_parent, root) = root();
    let fault = Fault {
        call: 0,
        lasts: Lasts::Once,
        kind: Kind::Error(io::ErrorKind::PermissionDenied),
    };
    std::fs::create_dir_all(root.parent().unwrap()).unwrap();
    let calls_before_root = root.components().count() - 1;
    let disk = FailingDisk::new(Some(Fault {
        call: calls_before_root + 1,
        ..fault
    }));
    let error = RunDirectory::create_on(disk, &root, at(0), RUNBOOK)
        .err()
        .unwrap();
    assert!(
        error.to_string().starts_with(&format!(
            "cannot write the run's log at {}",
            root.parent().unwrap().display()
        )),
        "{error}"
    );
    assert!(
        error.to_string().ends_with(": permission denied"),
        "{error}"
    );
}

#[test]
fn links_in_the_way_are_refused() {
    let parent = tempfile::TempDir::new().unwrap();
    let elsewhere = parent.path().join("elsewhere");
    std::fs::create_dir_all(elsewhere.join("book")).unwrap();
    let stepmark = parent.path().join(".stepmark");
    symlink(&elsewhere, &stepmark).unwrap();
    let refused = RunDirectory::create(&stepmark.join("book"), at(0), RUNBOOK)
        .err()
        .unwrap();
    assert!(
        matches!(refused, DirectoryError::Symlink { .. }),
        "{refused}"
    );

    let link = elsewhere.join("linked");
    symlink(elsewhere.join("book"), &link).unwrap();
    let refused = RunDirectory::create(&link, at(0), RUNBOOK).err().unwrap();
    assert!(
        matches!(refused, DirectoryError::Symlink { .. }),
        "{refused}"
    );
    assert_eq!(
        std::fs::read_dir(elsewhere.join("book")).unwrap().count(),
        0
    );
}

#[test]
fn a_journal_that_is_a_link_or_a_fifo_is_not_read() {
    let (_parent, directory) = run_of(3);
    let moved = directory.path().join("moved");
    std::fs::rename(directory.journal(), &moved).unwrap();
    symlink(&moved, directory.journal()).unwrap();
    assert!(directory.read().is_err());
    assert!(directory.take_up(at(0)).is_err());
    std::fs::remove_file(directory.journal()).unwrap();
    rustix::fs::mknodat(
        rustix::fs::CWD,
        directory.journal(),
        rustix::fs::FileType::Fifo,
        rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR,
        0,
    )
    .unwrap();
    assert!(directory.read().is_err());
}

#[test]
fn whatever_fails_nothing_half_made_stays() {
    let count = |path: &Path| std::fs::read_dir(path).unwrap().count();
    let good = FailingDisk::new(None);
    {
        let (_parent, root) = root();
        RunDirectory::create_including(good.clone(), &root, at(0), RUNBOOK, &[b"a", b"b"]).unwrap();
    }
    let calls = good.calls();
    assert!(calls > 15);
    let mut refused = 0;
    for call in 0..calls {
        for kind in [Kind::Error(io::ErrorKind::StorageFull), Kind::Short] {
            for lasts in [Lasts::Once, Lasts::ForGood] {
                let (parent, root) = root();
                let disk = FailingDisk::new(Some(Fault { call, lasts, kind }));
                match RunDirectory::create_including(disk, &root, at(0), RUNBOOK, &[b"a", b"b"]) {
                    Ok(held) => {
                        assert_eq!(std::fs::read(held.directory().runbook()).unwrap(), RUNBOOK);
                    }
                    Err(_) => {
                        refused += 1;
                        assert_eq!(count(parent.path()), 0, "call {call} {kind:?} {lasts:?}");
                    }
                }
            }
        }
    }
    assert!(refused > calls * 2);
}
