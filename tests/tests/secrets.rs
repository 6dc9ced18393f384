//! Secrets through the binary: in no file of a run, on no screen, in no argument list, whatever way they take there.

use std::fs;
use std::path::{Path, PathBuf};

use stepmark_tests::{Home, Outcome, Pty, Server, watched};

const SECRET: &str = "S3cret \"of\" our$ & 'théirs'";

/// Steps that print the secret in every way that these programs have; every step ends well.
const BOOK: &str = r#"---
inputs:
  pw: { secret: true, env: APP_PASSWORD }
---

```bash {name=coloured}
printf '%s\033[31m%s\033[0m%s\n' "${pw:0:5}" "${pw:5:6}" "${pw:11}"
```

```bash {name=parted}
printf %s "${pw:0:7}"; sleep 0.3; echo warning >&2; sleep 0.3; printf '%s\n' "${pw:7}"
for ((i = 0; i < ${#pw}; i++)); do printf %s "${pw:i:1}"; done; echo
printf '%s\r\n' "$pw"
```

```bash {name=encoded}
printf %s "$pw" | base64; printf %s "operator:$pw" | base64 -w0; echo
{ head -c 47 /dev/zero | tr '\0' x; printf %s "$pw"; } | base64 -w 64
printf %s "$pw" | base32; printf %s "$pw" | od -An -v -tx1; printf %s "$pw" | od -An -v -tx1 | tr -d ' \n'; echo
printf '%q\n' "$pw"; set -x; : "$pw"; set +x; declare -p pw
printf %s "$pw" | iconv -t UTF-16LE; echo
echo "$pw" >&2; env | grep -a pw
```

```sql {name=server}
DO $$ BEGIN RAISE NOTICE 'a notice'; END $$;
SELECT :'pw' AS raw, quote_literal(:'pw'), to_json(:'pw'::text), encode(convert_to(:'pw', 'UTF8'), 'hex');
CREATE FUNCTION tell(x text) RETURNS void LANGUAGE plpgsql AS
  $$ BEGIN RAISE NOTICE 'told %', x USING DETAIL = 'in detail ' || x, HINT = to_json(x)::text; END $$;
SELECT tell(:'pw');
```

```psql {name=client}
\echo :pw
SELECT :'pw', tell(:'pw');
```
"#;

/// What no file and no screen may hold: the secret, and parts of it that nothing else has.
const TRACES: [&str; 8] = [
    SECRET,
    "S3cret",
    "théirs",
    "our$ &",
    "UzNjcmV0",
    "533363726574",
    "KMZWG4TFOQ",
    "h\\u00e9irs",
];

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        match path.is_dir() {
            true => found.extend(files(&path)),
            false => found.push(path),
        }
    }
    found
}

#[track_caller]
fn assert_not_in(text: &str, place: &str) {
    for trace in TRACES {
        assert!(!text.contains(trace), "{trace:?} in {place}: {text}");
    }
}

#[track_caller]
fn assert_in_no_file(home: &Home) {
    let files = files(&home.path().join(".stepmark"));
    assert!(!files.is_empty(), "a run leaves files");
    for file in files {
        let bytes = fs::read(&file).unwrap_or_default();
        assert_not_in(
            &String::from_utf8_lossy(&bytes),
            &file.display().to_string(),
        );
    }
}

#[test]
fn a_secret_is_masked_on_every_way_to_files_and_prints() {
    let (home, server) = (Home::new(), Server::new());
    home.write("book.md", BOOK);
    let url = server.url();
    for arguments in [
        &["run", "book.md", "--connect", &url][..],
        &["run", "book.md", "--connect", &url, "--json"],
    ] {
        server.sql("DROP FUNCTION IF EXISTS tell");
        let mut command = home.command(arguments);
        command.env("APP_PASSWORD", SECRET);
        let outcome = Outcome::of(command).exits(0).says(&["‹pw›"]);
        assert_not_in(&outcome.stdout, "stdout");
        assert_not_in(&outcome.stderr, "stderr");
        assert_in_no_file(&home);
    }
    let report = home.stepmark(&["report", "last"]).exits(0);
    assert_not_in(&report.stdout, "the report");
}

#[test]
fn a_secret_is_in_no_argument_list_and_no_core_dump_is_made_of_its_holders() {
    let (home, server) = (Home::new(), Server::new());
    home.write(
        "book.md",
        "---\ninputs:\n  pw: { secret: true, env: APP_PASSWORD }\n---\n\n\
         ```psql {name=client}\nSELECT :'pw' <> '';\n\\! bash wait in-sight-of-psql\n```\n\n\
         ```bash {name=shell}\nbash wait in-sight-of-bash; grep core /proc/$PPID/limits /proc/$$/limits\n```\n",
    );
    // Each step goes on until its own word was seen where the secret is looked for.
    home.write("wait", "until [ -e \"$1\" ]; do sleep 0.01; done\n");
    let mut seen = Vec::new();
    let look = |line: &str| {
        if line.contains("S3cret") {
            seen.push(line.to_owned());
        }
        for word in ["in-sight-of-psql", "in-sight-of-bash"] {
            if line.contains(&format!("wait\0{word}\0")) {
                home.write(word, "");
            }
        }
    };
    let outcome = watched(look, || {
        let mut command = home.command(&["run", "book.md", "--connect", &server.url()]);
        command.env("APP_PASSWORD", SECRET);
        Outcome::of(command)
    });
    let outcome = outcome.exits(0);
    assert!(seen.is_empty(), "{seen:?}");
    let limits: Vec<&str> = outcome
        .stdout
        .lines()
        .filter(|line| line.contains("Max core file size"))
        .filter_map(|line| line.split_whitespace().rev().nth(2))
        .collect();
    assert_eq!(limits, ["1", "1"], "{}", outcome.stdout);
}

