//! How a step is started, what it finds, and how its end is told.

use std::fs::{self, File};

use stepmark_core::plan::Interpreter::{Bash, Psql, Sh, Zsh};
use stepmark_core::runner::WorkEnded;

use super::bench::{Bench, exit, killed, shells};

#[test]
fn exit_codes_and_signals_are_told() {
    for shell in shells() {
        let bench = Bench::new();
        assert_eq!(bench.run(shell, "exit 0").0, exit(0), "{shell:?}");
        assert_eq!(bench.run(shell, "exit 3").0, exit(3), "{shell:?}");
        assert_eq!(bench.run(shell, "").0, exit(0), "{shell:?}");
        assert_eq!(bench.run(shell, "kill -KILL $$").0, killed(9), "{shell:?}");
    }
}

#[test]
fn a_step_stops_at_its_first_failing_command_and_not_inside_a_pipe() {
    for shell in shells() {
        let bench = Bench::new();
        let (ended, printed) = bench.run(shell, "false | true\necho on\nfalse\necho off\n");
        assert_eq!((ended, printed.as_str()), (exit(1), "on\n"), "{shell:?}");
    }
}

#[test]
fn errors_name_the_fence_s_own_lines() {
    let bench = Bench::new();
    let text = "echo one\n\nno-such-program\n";
    let (ended, printed) = bench.run(Bash, text);
    assert_eq!(ended, exit(127));
    assert!(
        printed.contains("line 3: no-such-program: command not found"),
        "{printed}"
    );
    let (ended, printed) = bench.run(Sh, text);
    assert_eq!(ended, exit(127));
    assert!(printed.contains("3: "), "{printed}");
    if shells().contains(&Zsh) {
        let (_, printed) = bench.run(Zsh, text);
        assert!(
            printed.contains("3: command not found: no-such-program"),
            "{printed}"
        );
    }
}

#[test]
fn a_text_longer_than_any_argument_is_run_as_it_stands() {
    for shell in shells() {
        let bench = Bench::new();
        let mut text = String::new();
        for number in 0..80_000 {
            text.push_str(&format!("x='{number} \"$y` \\'\n"));
        }
        text.push_str("printf '%s' \"$x\"");
        assert!(text.len() > 1024 * 1024);
        assert_eq!(bench.ok(shell, &text), "79999 \"$y` \\", "{shell:?}");
    }
}

#[test]
fn standard_input_is_empty() {
    for shell in shells() {
        assert_eq!(
            Bench::new().ok(shell, "cat\nread x || echo end"),
            "end\n",
            "{shell:?}"
        );
    }
}

#[test]
fn a_step_leads_a_session_of_its_own_without_terminal() {
    let bench = Bench::new();
    let printed = bench.ok(
        Bash,
        "stat=$(< /proc/$$/stat); set -- ${stat##*) }\n\
         [ $3 = $$ ] && [ $4 = $$ ] && [ $5 = 0 ] && echo alone\n\
         (: < /dev/tty) 2>&1 || :\n",
    );
    assert!(printed.starts_with("alone\n"), "{printed}");
    assert!(printed.contains("No such device or address"), "{printed}");
}

#[test]
fn variables_are_set_and_ambient_ones_withheld() {
    for shell in shells() {
        let bench = Bench::new();
        let mut work = bench.work(
            shell,
            "echo \"${PGHOST-none} ${CARGO_MANIFEST_DIR-none} $STEPMARK_RUN ${HOME:+home}\"",
        );
        work.variables = vec![("STEPMARK_RUN".to_owned(), "'it\"s\n".to_owned())];
        work.removed = vec!["CARGO_*".to_owned(), "PGHOST".to_owned()];
        let (ended, printed) = bench.run_work(work);
        assert_eq!(
            (ended, printed.as_str()),
            (exit(0), "none none 'it\"s\n home\n")
        );
    }
}

