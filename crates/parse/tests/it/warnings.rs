//! What runs as it is written and may not be meant: told with its place, and told only then.

use crate::common::{findings, parsed};
use crate::documents::runbooks;

const NO_STEP_BACK: &str = "warning destructive-without-rollback: no step brings back what";

/// A `sql` fence whose text starts on line 2, and what is found.
const DESTRUCTIVE: &[(&str, &str)] = &[
    ("DROP TABLE t;", "2:1 DROP TABLE"),
    (
        "SELECT 1;\n  drop schema if exists s cascade;",
        "3:3 DROP SCHEMA",
    ),
    ("DROP DATABASE d;", "2:1 DROP DATABASE"),
    ("ALTER TABLE t ADD a int, DROP COLUMN b;", "2:1 DROP COLUMN"),
    ("TRUNCATE t;", "2:1 TRUNCATE"),
    ("DELETE FROM t;", "2:1 DELETE without WHERE"),
    ("UPDATE t SET a = 1;", "2:1 UPDATE without WHERE"),
    (
        "WITH gone AS (DELETE FROM t RETURNING *) INSERT INTO u SELECT * FROM gone;",
        "2:1 DELETE without WHERE",
    ),
    (
        "CREATE TABLE a (); DROP TABLE IF EXISTS b; DROP TABLE c;",
        "2:20 DROP TABLE",
    ),
    ("DROP INDEX i;", ""),
    ("DROP SUBSCRIPTION s; DROP OWNED BY r; DROP ROLE r;", ""),
    ("ALTER TABLE t DROP CONSTRAINT c;", ""),
    ("DELETE FROM t WHERE a;", ""),
    ("DROP TABLE IF EXISTS t; CREATE TABLE t (a int);", ""),
    (
        "CREATE TEMP TABLE t AS SELECT 1; SELECT 2; DROP TABLE t;",
        "",
    ),
    ("ALTER TABLE t ADD COLUMN a int; UPDATE t SET a = b;", ""),
    (
        "CREATE TABLE s.t (a int); INSERT INTO s.t VALUES (1); UPDATE s.t SET a = 2;",
        "",
    ),
    ("SELECT 'DROP TABLE t'; -- DROP TABLE t", ""),
];

#[test]
fn data_that_no_step_brings_back_are_told_where_they_are_lost() {
    for (text, expected) in DESTRUCTIVE {
        let found = findings(&parsed(&format!("```sql\n{text}\n```\n")));
        let expected: Vec<String> = expected
            .split_once(' ')
            .map(|(place, what)| format!("{place} {NO_STEP_BACK} {what} takes away"))
            .into_iter()
            .collect();
        assert_eq!(found, expected, "{text}");
    }
}

#[test]
fn a_loss_that_is_answered_for_is_no_warning() {
    let cases = [
        (
            "```sql {name=a}\nDROP TABLE t;\n```\n```sql {rollback=a}\nSELECT 1;\n```\n",
            0,
        ),
        (
            "```sql {name=a}\nDROP TABLE t;\n```\n- [ ] Restore it <!-- {rollback=a} -->\n",
            0,
        ),
        ("```sql {no-return}\nDROP TABLE t;\n```\n", 0),
        ("```sql {no-return=false}\nDROP TABLE t;\n```\n", 1),
        ("```sql {skip}\nDROP TABLE t;\n```\n", 0),
        (
            "```sql {name=a}\nSELECT 1;\n```\n```sql {rollback=a}\nDROP TABLE t;\n```\n",
            0,
        ),
        (
            "```sql {name=a}\nSELECT 1;\n```\n```sql {rollback=a}\nCREATE TABLE t ();\n```\n```sql\nDROP TABLE t;\n```\n",
            1,
        ),
        (
            "```sql\nCREATE SCHEMA s;\n```\n```sql\nDROP SCHEMA s CASCADE;\n```\n",
            0,
        ),
        (
            "```sql {name=a}\nDROP TABLE t;\n```\n```sql {probe=a check}\nSELECT true;\n```\n",
            1,
        ),
    ];
    for (source, expected) in cases {
        let found = findings(&parsed(source));
        assert_eq!(found.len(), expected, "{source}: {found:?}");
    }
}

