//! The settings file: what it does to a run, what `stepmark config` says of it, and what it may not say. And what else is made
//! from the description of the arguments: completions and manual pages.

use std::fs;

use stepmark_tests::{Home, Outcome, Pty, Server};

fn with_file(text: &str) -> Home {
    let home = Home::new();
    let folder = home.path().join(".config/stepmark");
    fs::create_dir_all(&folder).expect("ours");
    fs::write(folder.join("config.toml"), text).expect("ours");
    home.write("book.md", "# One\n\n```bash {name=one}\ntrue\n```\n");
    home
}

#[test]
fn every_setting_is_told_with_its_origin() {
    let home = with_file("mouse = false\n\n[keys]\nrun-on = \"R\"\n");
    let file = home
        .path()
        .join(".config/stepmark/config.toml")
        .display()
        .to_string();
    let mut command = home.command(&["config", "--ascii"]);
    command
        .env("STEPMARK_LOG_DIR", "/logs")
        .env("STEPMARK_THEME", "dark");
    let told = Outcome::of(command).exits(0).stdout;
    let rows: Vec<Vec<&str>> = told
        .lines()
        .map(|line| line.split_whitespace().collect())
        .collect();
    let row = |name: &str| {
        let found = rows.iter().find(|row| row.first() == Some(&name));
        found.unwrap_or_else(|| panic!("{told}"))[1..].join(" ")
    };
    assert_eq!(row("theme"), "dark environment variable STEPMARK_THEME");
    assert_eq!(row("mouse"), format!("false {file}:1"));
    assert_eq!(row("ascii"), "true flag --ascii");
    assert_eq!(row("plain"), "false default");
    assert_eq!(
        row("log-dir"),
        "/logs environment variable STEPMARK_LOG_DIR"
    );
    assert_eq!(row("keys.run-on"), format!("R {file}:4"));
    let path = home.stepmark(&["config", "path"]).exits(0).stdout;
    assert_eq!(path, format!("{file}\n"));
    home.stepmark(&["config", "init"])
        .exits(3)
        .says(&["is there already"]);
}

