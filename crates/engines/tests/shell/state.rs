//! What one step leaves for the next.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};

use stepmark_core::plan::Interpreter::{self, Bash, Psql, Sh};
use stepmark_core::runner::{ShellEnded, WorkEnded};

use stepmark_engines::redact::Redactor;

use super::bench::{Bench, exit, killed, shells};

const ODD: &str = "it's \"odd\" $HOME `x` \\ \t{}*\n\n second line \u{1}\u{1b}[0m żółć ";

#[test]
fn each_shell_carries_to_each_other() {
    for from in shells() {
        for to in shells() {
            let bench = Bench::new();
            let mut work = bench.work(
                from,
                "export ODD=\"$STEPMARK_ODD\" EMPTY=\nplain=1\nmkdir -p 'a b'\ncd 'a b'\numask 027",
            );
            work.variables = vec![("STEPMARK_ODD".to_owned(), ODD.to_owned())];
            assert_eq!(bench.run_work(work), (exit(0), String::new()));
            let mut work = bench.work(
                to,
                "[ \"$ODD\" = \"$STEPMARK_ODD\" ] && echo same\n\
                 echo \"[${EMPTY-unset}] ${plain-unset} ${PWD##*/} $(umask)\"",
            );
            work.variables = vec![("STEPMARK_ODD".to_owned(), ODD.to_owned())];
            let (ended, printed) = bench.run_work(work);
            assert_eq!(ended, exit(0));
            let printed = printed.replace(" 0027\n", " 027\n");
            assert_eq!(printed, "same\n[] unset a b 027\n", "{from:?} to {to:?}");
        }
    }
}

#[test]
fn bash_s_functions_survive_a_step_of_another_shell() {
    let bench = Bench::new();
    bench.ok(
        Bash,
        "f() { cat <<E\n$1 'quoted'\nE\n}\nexport -f f\ng() { f g; }",
    );
    bench.ok(Sh, "export A=1");
    assert_eq!(
        bench.ok(Bash, "g; bash -c 'f child'"),
        "g 'quoted'\nchild 'quoted'\n"
    );
}

#[test]
fn an_ambient_variable_that_was_unset_stays_so() {
    let bench = Bench::new();
    assert_eq!(bench.ok(Bash, "unset CARGO_MANIFEST_DIR"), "");
    assert_eq!(bench.ok(Sh, "echo ${CARGO_MANIFEST_DIR-unset}"), "unset\n");
}

#[test]
fn what_we_set_is_carried_neither_in_memory_nor_on_disk() {
    for shell in shells() {
        let bench = Bench::new();
        let mut work = bench.work(
            shell,
            "export PGHOST=elsewhere OTHER=x; set -a; secret=$secret",
        );
        work.variables = [
            "PGHOST",
            "PGPASSFILE",
            "STEPMARK_STEP",
            "secret",
            "CARGO_PKG_NAME",
        ]
        .map(|name| (name.to_owned(), "hunter2 of ours".to_owned()))
        .into();
        assert_eq!(bench.run_work(work).0, exit(0));
        assert_eq!(
            bench.ok(
                shell,
                "echo ${PGHOST-none} ${PGPASSFILE-none} ${STEPMARK_STEP-none} ${secret-none} $OTHER $CARGO_PKG_NAME"
            ),
            "none none none none x stepmark-engines\n",
            "{shell:?}"
        );
        let kept = fs::read(bench.state().join("carried")).unwrap();
        assert!(!String::from_utf8_lossy(&kept).contains("hunter2"));
    }
}

#[test]
fn a_secret_is_not_carried_and_what_the_next_step_will_miss_is_said() {
    for shell in shells() {
        let bench = Bench::new();
        let mut work = bench.work(shell, "export DSN=\"//me:$pw@host\" OTHER=x");
        work.variables = vec![("pw".to_owned(), "hunter2-of-ours".to_owned())];
        work.redactor = Redactor::new(work.variables.clone());
        let (ended, _) = bench.run_work(work);
        let WorkEnded::Shell(ended) = ended else {
            panic!("{ended:?}");
        };
        let said = ended.state_lost.unwrap();
        assert!(said.starts_with("DSN would put a secret on disk"), "{said}");
        assert_eq!(bench.ok(shell, "echo ${DSN-none} $OTHER"), "none x\n");
        let kept = fs::read(bench.state().join("carried")).unwrap();
        assert!(!String::from_utf8_lossy(&kept).contains("hunter2"));
    }
}

#[test]
fn the_state_is_for_the_owner_s_eyes() {
    let bench = Bench::new();
    bench.ok(Bash, "umask 000");
    bench.ok(Bash, "true");
    let mode = |path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(bench.state()), 0o700);
    assert_eq!(mode(bench.state().join("carried")), 0o600);
    assert_eq!(fs::read_dir(bench.state()).unwrap().count(), 1);
}

#[test]
fn a_step_that_changes_nothing_writes_nothing() {
    let bench = Bench::new();
    let inode = || fs::metadata(bench.state().join("carried")).unwrap().ino();
    bench.ok(Bash, "export A=1");
    let first = inode();
    bench.ok(Bash, "echo $A");
    assert_eq!(inode(), first);
    bench.ok(Bash, "export A=2");
    assert_ne!(inode(), first);
}

