//! Graphs of a runbook with everything that has an edge, letter for letter.

use std::fs;

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
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("book.md");
    fs::write(&path, BOOK).unwrap();
    let file = CheckedFile::read(&path).unwrap();
    assert_eq!(file.diagnostics, []);
    file
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