#[test]
fn a_file_is_written_once_and_changes_nothing_by_itself() {
    let home = Home::new();
    let before = home.stepmark(&["config"]).exits(0).stdout;
    home.stepmark(&["config", "init"]).exits(0);
    let after = home.stepmark(&["config"]).exits(0).stdout;
    let settings = |text: &str| {
        let rows = text.lines().filter(|line| line.contains("default"));
        rows.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(settings(&before), settings(&after));
    assert!(before.contains("no file "), "{before}");
}

#[test]
fn what_the_file_says_holds_for_a_run_and_a_flag_goes_before_it() {
    let home = Home::new();
    let logs = home.path().join("logs");
    let file = home.write("c.toml", &format!("plain = true\nlog-dir = {logs:?}\n"));
    home.write("book.md", "# One\n\n```bash {name=one}\ntrue\n```\n");
    let config = |arguments: &[&str]| {
        let mut command = home.command(arguments);
        command.env("STEPMARK_CONFIG", &file);
        command
    };
    let mut pty = Pty::start(config(&["book.md"]), 60, 110);
    pty.answer("answer:", "1\n");
    pty.answer("answer:", "9\n");
    assert_eq!(pty.ends().code(), Some(0));
    assert!(logs.join("book").is_dir());
    Outcome::of(config(&["run", "book.md", "--yes", "--log-dir", "other"])).exits(0);
    assert!(home.path().join("other/book").is_dir());
    let listed = Outcome::of(config(&["list", "book.md", "--json"]))
        .exits(0)
        .stdout;
    assert!(listed.contains("succeeded"), "{listed}");
}

#[test]
fn a_variable_that_is_empty_is_as_good_as_unset() {
    let home = with_file("");
    let empty = |arguments: &[&str]| {
        let mut command = home.command(arguments);
        command.env("STEPMARK_LOG_DIR", "").env("STEPMARK_SIGN", "");
        Outcome::of(command).exits(0)
    };
    empty(&["run", "book.md", "--yes"]);
    assert_eq!(home.runs("book").len(), 1);
    empty(&["list", "book.md"]).says(&["succeeded"]);
    empty(&["config"]);
}

#[test]
fn a_mistake_in_the_file_is_told_by_each_command_that_reads_it() {
    let home = with_file("mouse = true\n[keys]\nfly = \"f\"\n");
    let commands: [&[&str]; 5] = [
        &["list", "book.md"],
        &["list", "book.md", "--log-dir", "logs"],
        &["rehearse", "book.md", "--log-dir", "logs"],
        &["show", "last"],
        &["config"],
    ];
    for arguments in commands {
        home.stepmark(arguments)
            .exits(2)
            .says(&["config.toml:3: there is no action called fly"]);
    }
}

#[test]
fn the_doctor_tries_each_connection_that_is_given() {
    let (home, server) = (Home::new(), Server::new());
    let url = server.url();
    let named = |name: &str| format!("{name}={url}");
    let (default, one, other) = (named("default"), named("one"), "other=host=/nowhere");
    home.stepmark(&["doctor", "--connect", &default])
        .exits(0)
        .says(&["ok       connection     shop as postgres"]);
    let both = ["doctor", "--connect", &one, "--connect", other];
    home.stepmark(&both).exits(1).says(&[
        "ok       one            shop as postgres",
        "MISSING  other          ",
    ]);
    home.write("plain.md", "```sql\nSELECT 1;\n```\n");
    home.stepmark(&["doctor", "plain.md", "--connect", &default])
        .exits(0)
        .says(&["ok       connection     shop as postgres"]);
    home.stepmark(&["doctor", "plain.md", "--connect", &one])
        .exits(1)
        .says(&["MISSING  connections    the runbook has no connection called one"]);
    // No step of it uses one.
    home.stepmark(&["doctor", "book.md", "--connect", &url])
        .exits(2);
    home.write("book.md", "```bash\ntrue\n```\n");
    home.stepmark(&["doctor", "book.md", "--connect", &url])
        .exits(0)
        .says(&["ok       connection     shop as postgres"]);
    let mut command = home.command(&["doctor"]);
    command.env("DATABASE_URL", "nonsense=x");
    Outcome::of(command)
        .exits(1)
        .says(&["ok       bash", "MISSING  connections    "]);
}

#[test]
fn a_mistake_in_the_file_stops_a_run_before_anything_is_made() {
    let cases = [
        ("yes = true\n", "config.toml:1: yes cannot be set here"),
        (
            "\nmuose = true\n",
            "config.toml:2: there is no setting called muose",
        ),
        (
            "password = \"x\"\n",
            "config.toml:1: password cannot be set here: no secret",
        ),
        (
            "[keys]\nfly = \"f\"\n",
            "config.toml:2: there is no action called fly",
        ),
        ("mouse = = 1\n", "config.toml:1: "),
    ];
    for (text, said) in cases {
        let home = with_file(text);
        home.stepmark(&["run", "book.md", "--yes"])
            .exits(2)
            .says(&[said]);
        assert!(home.runs("book").is_empty(), "{text}");
        // What runs nothing does not need it.
        home.stepmark(&["check", "book.md"]).exits(0);
        let mut command = home.command(&["run", "book.md", "--yes"]);
        command.env("STEPMARK_CONFIG", "");
        Outcome::of(command).exits(0);
    }
}

#[test]
fn a_key_of_ones_own_works_on_the_screen() {
    let home = with_file("[keys]\nleave = \"Z\"\n");
    let mut pty = Pty::start(home.command(&["book.md"]), 24, 80);
    pty.shows("Nothing has run yet");
    pty.press("\r");
    pty.shows("Z leave");
    pty.press("Z");
    assert_eq!(pty.ends().code(), Some(4));
    assert!(pty.is_restored());
}

#[test]
fn every_shell_gets_completions_and_every_command_a_page() {
    let home = Home::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = home.stepmark(&["completions", shell]).exits(0).stdout;
        assert!(
            script.contains("rollback") && script.contains("accept-changes"),
            "{shell}"
        );
    }
    let script = home.write(
        "complete.sh",
        &home.stepmark(&["completions", "bash"]).stdout,
    );
    let mut bash = std::process::Command::new("bash");
    bash.args(["-c", ". \"$0\"; COMP_WORDS=(stepmark res); COMP_CWORD=1; _stepmark stepmark res stepmark; echo \"${COMPREPLY[@]}\""]);
    bash.arg(script);
    let completed = Outcome::of(bash).exits(0).stdout;
    assert_eq!(completed.trim(), "resume");
    let page = home.stepmark(&["man"]).exits(0).stdout;
    assert!(
        page.contains(".TH stepmark 1") && page.contains("Exit codes"),
        "{page}"
    );
    home.stepmark(&["man", "--dir", "pages"]).exits(0);
    for name in [
        "stepmark.1",
        "stepmark-run.1",
        "stepmark-resume.1",
        "stepmark-config.1",
    ] {
        assert!(home.path().join("pages").join(name).is_file(), "{name}");
    }
}

#[test]
fn the_doctor_looks_at_the_settings_and_what_they_name() {
    let home = with_file("muose = true\n");
    let told = home.stepmark(&["doctor"]).exits(1).stdout;
    assert!(
        told.contains("MISSING  settings") && told.contains("did you mean mouse?"),
        "{told}"
    );
    let logs = home.path().join("deep/logs");
    let file = home.write(
        "c.toml",
        &format!("log-dir = {logs:?}\nsign = \"/nowhere/key\"\n"),
    );
    let mut command = home.command(&["doctor"]);
    command.env("STEPMARK_CONFIG", file);
    let told = Outcome::of(command).exits(1).stdout;
    assert!(told.contains("ok       settings"), "{told}");
    assert!(
        told.contains(&format!("{} can be written", logs.display())),
        "{told}"
    );
    assert!(
        told.contains("MISSING  signing        cannot read the signing key /nowhere/key"),
        "{told}"
    );
    assert!(!home.path().join("deep").exists(), "it made something");
}
