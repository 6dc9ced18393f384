//! What is settled before a run starts: inputs, connections, requirements, environment. Through the binary, on real servers
//! and terminals.

use std::process::Command;

use stepmark_tests::{Home, Journal, Outcome, Pty, Server};

const BOOK: &str = r#"---
inputs:
  app_db: { description: Database to move, default: app }
  password: { secret: true, env: APP_PASSWORD }
  size: { choices: [small, large] }
  lag: { type: integer, env: LAG, default: 0 }
---

# Move

```bash {name=shell}
echo "shell: $app_db $size $lag ${#password}"
```
"#;

/// The inputs in a journal: name, value, where it came from.
fn inputs(journal: &Journal) -> Vec<(&str, Option<&str>, &str)> {
    journal
        .of("input_given")
        .map(|line| {
            let text = |name: &str| line[name].as_str();
            let origin = line["origin"]["from"].as_str().expect("an origin");
            (text("name").expect("a name"), text("value"), origin)
        })
        .collect()
}

/// Whether any file below `home` holds `text`, runbooks too.
fn is_kept(home: &Home, text: &str) -> bool {
    let mut grep = Command::new("grep");
    grep.args(["-rlF", text]).arg(home.path());
    !Outcome::of(grep).stdout.is_empty()
}

#[test]
fn a_flag_goes_before_the_environment_and_that_before_the_default() {
    let home = Home::new();
    home.write("book.md", BOOK);
    home.write("size.sql", "large\n");
    let mut command = home.command(&[
        "run",
        "book.md",
        "--set",
        "size=@size.sql",
        "--set",
        "app_db=@@shop",
    ]);
    command.env("APP_PASSWORD", "hunter22").env("LAG", "-7");
    Outcome::of(command).exits(0).says(&[
        "shell: @shop large -7 8",
        "input app_db = @shop, from --set",
        "input password = ‹secret›",
    ]);
    let journal = home.journal("book");
    assert_eq!(
        inputs(&journal),
        [
            ("app_db", Some("@shop"), "flag"),
            ("password", None, "environment"),
            ("size", Some("large"), "file"),
            ("lag", Some("-7"), "environment"),
        ]
    );
    home.stepmark(&["verify", "last"]).exits(0);
    let mut command = home.command(&["run", "book.md", "--set", "lag=3", "--set", "size=small"]);
    command.env("APP_PASSWORD", "hunter22").env("LAG", "-7");
    Outcome::of(command)
        .exits(0)
        .says(&["shell: app small 3 8"]);
}

#[test]
fn what_is_missing_or_refused_is_told_at_once_and_nothing_is_made() {
    let home = Home::new();
    home.write("book.md", BOOK);
    home.stepmark(&["run", "book.md"]).exits(2).says(&[
        "2 inputs have no value",
        "book.md:4: password: give --set password=@FILE, or export APP_PASSWORD",
        "book.md:5: size: give --set size=VALUE",
    ]);
    home.stepmark(&[
        "run",
        "book.md",
        "--set",
        "size=huge",
        "--set",
        "password=p",
        "--set",
        "lag=x",
    ])
    .exits(2)
    .says(&[
        "book.md:5: size: “huge” from --set is none of: small, large",
        "book.md:6: lag: “x” from --set is not a whole number",
    ]);
    home.stepmark(&["run", "book.md", "--set", "sise=small"])
        .exits(2)
        .says(&["--set sise", "did you mean size?"]);
    assert!(home.leftovers().is_empty(), "{:?}", home.leftovers());
}

#[test]
fn a_secret_is_in_no_file_of_the_run_and_in_nothing_that_is_printed() {
    let (home, server) = (Home::new(), Server::new());
    home.write(
        "book.md",
        "---\ninputs:\n  password: { secret: true, env: APP_PASSWORD }\n---\n\n\
         ```sql {name=say}\nSELECT 'got ' || :'password';\n```\n\n\
         ```sql {name=fail}\nDO $$ BEGIN RAISE WARNING 'none here'; END $$;\nSELECT :'password'::int;\n```\n",
    );
    let secret = "S3cret-of-ours";
    let url = server.url();
    for arguments in [
        &["run", "book.md", "--connect", &url][..],
        &["run", "book.md", "--connect", &url, "--json"],
    ] {
        let mut command = home.command(arguments);
        command.env("APP_PASSWORD", secret);
        let outcome = Outcome::of(command).exits(1);
        assert!(!outcome.stdout.contains(secret), "{}", outcome.stdout);
        assert!(!outcome.stderr.contains(secret), "{}", outcome.stderr);
        assert!(outcome.stdout.contains("got "), "{}", outcome.stdout);
    }
    let report = home.stepmark(&["report", "last"]).exits(0);
    assert!(!report.stdout.contains(secret), "{}", report.stdout);
    assert!(!is_kept(&home, secret), "a file keeps the secret");
    home.stepmark(&[
        "run",
        "book.md",
        "--connect",
        &url,
        "--set",
        &format!("password={secret}"),
    ])
    .exits(1)
    .says(&[
        "warning: password on the command line can be seen in `ps`",
        "APP_PASSWORD",
    ]);
    assert!(!is_kept(&home, secret), "a file keeps the secret");
}