#[test]
fn nobody_s_start_up_files_and_options_are_read() {
    let bench = Bench::new();
    let file = bench.folder().join("startup");
    fs::write(&file, "echo read\n").unwrap();
    fs::write(bench.folder().join(".bashrc"), "echo read\n").unwrap();
    fs::write(bench.folder().join(".zshenv"), "echo read\n").unwrap();
    let file = file.to_str().unwrap().to_owned();
    let folder = bench.folder().to_str().unwrap().to_owned();
    for shell in shells() {
        let mut work = bench.work(shell, "false | true; echo ran");
        work.variables = vec![
            ("BASH_ENV".to_owned(), file.clone()),
            ("ENV".to_owned(), file.clone()),
            ("HOME".to_owned(), folder.clone()),
            ("SSH_CLIENT".to_owned(), "1.2.3.4 5 6".to_owned()),
            ("SHLVL".to_owned(), "0".to_owned()),
            ("SHELLOPTS".to_owned(), "pipefail".to_owned()),
        ];
        assert_eq!(
            bench.run_work(work),
            (exit(0), "ran\n".to_owned()),
            "{shell:?}"
        );
    }
}

#[test]
fn the_lock_is_held_by_everything_the_step_started() {
    let bench = Bench::new();
    let path = bench.folder().join("lock");
    let file = File::create(&path).unwrap();
    file.lock().unwrap();
    let mut work = bench.work(Bash, "setsid sleep 1000 &\necho ready\n");
    work.lock = Some(file);
    assert_eq!(bench.run_work(work), (exit(0), "ready\n".to_owned()));
    let other = File::open(&path).unwrap();
    assert!(other.try_lock().is_err(), "the background process holds it");
    assert_eq!(bench.shells.stop().ended, 1);
    other.try_lock().expect("nobody holds it any more");
}

#[track_caller]
fn assert_unstartable(ended: &WorkEnded, parts: &[&str]) {
    let WorkEnded::Unstartable { message } = ended else {
        panic!("started: {ended:?}");
    };
    for part in parts {
        assert!(message.contains(part), "no {part:?} in {message:?}");
    }
}

#[test]
fn what_cannot_be_started_is_told_with_what_to_do() {
    let bench = Bench::new();
    let mut work = bench.work(Bash, "echo");
    work.variables = vec![("PATH".to_owned(), "/nowhere".to_owned())];
    assert_unstartable(
        &bench.run_work(work).0,
        &["bash was not found in PATH (/nowhere)", "install it"],
    );

    let mut work = bench.work(Psql, "select 1");
    work.psql = "/nowhere/psql".into();
    assert_unstartable(&bench.run_work(work).0, &["/nowhere/psql was not found"]);

    let mut work = bench.work(Bash, "echo");
    work.folder = "/nowhere".into();
    assert_unstartable(
        &bench.run_work(work).0,
        &[
            "folder /nowhere cannot be entered: No such file",
            "create it",
        ],
    );

    let mut work = bench.work(Bash, "echo");
    work.variables = vec![("LARGE".to_owned(), "x".repeat(4 * 1024 * 1024))];
    assert_unstartable(&bench.run_work(work).0, &["too large", "unset"]);

    let mut work = bench.work(Bash, "echo");
    work.variables = vec![("A=B".to_owned(), String::new())];
    assert_unstartable(&bench.run_work(work).0, &["\"A=B\" cannot be set"]);

    assert_unstartable(&bench.run(Bash, "echo \0").0, &["NUL byte"]);

    fs::write(bench.state().join("carried"), "junk").unwrap();
    assert_unstartable(
        &bench.run(Bash, "echo").0,
        &["state/carried", "remove that file"],
    );
    stepmark_engines::shell::forget(&bench.state()).unwrap();
    assert_eq!(bench.ok(Bash, "echo again"), "again\n");
}

#[test]
fn nothing_starts_once_the_run_is_stopped() {
    let bench = Bench::new();
    bench.shells.stop();
    assert_unstartable(&bench.run(Bash, "echo").0, &["stopping"]);
}

#[test]
fn psql_reads_the_text_and_stops_at_an_unreachable_server() {
    let bench = Bench::new();
    let mut work = bench.work(Psql, "select 1;\n");
    work.variables = vec![(
        "PGHOST".to_owned(),
        bench.folder().to_str().unwrap().to_owned(),
    )];
    work.removed = vec!["PG*".to_owned()];
    let (ended, printed) = bench.run_work(work);
    assert_eq!(ended, exit(2));
    assert!(printed.contains("No such file or directory"), "{printed}");
}
