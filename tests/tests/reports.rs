//! Reports: what they hold, in three spellings, of ended, running and cut runs; hostile text stays text.

use std::fs;

use serde_json::Value;
use stepmark_tests::{Home, Server};

const HOSTILE: &str = "# Title <script>alert(1)</script> | x\n\n\
    ```bash {name=one estimate=2m}\nprintf '%s\\n' '```' '</pre><script>alert(2)</script>' '| a | b |' '<!-- x'\nprintf '\\033[31mred\\033[0m\\n'\n```\n\n\
    - [ ] Tell them\n";

fn run_hostile() -> Home {
    let home = Home::new();
    home.write("book.md", HOSTILE);
    home.stepmark(&["run", "book.md", "--yes"]).exits(0);
    home
}

#[test]
fn the_migration_log_comes_first() {
    let home = run_hostile();
    let report = home.stepmark(&["report", "last"]).exits(0).stdout;
    let sections: Vec<&str> = report
        .lines()
        .filter(|line| line.starts_with("## "))
        .collect();
    assert!(
        sections[0].starts_with("## Migration log: 20"),
        "{sections:?}"
    );
    for part in [
        "**Timeline:**",
        "UTC: **one** done in ",
        "**Issues:** None",
        "(estimated: 2 m 00 s, 1 step without estimate)",
        "## Planned and actual",
        "## Gaps and unknowns",
        "stepmark verify 20",
    ] {
        assert!(report.contains(part), "no {part}:\n{report}");
    }
}

#[test]
fn the_html_report_is_one_file_without_scripts_or_requests() {
    let home = run_hostile();
    home.stepmark(&["report", "last", "-o", "out.html"])
        .exits(0);
    let page = fs::read_to_string(home.path().join("out.html")).expect("a page");
    assert!(page.starts_with("<!DOCTYPE html>"));
    for forbidden in [
        "<script",
        "src=",
        "url(",
        "@import",
        "<link",
        "<iframe",
        "http://",
        "javascript:",
    ] {
        let found = page.match_indices(forbidden).next();
        assert_eq!(found, None, "{forbidden}");
    }
    // What an attribute says that runs code: `onerror=`, `onload =`.
    let handler = page.match_indices(" on").find(|(at, _)| {
        let name = page[at + 1..].trim_start_matches(|one: char| one.is_ascii_alphabetic());
        name.trim_start().starts_with('=')
    });
    assert_eq!(handler, None);
    assert!(page.contains("&lt;script&gt;alert(2)&lt;/script&gt;"));
    assert!(page.contains("default-src 'none'") && page.contains("<svg class=\"timeline\""));
    assert!(!page.contains('\u{1b}'));
    assert_eq!(
        page.matches("<section>").count(),
        page.matches("</section>").count()
    );
    assert_eq!(page.matches("<pre").count(), page.matches("</pre>").count());
}

#[test]
fn the_json_report_holds_the_exact_text_and_the_outcome() {
    let home = run_hostile();
    let text = home
        .stepmark(&["report", "last", "--format", "json"])
        .exits(0)
        .stdout;
    let report: Value = serde_json::from_str(&text).expect("JSON");
    let attempt = &report["steps"][0]["attempts"][0];
    let source = HOSTILE.split("estimate=2m}\n").nth(1).expect("a fence");
    let code = source.split("```\n\n").next().expect("its text");
    assert_eq!(attempt["text"], code);
    assert_eq!(attempt["outcome"]["status"], "succeeded");
    assert_eq!(
        (&report["vitality"], &report["steps_done"]),
        (&"ended".into(), &2.into())
    );
}

#[test]
fn a_run_that_is_going_on_and_one_that_was_cut_say_so() {
    let home = Home::new();
    home.write(
        "book.md",
        "```bash {name=stuck}\nmkfifo held; read line < held\n```\n",
    );
    let mut child = home.spawn(&["run", "book.md"]);
    home.when_started("book", 1);
    home.stepmark(&["report", "last"])
        .exits(0)
        .says(&["still going on", "stuck — running"]);
    home.stepmark(&["verify", "last"])
        .exits(0)
        .says(&["this run is still going on"]);
    child.kill().expect("our child");
    child.wait().expect("our child");
    home.stepmark(&["report", "last"]).exits(0).says(&[
        "no end recorded",
        "whether step stuck took effect is unknown",
        "stuck — unknown",
    ]);
    home.stepmark(&["report", "last", "--format", "html"])
        .exits(0)
        .says(&["no end recorded"]);
}

#[test]
fn sql_steps_tell_target_error_and_statements() {
    let (home, server) = (Home::new(), Server::new());
    home.write(
        "book.md",
        "```sql {name=bad}\nSELECT 1;\nSELECT 1/0;\n```\n",
    );
    home.stepmark(&["run", "book.md", "--connect", &server.url()])
        .exits(1);
    home.stepmark(&["report", "last"]).exits(0).says(&[
        "## Targets",
        "shop (oid ",
        "**Failed:** ERROR 22012: division by zero",
        "1 of 2 statements finished",
        "**Issues:**\n\n- ",
    ]);
}
