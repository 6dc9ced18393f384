//! What counts as an abandoned directory, and what must be left alone.

use super::*;

fn base() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

fn dead() -> Process {
    let mut child = std::process::Command::new("true").spawn().unwrap();
    let process = Process::find(child.id());
    child.wait().unwrap();
    process.unwrap_or(Process {
        pid: child.id(),
        started: "ended at once".to_owned(),
    })
}

fn left_behind(base: &Path, text: &str) -> PathBuf {
    let path = base.join(format!("{PREFIX}left"));
    std::fs::DirBuilder::new()
        .mode(0o700)
        .create(&path)
        .unwrap();
    std::fs::write(path.join(OWNER), text).unwrap();
    std::fs::set_permissions(path.join(OWNER), Permissions::from_mode(0o600)).unwrap();
    path
}

fn text_for(process: &Process) -> String {
    format!("{FORMAT}\nowner {} {}\n", process.pid, process.started)
}

#[track_caller]
fn check(path: &Path, abandoned: bool) {
    assert_eq!(Home::abandoned(path).unwrap().is_some(), abandoned);
}

#[test]
fn a_directory_is_abandoned_only_with_a_free_lock_and_a_dead_owner() {
    let base = base();
    let path = left_behind(base.path(), &text_for(&dead()));
    let lock = File::open(path.join(OWNER)).unwrap();
    lock.lock().unwrap();
    check(&path, false);
    drop(lock);
    check(&path, true);
}

#[test]
fn a_free_lock_is_not_enough_while_the_owner_lives() {
    let base = base();
    check(
        &left_behind(base.path(), &text_for(&Process::this())),
        false,
    );
}

#[test]
fn a_reused_pid_is_not_the_owner() {
    let base = base();
    let reused = Process {
        started: "another boot/1".to_owned(),
        ..Process::this()
    };
    check(&left_behind(base.path(), &text_for(&reused)), true);
}

#[test]
fn an_owner_file_in_another_format_is_not_ours() {
    let dead = dead();
    let good = text_for(&dead);
    let texts = [
        String::new(),
        good.replace("scratch 1", "scratch 2"),
        good.trim_end().to_owned(),
        format!("{FORMAT}\n"),
        format!("{FORMAT}\nowner x y\n"),
    ];
    for text in texts {
        let base = base();
        check(&left_behind(base.path(), &text), false);
    }
}

#[test]
fn directories_others_may_write_links_and_strangers_are_not_ours() {
    let base = base();
    let path = left_behind(base.path(), &text_for(&dead()));
    let link = base.path().join(format!("{PREFIX}link"));
    std::os::unix::fs::symlink(&path, &link).unwrap();
    check(&link, false);
    std::fs::set_permissions(&path, Permissions::from_mode(0o777)).unwrap();
    check(&path, false);
    std::fs::set_permissions(&path, Permissions::from_mode(0o700)).unwrap();
    std::fs::rename(path.join(OWNER), base.path().join("elsewhere")).unwrap();
    check(&path, false);
    std::os::unix::fs::symlink(base.path().join("elsewhere"), path.join(OWNER)).unwrap();
    check(&path, false);
    check(&base.path().join("absent"), false);
}

#[test]
fn a_new_home_is_held_by_its_maker_and_leaves_nothing_when_removed() {
    let base = base();
    let home = Home::create(base.path(), &Account::Own).unwrap();
    check(home.path(), false);
    assert_eq!(
        std::fs::metadata(home.path()).unwrap().mode() & 0o777,
        0o700
    );
    std::fs::write(home.data().join("file"), "x").unwrap();
    home.remove().unwrap();
    assert_eq!(std::fs::read_dir(base.path()).unwrap().count(), 0);
}
