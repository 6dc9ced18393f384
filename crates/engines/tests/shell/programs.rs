//! Fences in other languages, and steps that start in a folder of their own.

use std::fs;

use stepmark_core::VariableName;
use stepmark_core::plan::Interpreter::{Bash, Psql, Sh};
use stepmark_core::plan::{CapturedValue, Expectation};
use stepmark_core::runner::WorkEnded;

use super::bench::{Bench, exit};

/// Programs that are on every machine these tests run on, and how each prints where it is.
const PROGRAMS: [(&[&str], &str, &str); 6] = [
    (
        &["python3"],
        "\nimport os; print('here', os.getcwd())\n1/0\n",
        "line 3",
    ),
    (
        &["python3", "-u"],
        "\nimport os; print('here', os.getcwd())\n1/0\n",
        "line 3",
    ),
    (
        &["python3", "-"],
        "\nimport os; print('here', os.getcwd())\n1/0\n",
        "line 3",
    ),
    (
        &["perl"],
        "use Cwd;\nprint 'here ', getcwd, \"\\n\";\ndie 'of it';\n",
        "line 3",
    ),
    (
        &["awk", "-f"],
        "BEGIN {\n print \"here \" ENVIRON[\"PWD\"]; close(\"x\")\n exit 1 }\n",
        "",
    ),
    (
        &["bash", "-e"],
        "\necho here $PWD\nno-such-program\n",
        "line 3",
    ),
];

fn unstartable(ended: WorkEnded) -> String {
    match ended {
        WorkEnded::Unstartable { message } => message,
        other => panic!("it was started: {other:?}"),
    }
}

#[test]
fn a_program_reads_the_text_and_its_complaints_name_the_fence_s_lines() {
    for (program, text, line) in PROGRAMS {
        let bench = Bench::new();
        let (ended, printed) = bench.run_work(bench.script(program, text));
        assert!(
            matches!(ended, WorkEnded::Shell(_)),
            "{program:?} {ended:?}"
        );
        assert_ne!(ended, exit(0), "{program:?} {printed}");
        assert!(printed.contains("here "), "{program:?} {printed}");
        assert!(printed.contains(line), "{program:?} {printed}");
    }
}

#[test]
fn a_program_that_wants_a_file_of_its_language_gets_one_that_is_removed_after_it() {
    let bench = Bench::new();
    // Stands for Node.js, which resolves the path it is given and is not on every machine.
    let folder = bench.folder().join("bin");
    fs::create_dir(&folder).unwrap();
    let node = folder.join("node");
    let text = "#!/bin/sh\ncase $1 in *.js) ;; *) exit 9 ;; esac\n\
                stat -c %a \"$1\" \"${1%/*}\"\ncat \"$(readlink -e \"$1\")\"\n";
    fs::write(&node, text).unwrap();
    let executable = std::os::unix::fs::PermissionsExt::from_mode(0o700);
    fs::set_permissions(&node, executable).unwrap();
    let work = bench.script(&[node.to_str().unwrap()], "console.log(1)");
    let (ended, printed) = bench.run_work(work);
    assert_eq!(
        (ended, printed.as_str()),
        (exit(0), "600\n700\nconsole.log(1)")
    );
    let left = fs::read_dir(bench.state().join("scripts")).unwrap().count();
    assert_eq!(left, 0);
}

#[test]
fn an_expectation_and_captures_work_on_any_program() {
    let bench = Bench::new();
    let mut work = bench.script(&["python3"], "print('a'); print('b')");
    work.expectation = Some(Expectation::Equals("a\nb".to_owned()));
    work.captures = ["x", "y"].map(VariableName::new).into();
    let (WorkEnded::Shell(ended), _) = bench.run_work(work) else {
        panic!("it runs");
    };
    assert!(ended.finding.is_some_and(|finding| finding.met));
    let values = ["a", "b"].map(|value| CapturedValue::Plain(value.to_owned()));
    assert_eq!(ended.captured, Some(Ok(values.into())));
}

#[test]
fn a_program_starts_where_the_shell_stood_and_changes_nothing_of_it() {
    let bench = Bench::new();
    bench.ok(Bash, "export A=1; mkdir deep; cd deep");
    let text = "import os; print(os.environ['A'], os.path.basename(os.getcwd())); os.chdir('/')";
    let (ended, printed) = bench.run_work(bench.script(&["python3"], text));
    assert_eq!((ended, printed.as_str()), (exit(0), "1 deep\n"));
    assert_eq!(bench.ok(Bash, "echo $A ${PWD##*/}"), "1 deep\n");
}

#[test]
fn a_program_that_is_missing_is_told_with_what_brings_it() {
    let bench = Bench::new();
    let path = |mut work: stepmark_engines::shell::ShellWork| {
        work.variables = vec![("PATH".to_owned(), "/nowhere".to_owned())];
        unstartable(bench.run_work(work).0)
    };
    let said = path(bench.script(&["node", "--no-warnings"], "1"));
    assert!(
        said.starts_with("node was not found in PATH (/nowhere)"),
        "{said}"
    );
    assert!(said.contains("install Node.js (package nodejs)"), "{said}");
    let said = path(bench.script(&["frobnicate"], "1"));
    assert!(said.contains("frobnicate was not found"), "{said}");
    assert!(said.contains("install it, or correct PATH"), "{said}");
}

#[test]
fn a_step_starts_in_the_folder_it_names_and_the_next_one_where_it_would_have() {
    for before in [None, Some("mkdir deep; cd deep; export A=1")] {
        let bench = Bench::new();
        fs::create_dir(bench.folder().join("own")).unwrap();
        if let Some(before) = before {
            bench.ok(Bash, before);
        }
        for shell in [Bash, Sh] {
            let mut work = bench.work(shell, "echo ${PWD##*/}; export A=2; mkdir -p sub; cd sub");
            work.starts_in = Some(bench.folder().join("own"));
            assert_eq!(bench.run_work(work), (exit(0), "own\n".to_owned()));
            let stands = match before {
                None => bench.folder().to_owned(),
                Some(_) => bench.folder().join("deep"),
            };
            let printed = bench.ok(shell, "echo $A $PWD");
            assert_eq!(printed, format!("2 {}\n", stands.display()), "{shell:?}");
        }
        let mut work = bench.script(
            &["python3"],
            "import os; print(os.path.basename(os.getcwd()))",
        );
        work.starts_in = Some(bench.folder().join("own"));
        assert_eq!(bench.run_work(work), (exit(0), "own\n".to_owned()));
    }
}

#[test]
fn a_folder_that_is_not_there_is_named_with_what_named_it() {
    let bench = Bench::new();
    fs::write(bench.folder().join("file"), "").unwrap();
    for (folder, why) in [("gone", "No such file"), ("file", "not a directory")] {
        for interpreter in [Bash, Psql] {
            let mut work = bench.work(interpreter, "select 1");
            work.starts_in = Some(bench.folder().join(folder));
            let said = unstartable(bench.run_work(work).0);
            assert!(said.contains(&format!("{folder} of `cwd=`")), "{said}");
            assert!(said.contains(why), "{said}");
            assert!(said.contains("correct `cwd=`"), "{said}");
        }
    }
}