#[test]
fn a_value_that_cannot_stand_bare_is_refused_before_the_start() {
    let (home, server) = (Home::new(), Server::new());
    home.write(
        "book.md",
        "---\ninputs:\n  name: { default: a b }\n---\n\n```bash\ntouch started\n```\n\n```sql\nSELECT 1,\n  :name;\n```\n",
    );
    let url = server.url();
    home.stepmark(&["run", "book.md", "--connect", &url])
        .exits(2)
        .says(&["book.md:12:3: the value of name is neither a number"]);
    assert!(home.leftovers().is_empty(), "{:?}", home.leftovers());
    home.stepmark(&["run", "book.md", "--connect", &url, "--set", "name=12"])
        .exits(0);
}

#[test]
fn a_person_is_asked_in_words_and_a_secret_is_not_echoed() {
    let home = Home::new();
    home.write("book.md", BOOK);
    let mut pty = Pty::start(home.command(&["run", "book.md"]), 30, 100);
    pty.shows("Database to move (Enter takes the default)");
    pty.shows("app_db [app]: ");
    pty.press("\r");
    pty.shows("password: ");
    pty.press("hunter22\r");
    pty.shows("size (one of: small, large)");
    assert!(!pty.contents().contains("hunter22"), "{}", pty.contents());
    pty.shows("small, large)\nsize:");
    pty.press("tiny\r");
    pty.shows("That is none of: small, large.");
    pty.shows("small, large.\nsize:");
    pty.press("smalx\u{7f}l\r");
    pty.shows("lag [0]: ");
    pty.press("42\r");
    pty.shows("Nothing has run yet");
    pty.press("\r");
    pty.shows("[ Run ]");
    pty.press("\r");
    pty.shows("shell: app small 42 8");
    pty.shows("every step is done");
    pty.press("qq");
    pty.ends();
    assert!(pty.is_restored(), "{}", pty.contents());
    let journal = home.journal("book");
    assert_eq!(
        inputs(&journal),
        [
            ("app_db", Some("app"), "default"),
            ("password", None, "prompt"),
            ("size", Some("small"), "prompt"),
            ("lag", Some("42"), "prompt"),
        ]
    );
    assert!(!is_kept(&home, "hunter22"), "a file keeps the secret");
}

#[test]
fn leaving_a_prompt_makes_nothing_and_gives_the_terminal_back() {
    for key in ["\u{3}", "\u{4}"] {
        let home = Home::new();
        home.write("book.md", BOOK);
        let mut pty = Pty::start(home.command(&["run", "book.md"]), 30, 100);
        pty.shows("app_db [app]: ");
        pty.press("\r");
        pty.shows("password: ");
        pty.press(key);
        assert_eq!(pty.ends().code(), Some(4), "{}", pty.contents());
        assert!(pty.is_restored(), "{}", pty.contents());
        pty.shows("left at a question; nothing was executed");
        assert!(home.leftovers().is_empty(), "{:?}", home.leftovers());
    }
}

#[test]
fn a_signal_at_a_hidden_prompt_gives_the_terminal_back() {
    let home = Home::new();
    home.write("book.md", BOOK);
    let mut pty = Pty::start(
        home.command(&["run", "book.md", "--set", "app_db=x"]),
        30,
        100,
    );
    pty.shows("password: ");
    let child = i32::try_from(pty.child.id()).expect("a process id");
    let child = rustix::process::Pid::from_raw(child).expect("our child");
    rustix::process::kill_process(child, rustix::process::Signal::TERM).expect("our child");
    pty.ends();
    assert!(pty.is_restored(), "{}", pty.contents());
    assert!(home.leftovers().is_empty(), "{:?}", home.leftovers());
}

#[test]
fn a_manual_step_s_captures_can_be_given_beforehand() {
    let home = Home::new();
    home.write(
        "book.md",
        "- [ ] Name the host <!-- {name=host capture=new_host} -->\n\n```bash\necho \"to $new_host\"\n```\n",
    );
    home.stepmark(&["run", "book.md", "--yes", "--set", "new_host=db2"])
        .exits(0)
        .says(&["captured new_host = db2", "to db2"]);
    home.stepmark(&["run", "book.md", "--yes"]).exits(3).says(&[
        "step host is for a person",
        "give --yes --set new_host=VALUE",
    ]);
    home.stepmark(&["run", "book.md", "--yes", "--set", "new_host="])
        .exits(2)
        .says(&["a captured value is not empty"]);
}

