//! Background steps, other programs and values handed out, through the binary.

use std::fs;
use std::process::Stdio;

use stepmark_tests::{Home, Journal, eventually};

/// A server that writes its heart-beat into a file, and steps that use it.
const BOOK: &str = "```bash {name=server background}\n\
    echo serving; echo $$ > pid\n\
    while :; do echo x >> beat; sleep 0.01; done\n```\n\n\
    ```bash {name=use}\nuntil [ -s beat ]; do sleep 0.01; done; echo used\n```\n\n";

/// Goes on until the server's end is on record.
const TOLD: &str = "until grep '\"step_finished\"' .stepmark/book/*/journal.jsonl | grep -q '\"step\":\"server\"'; do sleep 0.01; done";

fn events(journal: &Journal) -> Vec<String> {
    let steps = |kind: &'static str| {
        journal
            .of(kind)
            .map(move |line| (line["seq"].as_u64(), kind, line["step"].clone()))
    };
    let mut all: Vec<_> = ["step_started", "step_went_up", "step_finished"]
        .into_iter()
        .flat_map(steps)
        .collect();
    all.sort_by_key(|(seq, ..)| *seq);
    let words = all.iter().map(|(_, kind, step)| {
        let verb = kind.trim_start_matches("step_").replace('_', " ");
        format!("{} {verb}", step.as_str().expect("a step"))
    });
    words.collect()
}

/// Whether the process that wrote its number into `pid` is there.
fn is_alive(home: &Home) -> bool {
    let pid = fs::read_to_string(home.path().join("pid")).expect("the server wrote it");
    fs::exists(format!("/proc/{}", pid.trim())).expect("/proc can be read")
}

#[test]
fn a_background_step_serves_those_after_it_and_ends_with_the_run() {
    let home = Home::new();
    home.write("book.md", BOOK);
    home.stepmark(&["run", "book.md"]).exits(0);
    let journal = home.journal("book");
    assert_eq!(
        events(&journal),
        [
            "server started",
            "server went up",
            "use started",
            "use finished",
            "server finished"
        ]
    );
    assert_eq!(journal.outcome("server")["status"], "succeeded");
    assert_eq!(journal.types().last(), Some(&"run_finished"));
    let server = journal.of("step_finished").last().expect("its end");
    assert_eq!(server["output"]["excerpt"], "serving\n");
    assert!(!is_alive(&home));
    home.stepmark(&["verify", "last"]).exits(0);
}

#[test]
fn a_step_that_stops_it_starts_when_it_is_gone() {
    let home = Home::new();
    let book = format!(
        "{BOOK}```bash {{name=after stop=server}}\n! [ -e /proc/$(cat pid) ]; echo it is gone\n```\n"
    );
    home.write("book.md", &book);
    home.stepmark(&["run", "book.md"])
        .exits(0)
        .says(&["it is gone"]);
    assert_eq!(
        events(&home.journal("book"))[3..],
        [
            "use finished",
            "server finished",
            "after started",
            "after finished"
        ]
    );
}

#[test]
fn one_that_is_killed_fails_the_run() {
    let home = Home::new();
    let book = format!(
        "{BOOK}```bash {{name=kill}}\nkill -KILL $(cat pid); {TOLD}\n```\n\n\
         ```bash {{name=never}}\ntouch never\n```\n"
    );
    home.write("book.md", &book);
    home.stepmark(&["run", "book.md"])
        .exits(1)
        .says(&["server"]);
    let journal = home.journal("book");
    assert_eq!(journal.started(), ["server", "use", "kill"]);
    let failure = &journal.outcome("server")["failure"];
    assert_eq!(
        (&failure["cause"], &failure["signal"]),
        (&"ended_early".into(), &9.into())
    );
    let paused = journal
        .of("run_paused")
        .last()
        .expect("why it was put down");
    assert_eq!(paused["reason"]["step"], "server");
    assert!(!home.path().join("never").exists());
}