#[test]
fn a_step_that_fails_or_is_killed_leaves_the_state_before_it() {
    for shell in shells() {
        for end in [
            "false",
            "exit 7",
            "kill -TERM $$",
            "kill -KILL $$",
            "if then",
        ] {
            let bench = Bench::new();
            bench.ok(shell, "export A=before");
            let (ended, _) = bench.run(shell, &format!("export A=after; cd /\n{end}"));
            assert_ne!(ended, exit(0));
            let WorkEnded::Shell(ShellEnded {
                state_lost: None, ..
            }) = ended
            else {
                panic!("{ended:?}");
            };
            let printed = bench.ok(shell, "echo $A; [ \"$PWD\" = / ] || echo not root");
            assert_eq!(printed, "before\nnot root\n", "{shell:?} {end}");
        }
    }
}

#[test]
fn a_step_that_was_stopped_leaves_the_state_before_it_though_it_exits_well() {
    let bench = Bench::new();
    bench.ok(Bash, "export A=before");
    let gate = bench.fifo("gate");
    let text = "export A=after\ntrap 'exit 0' INT\nexec 9<>gate\necho ready\nread x <&9";
    let step = bench.start(bench.work(Bash, text));
    bench.sink.wait_for("ready", 1);
    step.run.cancel(1);
    assert_eq!(step.end(), exit(0));
    bench.sink.take();
    assert_eq!(bench.ok(Bash, "echo $A"), "before\n");
    drop(gate);
}

#[track_caller]
fn assert_state_lost(bench: &Bench, shell: Interpreter, text: &str, because: &str) {
    bench.ok(shell, "export A=before");
    let (ended, printed) = bench.run(shell, text);
    let WorkEnded::Shell(ShellEnded {
        exit: Some(0),
        signal: None,
        state_lost: Some(why),
        ..
    }) = ended
    else {
        panic!("{shell:?} {text}: {ended:?} {printed}");
    };
    assert!(why.contains(because), "{why}");
    assert_eq!(bench.ok(shell, "echo $A"), "before\n");
}

#[test]
fn a_step_that_execs_or_traps_its_exit_is_told() {
    for shell in shells() {
        let bench = Bench::new();
        assert_state_lost(&bench, shell, "export A=after; exec true", "with exec");
        assert_state_lost(
            &bench,
            shell,
            "export A=after; trap 'echo bye' EXIT",
            "own EXIT trap",
        );
        assert_state_lost(
            &bench,
            shell,
            "export A=after; mkdir gone; cd gone; rmdir \"$PWD\"",
            "removed its working directory",
        );
    }
}

#[test]
fn a_step_s_own_options_and_functions_do_not_disturb_the_saving() {
    for shell in shells() {
        let bench = Bench::new();
        let text = "cd() { echo cd; }\nprintf() { echo printf; }\numask() { echo umask; }\n\
                    CDPATH=/:/usr\nset -Cu\nset -x\nexport A=1\n";
        let (ended, printed) = bench.run(shell, text);
        assert_eq!(ended, exit(0), "{printed}");
        assert!(!printed.contains("stepmark_status"), "{shell:?}: {printed}");
        assert_eq!(bench.ok(shell, "echo $A"), "1\n", "{shell:?}");
    }
}

#[test]
fn a_subshell_and_a_background_job_do_not_save() {
    for shell in shells() {
        let bench = Bench::new();
        bench.ok(shell, "export A=1\n(export A=2)\n{ export A=3; } &\nwait");
        assert_eq!(bench.ok(shell, "echo $A"), "1\n", "{shell:?}");
    }
}

#[test]
fn psql_starts_where_the_shell_stood_and_changes_nothing() {
    let bench = Bench::new();
    bench.ok(Bash, "export A=1; mkdir deep; cd deep");
    let mut work = bench.work(Psql, "select 1;");
    work.variables = vec![("PGHOST".to_owned(), "/nowhere".to_owned())];
    assert_eq!(bench.run_work(work).0, exit(2));
    assert_eq!(bench.ok(Bash, "echo $A ${PWD##*/}"), "1 deep\n");
}

#[test]
fn a_folder_that_has_gone_since_is_told() {
    let bench = Bench::new();
    bench.ok(Bash, "mkdir deep; cd deep");
    fs::remove_dir(bench.folder().join("deep")).unwrap();
    let (ended, _) = bench.run(Bash, "true");
    let WorkEnded::Unstartable { message } = ended else {
        panic!("{ended:?}");
    };
    assert!(message.contains("deep cannot be entered"), "{message}");
}

#[test]
fn a_step_killed_from_outside_is_told_its_signal() {
    let bench = Bench::new();
    let gate = bench.fifo("gate");
    let step = bench.start(bench.work(Bash, "exec 9<>gate; echo pid $$; read x <&9"));
    bench.sink.wait_for("\n", 1);
    let pid: i32 = bench.sink.take()["pid ".len()..].trim().parse().unwrap();
    rustix::process::kill_process(
        rustix::process::Pid::from_raw(pid).unwrap(),
        rustix::process::Signal::KILL,
    )
    .unwrap();
    assert_eq!(step.end(), killed(9));
    drop(gate);
}
