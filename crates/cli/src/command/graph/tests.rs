//! Graphs of a runbook with everything that has an edge, letter for letter.

use std::fs;

use serde_json::json;
use stepmark_core::VariableName;

use super::label::label;
use super::{dot, json, mermaid};
use crate::command::check::CheckedFile;

const BOOK: &str = r#"# Move "shop" & <more>

## Back up #1

```bash {name=backup}
:
```

## Change `it` \ %s

```sql {name=change needs=backup}
SELECT 1;
```

```sql {rollback=change name=unchange}
SELECT 2;
```

```sql {probe=change name=changed}
SELECT true;
```

```sh {name=branch needs=none}
:
```

- [ ] Tell **them**
- [ ] Wait

```sh {name=end}
:
```
"#;

fn book() -> CheckedFile {
    let file = read(BOOK);
    assert_eq!(file.diagnostics, []);
    file
}

fn read(book: &str) -> CheckedFile {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("book.md");
    fs::write(&path, book).unwrap();
    CheckedFile::read(&path).unwrap()
}

fn snapshot(name: &str, text: &str) {
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false, snapshot_path => "tests/snapshots" }, {
        insta::assert_snapshot!(name, text);
    });
}

#[test]
fn mermaid_of_everything() {
    snapshot("mermaid", &mermaid(&book().plan));
}

#[test]
fn dot_of_everything() {
    snapshot("dot", &dot(&book().plan));
}

#[test]
fn json_of_everything() {
    let pretty = serde_json::to_string_pretty(&json::graph(&book())).unwrap();
    snapshot("json", &pretty);
}

#[test]
fn a_node_says_when_its_step_runs_if_not_just_in_its_turn() {
    let mut file = read("```sh {name=a}\n:\n```\n\n```sh {name=b}\n:\n```\n");
    file.plan.steps[0].flow.when = Some(VariableName::new("big"));
    file.plan.steps[1].flow.always = true;
    let labels = file.plan.steps.iter().map(|step| label(step).join("; "));
    let labels: Vec<String> = labels.collect();
    assert_eq!(labels, ["a (sh); :; when big", "b (sh); :; always"]);
    let nodes = &json::graph(&file)["nodes"];
    assert_eq!(
        [&nodes[0]["when"], &nodes[1]["always"]],
        [&json!("big"), &json!(true)]
    );
}