#[test]
fn one_that_ends_in_order_too_early_fails_the_run_just_so() {
    let home = Home::new();
    home.write(
        "book.md",
        &format!("```bash {{name=server background}}\necho $$ > pid\n```\n\n```bash {{name=use}}\n{TOLD}\n```\n"),
    );
    home.stepmark(&["run", "book.md"]).exits(1);
    let journal = home.journal("book");
    let failure = &journal.outcome("server")["failure"];
    assert_eq!(
        (&failure["cause"], &failure["exit"]),
        (&"ended_early".into(), &0.into())
    );
}

#[test]
fn a_signal_ends_the_step_under_way_and_what_is_up() {
    let home = Home::new();
    let book = format!("{BOOK}```bash {{name=long}}\ntouch here; sleep 1000\n```\n");
    home.write("book.md", &book);
    let mut command = home.command(&["run", "book.md"]);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().expect("the binary starts");
    eventually("the long step", || {
        assert_eq!(child.try_wait().expect("our child"), None, "it goes on");
        home.path().join("here").exists()
    });
    let pid = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).expect("it is there");
    assert_eq!(child.wait().expect("our child").code(), Some(4));
    assert!(!is_alive(&home));
    let journal = home.journal("book");
    assert_eq!(journal.outcome("server")["status"], "succeeded");
    assert_eq!(journal.outcome("long")["failure"]["cause"], "cancelled");
}

#[test]
fn an_interactive_step_is_refused_where_there_is_no_terminal() {
    let home = Home::new();
    home.write(
        "book.md",
        "```bash {name=edit interactive}\ntouch here\n```\n",
    );
    home.stepmark(&["run", "book.md", "--yes"])
        .exits(3)
        .says(&["edit", "terminal"]);
    assert_eq!(home.journal("book").started().len(), 0);
    assert!(!home.path().join("here").exists());
}

#[test]
fn other_programs_run_in_their_folders_and_hand_values_to_later_steps() {
    let home = Home::new();
    fs::create_dir(home.path().join("sub")).expect("a folder");
    home.write(
        "book.md",
        "```python {name=make interpreter=\"python3 -u\" capture=size,text cwd=sub}\n\
         import os\n\
         print('noise', os.path.basename(os.getcwd()))\n\
         open(os.environ['STEPMARK_OUTPUT'], 'w').write('text<<END\\ntwo\\nlines\\nEND\\nsize=42\\n')\n```\n\n\
         ```bash {name=use}\necho \"$size:$text:${PWD##*/}\" > seen\n```\n",
    );
    home.stepmark(&["run", "book.md"]).exits(0);
    let seen = fs::read_to_string(home.path().join("seen")).expect("it was written");
    let folder = home.path().file_name().expect("a name").to_string_lossy();
    assert_eq!(seen, format!("42:two\nlines:{folder}\n"));
    let journal = home.journal("book");
    let made = journal.of("step_finished").next().expect("an outcome");
    assert_eq!(made["captures"][0]["value"], "42");
    assert_eq!(made["output"]["excerpt"], "noise sub\n");
}

#[test]
fn a_program_a_folder_and_a_value_that_are_wrong_are_told_with_what_to_do() {
    for (attributes, text, says) in [
        (
            "interpreter=no-such-program",
            "x",
            &["no-such-program was not found in PATH", "install it"],
        ),
        (
            "interpreter=python3 cwd=gone",
            "x",
            &["gone of `cwd=`", "correct `cwd=`"],
        ),
        (
            "interpreter=python3 capture=a",
            "import os; open(os.environ['STEPMARK_OUTPUT'], 'w').write('b=1')",
            &["line 1 of $STEPMARK_OUTPUT", "b is not in `capture=`"],
        ),
    ] {
        let home = Home::new();
        home.write(
            "book.md",
            &format!("```python {{name=one {attributes}}}\n{text}\n```\n"),
        );
        home.stepmark(&["run", "book.md"]).exits(1).says(says);
    }
}