#[test]
fn a_password_written_down_is_masked_in_records_outputs_and_lists_of_statements() {
    let (home, server) = (Home::new(), Server::new());
    home.write(
        "book.md",
        "---\ninputs:\n  pw: { default: resolved-pw-1 }\n---\n\n\
         ```sql {name=role}\nCREATE ROLE written PASSWORD 'written-pw-1';\nCREATE ROLE put PASSWORD :'pw';\n\
         SELECT 'see ' || 'written-' || 'pw-1' AS x, 'see ' || 'resolved-' || 'pw-1' AS y;\n```\n\n\
         ```sql {name=made gexec}\nSELECT format('ALTER ROLE put PASSWORD %L', 'made-' || 'pw-1');\n```\n\n\
         # Shell\n\n```bash {name=shell}\nurl=postgres://u:shell-pw-1@h/d; echo \"$url\"\n```\n",
    );
    let outcome = home.stepmark(&["run", "book.md", "--connect", &server.url()]);
    let outcome = outcome
        .exits(0)
        .says(&["see ‹password in role›", "‹password in shell›@h"]);
    let traces = ["written-pw-1", "made-pw-1", "shell-pw-1"];
    let told = [
        home.stepmark(&["check", "book.md"]).says(&[
            "secret-in-runbook",
            "CREATE ROLE written PASSWORD '‹password›';",
            "url=postgres://u:‹password›@h/d; echo",
        ]),
        home.stepmark(&["check", "book.md", "--format", "json"]),
        home.stepmark(&["list", "book.md", "--json"])
            .says(&["CREATE ROLE written PASSWORD '‹password›'"]),
        home.stepmark(&["report", "last"])
            .says(&["CREATE ROLE written PASSWORD '‹password›'"]),
        home.stepmark(&["report", "last", "--format", "html"]),
        outcome.says(&["(sql) CREATE ROLE written PASSWORD '‹password›';"]),
    ];
    for (trace, outcome) in traces
        .iter()
        .flat_map(|trace| told.iter().map(move |one| (trace, one)))
    {
        let printed = format!("{}{}", outcome.stdout, outcome.stderr);
        assert!(!printed.contains(trace), "{trace}: {printed}");
    }
    let run = home.runs("book").pop().expect("a run");
    for file in files(&run) {
        let text = String::from_utf8_lossy(&fs::read(&file).unwrap_or_default()).into_owned();
        let is_copy = file.extension().is_some_and(|end| end == "md");
        for trace in traces.iter().filter(|_| !is_copy) {
            assert!(
                !text.contains(trace),
                "{trace} in {}: {text}",
                file.display()
            );
        }
    }
    assert!(
        server.sql("SELECT count(*) FROM pg_authid WHERE rolname IN ('written', 'put')") == "2"
    );
}

#[test]
fn a_password_written_down_is_masked_on_the_page_and_in_the_question_before_its_step() {
    let home = Home::new();
    home.write(
        "book.md",
        "```bash {name=shell confirm=\"yes\"}\ntrue postgres://u:shell-pw-1@h/d && echo run-$((40 + 2))\n```\n\n\
         ```console {name=log}\n$ true PGPASSWORD=shell-pw-1\n```\n",
    );
    let mut pty = Pty::start(home.command(&["book.md"]), 24, 100);
    pty.shows("Nothing has run yet");
    pty.press("\r");
    pty.shows("postgres://u:‹password›@h/d");
    pty.shows("PGPASSWORD=‹password›");
    assert!(!pty.contents().contains("shell-pw"), "{}", pty.contents());
    pty.shows("[ Run ]");
    pty.press("\r");
    pty.shows("Type to confirm");
    assert!(!pty.contents().contains("shell-pw"), "{}", pty.contents());
    pty.press("yes\r");
    pty.shows("run-42");
    pty.shows("done in");
    assert!(!pty.contents().contains("shell-pw"), "{}", pty.contents());
    pty.press("qq");
    pty.ends();
    assert!(pty.is_restored(), "{}", pty.contents());
}

#[test]
fn a_password_that_is_a_name_or_short_is_masked_where_it_is_written_and_takes_no_word_away() {
    let (home, server) = (Home::new(), Server::new());
    home.write(
        "book.md",
        "# Roles\n\n```sql {name=role}\nCREATE ROLE written PASSWORD 'postgres';\nCREATE ROLE app_owner PASSWORD 'app_owner';\n\
         CREATE ROLE other PASSWORD 'secret';\nSELECT rolname FROM pg_roles WHERE rolname IN ('postgres', 'app_owner');\n\
         SELECT 'a secret word' AS said;\n```\n",
    );
    let outcome = home.stepmark(&["run", "book.md", "--connect", &server.url()]);
    let outcome = outcome
        .exits(0)
        .says(&[" app_owner\n", " postgres\n", "a secret word"]);
    assert!(
        !outcome.stdout.contains("‹password in"),
        "{}",
        outcome.stdout
    );
    let journal = home.journal("book");
    let started = journal.of("step_started").next().expect("an intent");
    let text = started["text"].as_str().expect("a text");
    assert!(
        text.contains("CREATE ROLE written PASSWORD '‹password›';"),
        "{text}"
    );
    assert!(
        text.contains("CREATE ROLE app_owner PASSWORD '‹password›';"),
        "{text}"
    );
    assert!(
        text.contains("CREATE ROLE other PASSWORD '‹password›';"),
        "{text}"
    );
    assert!(text.contains("IN ('postgres', 'app_owner')"), "{text}");
}