const TWO: &str = "---
connections:
  source: { url: $SOURCE_URL }
  destination: { url: $DESTINATION_URL, settings: { lock_timeout: 5s } }
  admin: { like: destination, database: postgres }
---

```sql {name=a on=source}
SELECT 'source ' || current_database() || ' to ' || :'destination_dbname';
```

```sql {name=b on=destination}
SELECT 'destination ' || current_database() || ' ' || current_setting('lock_timeout');
```

```sql {name=c on=admin}
SELECT 'admin ' || current_database() || ' ' || current_setting('lock_timeout');
```

```bash {name=d on=admin}
psql -XAt \"host=$destination_host port=$destination_port dbname=$destination_dbname user=$destination_user\" -c \"SELECT 'shell ' || current_database()\"
```
";

#[test]
fn connections_lead_where_the_front_matter_says() {
    let (home, server) = (Home::new(), Server::new());
    server.cluster().create_database("app").expect("a database");
    home.write("book.md", TWO);
    home.stepmark(&["run", "book.md"]).exits(2).says(&[
        "2 connections do not say where they lead",
        "book.md:3: source: SOURCE_URL is not set; export SOURCE_URL, or give --connect source=URL",
        "book.md:4: destination: DESTINATION_URL is not set",
    ]);
    assert!(home.leftovers().is_empty(), "{:?}", home.leftovers());
    let mut command = home.command(&["run", "book.md"]);
    command.env("SOURCE_URL", server.url());
    command.env("DESTINATION_URL", server.cluster().url("app"));
    Outcome::of(command).exits(0).says(&[
        "source shop to app",
        "destination app 5s",
        "admin postgres 5s",
        "shell app",
    ]);
    let source = format!("source={}", server.cluster().url("app"));
    let destination = format!(
        "destination=host={} dbname=shop user=postgres",
        server.cluster().socket_dir().display()
    );
    home.stepmark(&[
        "run",
        "book.md",
        "--connect",
        &source,
        "--connect",
        &destination,
    ])
    .exits(0)
    .says(&[
        "source app to shop",
        "destination shop 5s",
        "admin postgres 5s",
        "shell shop",
    ]);
}

#[test]
fn scratch_starts_what_the_rehearsal_describes() {
    let home = Home::new();
    home.write(
        "fixture.sql",
        "CREATE TABLE made (id int);\nCREATE DATABASE more;\n",
    );
    let rehearsal = "rehearsal:\n  source: { setup: fixture.sql, settings: { wal_level: replica } }\n  destination: {}\n---";
    let book = TWO.replacen("\n---\n", &format!("\n{rehearsal}\n"), 1);
    let book = format!(
        "{book}\n```sql {{name=e on=source}}\nSELECT 'made ' || count(*) || ' ' || current_setting('wal_level') FROM made;\n```\n\n\
         ```sql {{name=f on=destination}}\nSELECT 'apart ' || (current_setting('unix_socket_directories') <> :'source_host') || ' ' || current_setting('wal_level');\n```\n"
    );
    home.write("book.md", &book);
    let mut command = home.command(&["run", "book.md", "--scratch"]);
    command
        .env("PGHOSTADDR", "127.0.0.1")
        .env("DATABASE_URL", "postgresql://nobody@nowhere/none");
    Outcome::of(command).exits(0).says(&[
        "source shop to shop",
        "destination shop 5s",
        "admin postgres 5s",
        "shell shop",
        "made 0 replica",
        "apart true logical",
    ]);
    home.write("book.md", TWO);
    home.stepmark(&["run", "book.md", "--scratch"])
        .exits(0)
        .says(&[
            "source source to destination",
            "destination destination 5s",
            "admin postgres 5s",
        ]);
    home.stepmark(&["run", "book.md", "--scratch", "--fixture", "fixture.sql"])
        .exits(2)
        .says(&["--fixture sets one server up, and the runbook has 2"]);
    let missing = book.replace("fixture.sql", "nothing.sql");
    home.write("book.md", &missing);
    home.stepmark(&["run", "book.md", "--scratch"])
        .exits(2)
        .says(&[
            "nothing.sql: No such file",
            "book.md:7: the setup of source",
        ]);
}