/// The text of a `sql` fence, and where and with what its way back is told.
const UP_AND_DOWN: &[(&str, &str)] = &[
    (
        "-- up\nALTER TABLE t ADD a int;\n\n  -- Down\nALTER TABLE t ALTER a DROP DEFAULT;",
        "5:3 what follows this comment runs as well, right after what stands before it",
    ),
    (
        "-- +goose Up\nSELECT 1;\n-- +goose Down\nSELECT 2;",
        "4:1 what follows this comment runs as well, right after what stands before it",
    ),
    (
        "SELECT 1;\n--- rollback: ---\nSELECT 2;",
        "3:1 what follows this comment runs as well, right after what stands before it",
    ),
    (
        "CREATE TABLE t (a int);\nCREATE INDEX i ON t (a);\nDROP TABLE public.t;",
        "4:1 this takes `t` away again",
    ),
    (
        "ALTER TABLE t ADD COLUMN a int;\nALTER TABLE t DROP COLUMN IF EXISTS a;",
        "3:1 this takes `t.a` away again",
    ),
    ("-- down\nSELECT 1;", ""),
    ("BEGIN;\nSELECT 1;\n-- rollback\nROLLBACK;", ""),
    ("SELECT 1; -- down\nSELECT 2;", ""),
    ("SELECT 1;\n-- slow down here\nSELECT 2;", ""),
    ("SELECT 1;\n-- rollback DROP TABLE t", ""),
    ("DROP INDEX IF EXISTS i;\nCREATE INDEX i ON t (a);", ""),
    (
        "CREATE TABLE n (a int);\nINSERT INTO n SELECT 1;\nDROP TABLE n;",
        "",
    ),
    (
        "CREATE FUNCTION f() RETURNS int AS $$ SELECT 1 $$ LANGUAGE sql;\nSELECT f();\nDROP FUNCTION f();",
        "",
    ),
    (
        "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID;\nALTER TABLE t VALIDATE CONSTRAINT c;\nALTER TABLE t ALTER a SET NOT NULL;\nALTER TABLE t DROP CONSTRAINT c;",
        "",
    ),
    (
        "CREATE INDEX CONCURRENTLY i2 ON t (a);\nDROP INDEX i;\nALTER INDEX i2 RENAME TO i;",
        "",
    ),
];

#[test]
fn a_way_back_in_the_same_fence_is_told() {
    for (text, expected) in UP_AND_DOWN {
        let source = format!("```sql\n{text}\n```\n");
        let expected: Vec<String> = expected
            .split_once(' ')
            .map(|(place, message)| format!("{place} warning up-and-down: {message}"))
            .into_iter()
            .collect();
        assert_eq!(findings(&parsed(&source)), expected, "{text}");
    }
}

#[test]
fn a_check_that_ends_in_a_misleading_grep_is_told_at_the_grep() {
    let cases = [
        (
            "```bash {check}\nset -e\ncat log | grep -v ok\n```\n",
            "3:1 warning check-inverted: this holds as soon as one line does not match, whatever the others say",
        ),
        (
            "- x\n\n  ```console {wait timeout=5m}\n  $ ! grep -q ERROR log\n  ```\n",
            "4:5 warning check-inverted: this holds as well when grep cannot read what it is to search",
        ),
        (
            "```sh {expect=empty}\ncat log |\n  grep ERROR\n```\n",
            "2:1 warning check-inverted: this can never hold: without output grep exits 1, and a check needs exit 0 too",
        ),
        ("```sh\ngrep -v x log\n```\n", ""),
        ("```sh {check}\ngrep -q ready log\n```\n", ""),
        ("```sh {expect=empty}\nsed -n '/ERROR/p' log\n```\n", ""),
    ];
    for (source, expected) in cases {
        let expected: Vec<&str> = [expected]
            .into_iter()
            .filter(|text| !text.is_empty())
            .collect();
        assert_eq!(findings(&parsed(source)), expected, "{source}");
    }
}

#[test]
fn a_language_that_only_looks_like_a_shell_is_told_to_be_prose() {
    let instead = [
        ("fish", "write it for `bash`, `sh` or `zsh` if"),
        ("shell-script", "write it for `bash`, `sh` or `zsh` if"),
        ("KSH", "write it for `bash`, `sh` or `zsh` if"),
        ("powershell", "write it for `bash`, `sh` or `zsh` if"),
        ("cmd", "write it for `bash`, `sh` or `zsh` if"),
        ("zsh-session", "write `console` if"),
        ("bash-session", "write `console` if"),
        ("sh-session", "write `console` if"),
        ("terminal", "write `console` if"),
        ("plpgsql", "write `sql` if"),
    ];
    for (word, help) in instead {
        let source = |rest: &str| format!("text\n\n```{word}{rest}\nls\n```\n");
        let parsed_bare = parsed(&source(""));
        assert!(parsed_bare.plan.steps.is_empty());
        assert_eq!(
            findings(&parsed_bare),
            [format!(
                "3:4 warning language-not-run: fences in `{word}` do not run: this one is prose"
            )]
        );
        let said = parsed_bare.diagnostics[0].help.as_deref().unwrap();
        assert!(said.starts_with(help), "{word}: {said}");
        assert_eq!(findings(&parsed(&source(" {skip}"))), Vec::<String>::new());
    }
    for word in [
        "text",
        "json",
        "yaml",
        "python",
        "diff",
        "dockerfile",
        "mysql",
        "",
    ] {
        let found = findings(&parsed(&format!("```{word}\nls\n```\n")));
        assert_eq!(found, Vec::<String>::new(), "{word}");
    }
}

#[test]
fn the_runbooks_of_this_repository_give_no_warning() {
    for (name, runbook) in runbooks() {
        assert_eq!(findings(&parsed(&runbook)), Vec::<String>::new(), "{name}");
    }
}