#[test]
fn what_is_required_and_missing_refuses_the_run() {
    let (home, server) = (Home::new(), Server::new());
    let book = |postgres: &str, tool: &str| {
        let text = format!(
            "---\nrequires:\n  postgres: \"{postgres}\"\n  tools: [sh, {tool}]\n---\n\n```bash\necho ran\n```\n"
        );
        home.write("book.md", &text);
    };
    let url = server.url();
    book(">=99", "no-such-tool");
    home.stepmark(&["run", "book.md", "--connect", &url])
        .exits(3)
        .says(&[
            "book.md:4: no-such-tool is not in PATH",
            "book.md:3: PostgreSQL >=99, and connection default leads to ",
        ]);
    assert!(home.leftovers().is_empty(), "{:?}", home.leftovers());
    book(">=10 <99", "cat");
    home.stepmark(&["run", "book.md", "--connect", &url])
        .exits(0)
        .says(&["ran"]);
    // The server's own programs are in PATH with --scratch, as they are for its shell steps.
    book(">=10", "pg_ctl");
    home.stepmark(&["run", "book.md", "--scratch"]).exits(0);
}

#[test]
fn the_doctor_looks_at_what_a_runbook_declares() {
    let (home, server) = (Home::new(), Server::new());
    let requires = "requires:\n  tools: [no-such-tool]\n---";
    home.write(
        "book.md",
        &TWO.replacen("\n---\n", &format!("\n{requires}\n"), 1),
    );
    home.stepmark(&["doctor", "book.md"]).exits(1).says(&[
        "MISSING  no-such-tool   not in PATH; book.md:7 requires it",
        "MISSING  connections    2 connections do not say where they lead",
        "book.md:4: destination: DESTINATION_URL is not set",
    ]);
    let mut command = home.command(&["doctor", "book.md"]);
    command.env("SOURCE_URL", server.url());
    command.env("DESTINATION_URL", server.url());
    Outcome::of(command).exits(1).says(&[
        "ok       source         shop as postgres, PostgreSQL",
        "ok       admin          postgres as postgres, PostgreSQL",
    ]);
}

const PRODUCTION: &str = "---\nenvironment: production\n---\n\n```sql\nSELECT 'ran';\n```\n";

#[test]
fn production_is_confirmed_by_its_own_flag_and_not_by_yes() {
    let (home, server) = (Home::new(), Server::new());
    home.write("book.md", PRODUCTION);
    let url = server.url();
    home.stepmark(&["run", "book.md", "--connect", &url, "--yes"])
        .exits(3)
        .says(&[
            "written for production",
            "default: database shop",
            "--environment production",
        ]);
    home.stepmark(&[
        "run",
        "book.md",
        "--connect",
        &url,
        "--environment",
        "staging",
    ])
    .exits(3)
    .says(&["written for production, and --environment says staging"]);
    assert!(home.leftovers().is_empty(), "{:?}", home.leftovers());
    home.stepmark(&[
        "run",
        "book.md",
        "--connect",
        &url,
        "--environment",
        "production",
    ])
    .exits(0)
    .says(&["environment production confirmed by flag", "ran"]);
    let journal = home.journal("book");
    let confirmed: Vec<_> = journal.of("environment_confirmed").collect();
    assert_eq!(confirmed.len(), 1);
    assert_eq!(confirmed[0]["answer"], "production");
    assert_eq!(confirmed[0]["by_flag"], true);
    home.stepmark(&["run", "book.md", "--scratch"]).exits(0);
    let journal = home.journal("book");
    assert_eq!(journal.of("environment_confirmed").count(), 0);
}

#[test]
fn a_person_types_the_word_production() {
    let (home, server) = (Home::new(), Server::new());
    home.write("book.md", PRODUCTION);
    let url = server.url();
    let start = || {
        Pty::start(
            home.command(&["run", "book.md", "--connect", &url]),
            30,
            120,
        )
    };
    let mut pty = start();
    let prompt = "Type production to go on, Ctrl-C to leave:";
    pty.shows(prompt);
    for word in ["y", "yes"] {
        pty.press(&format!("{word}\r"));
        pty.shows(&format!("{word}\n  That is not the word.\n{prompt}"));
    }
    pty.press("Production\r");
    assert_eq!(pty.ends().code(), Some(4), "{}", pty.contents());
    assert!(home.leftovers().is_empty(), "{:?}", home.leftovers());
    let mut pty = start();
    pty.shows("default: database shop on ");
    pty.shows("as postgres, primary");
    pty.shows(prompt);
    pty.press("production\r");
    pty.shows("PRODUCTION");
    pty.shows("Nothing has run yet");
    pty.press("\r");
    pty.shows("[ Run ]");
    pty.press("\r");
    pty.shows("every step is done");
    pty.press("qq");
    pty.ends();
    let journal = home.journal("book");
    let confirmed: Vec<_> = journal.of("environment_confirmed").collect();
    assert_eq!(confirmed[0]["by_flag"], false);
}
