//! A secret in forty spellings, on six ways out of a step, through the binary: in no file of the run, on no print and no terminal, and in
//! no process's arguments. The
//! spellings are made here anew, not by the code that looks for them.

use std::fs;
use std::path::Path;

use stepmark_tests::{Home, Outcome, Pty, Server, watched};

const SECRET: &str = "Zx9\"k' q\\w$e&<\u{e9}>+/=T~8";

/// Each way gets all spellings, a line each.
const BOOK: &str = r#"---
inputs:
  pw: { secret: true, env: APP_PASSWORD }
---

```bash {name=whole}
cat forms
```

```bash {name=byte-by-byte}
dd if=forms bs=1 status=none
```

```bash {name=coloured}
sed 's/./&\x1b[0m/g' forms
```

```bash {name=carriage-returns}
sed 's/$/\r/' forms >&2
```

```psql {name=client}
SELECT :'pw' <> '', form FROM forms;
\! bash wait in-sight
```

```sql {name=server}
SELECT form FROM forms ORDER BY id;
DO $$ DECLARE one record; BEGIN
  FOR one IN SELECT form FROM forms ORDER BY id LOOP
    RAISE NOTICE 'told: %', one.form USING DETAIL = one.form, HINT = 'as in ' || one.form;
  END LOOP;
END $$;
```
"#;

/// Its name and how it spells a text.
type Form = (&'static str, fn(&str) -> String);

const FORMS: &[Form] = &[
    ("raw", str::to_owned),
    ("json", |s| serde_json::to_string(s).expect("a string")),
    ("json, ascii only", |s| per_char(s, json_ascii)),
    ("json, slash escaped", |s| {
        per_char(s, json_ascii).replace('/', "\\/")
    }),
    ("all \\u", |s| {
        s.encode_utf16().map(|u| format!("\\u{u:04x}")).collect()
    }),
    ("all \\U upper", |s| {
        s.encode_utf16().map(|u| format!("\\u{u:04X}")).collect()
    }),
    ("c, octal", |s| {
        per_byte(s, b"\\\"", |b| format!("\\{b:03o}"))
    }),
    ("c, hex", |s| {
        per_byte(s, b"\\\"", |b| format!("\\x{b:02x}"))
    }),
    ("rust debug", |s| format!("{s:?}")),
    ("rust escape_default", |s| s.escape_default().to_string()),
    ("python repr", |s| {
        format!("'{}'", s.replace('\\', "\\\\").replace('\'', "\\'"))
    }),
    ("python ascii", |s| {
        let escaped = s.replace('\\', "\\\\").replace('\'', "\\'");
        format!("'{}'", escaped.replace('\u{e9}', "\\xe9"))
    }),
    ("shell, single quotes", |s| {
        format!("'{}'", s.replace('\'', "'\\''"))
    }),
    ("shell, other single quotes", |s| {
        format!("'{}'", s.replace('\'', "'\"'\"'"))
    }),
    ("shell, double quotes", |s| {
        format!("\"{}\"", before(s, "\"\\$`", "\\"))
    }),
    ("bash $''", |s| {
        format!("$'{}'", per_byte(s, b"\\'", |b| format!("\\{b:03o}")))
    }),
    ("bash %q", |s| before(s, " '\"\\|&;()<>!{}*[]?^$`,", "\\")),
    ("sql literal", |s| format!("'{}'", s.replace('\'', "''"))),
    ("sql E''", |s| {
        format!("E'{}'", s.replace('\\', "\\\\").replace('\'', "''"))
    }),
    ("sql identifier, csv", |s| {
        format!("\"{}\"", s.replace('"', "\"\""))
    }),
    ("powershell", |s| format!("\"{}\"", before(s, "`\"$", "`"))),
    ("url, upper", |s| url(s, "-._~", |b| format!("%{b:02X}"))),
    ("url, lower", |s| url(s, "-._~", |b| format!("%{b:02x}"))),
    ("url, form", |s| {
        url(s, "-._*", |b| format!("%{b:02X}")).replace("%20", "+")
    }),
    ("url, javascript", |s| {
        url(s, "-._~!*'()", |b| format!("%{b:02X}"))
    }),
    ("xml", |s| {
        xml(s).replace('"', "&quot;").replace('\'', "&apos;")
    }),
    ("html", |s| {
        xml(s).replace('"', "&quot;").replace('\'', "&#39;")
    }),
    ("html, numbers", |s| {
        xml(s)
            .replace('"', "&#34;")
            .replace('\'', "&#39;")
            .replace('\u{e9}', "&#233;")
    }),
    ("base32", |s| {
        bits(s.as_bytes(), 5, b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
    }),
    ("base64", |s| base64(s.as_bytes())),
    ("base64, shifted by one", |s| {
        base64(format!("u{s}").as_bytes())
    }),
    ("base64, shifted by two", |s| {
        base64(format!("us{s}ers").as_bytes())
    }),
    ("base64, url", |s| {
        base64(s.as_bytes()).replace('+', "-").replace('/', "_")
    }),
    ("basic auth", |s| base64(format!("operator:{s}").as_bytes())),
    ("powershell -EncodedCommand", |s| {
        let units: Vec<u8> = s.encode_utf16().flat_map(u16::to_le_bytes).collect();
        base64(&units)
    }),
    ("hex, lower", |s| hex(s, "")),
    ("hex, upper", |s| hex(s, "").to_uppercase()),
    ("hex, colons", |s| hex(s, ":")),
    ("hex, blanks", |s| hex(s, " ")),
    ("quoted-printable", |s| {
        per_byte(s, b"=", |b| format!("={b:02X}"))
    }),
];

fn per_char(text: &str, spell: fn(char) -> String) -> String {
    text.chars().map(spell).collect()
}

fn json_ascii(one: char) -> String {
    match one {
        '"' | '\\' => format!("\\{one}"),
        ' '..='~' => one.to_string(),
        _ => format!("\\u{:04x}", u32::from(one)),
    }
}

/// With a backslash before what is in `special`, except that `=` is spelled; other bytes that do not print are spelled too.
fn per_byte(text: &str, special: &[u8], spell: fn(u8) -> String) -> String {
    let one = |byte: u8| match byte {
        b'=' if special.contains(&b'=') => spell(byte),
        _ if special.contains(&byte) => format!("\\{}", char::from(byte)),
        b' '..=b'~' => char::from(byte).to_string(),
        _ => spell(byte),
    };
    text.bytes().map(one).collect()
}

fn before(text: &str, special: &str, mark: &str) -> String {
    let mark = |one: char| match special.contains(one) {
        true => format!("{mark}{one}"),
        false => one.to_string(),
    };
    text.chars().map(mark).collect()
}

fn url(text: &str, kept: &str, spell: fn(u8) -> String) -> String {
    let one = |byte: u8| match byte.is_ascii_alphanumeric() || kept.as_bytes().contains(&byte) {
        true => char::from(byte).to_string(),
        false => spell(byte),
    };
    text.bytes().map(one).collect()
}

fn xml(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

fn hex(text: &str, between: &str) -> String {
    let digits: Vec<String> = text.bytes().map(|byte| format!("{byte:02x}")).collect();
    digits.join(between)
}

fn base64(bytes: &[u8]) -> String {
    bits(
        bytes,
        6,
        b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
    )
}

/// RFC 4648, without padding: `width` bits a letter.
fn bits(bytes: &[u8], width: usize, letters: &[u8]) -> String {
    let bit = |at: usize| bytes.get(at / 8).map_or(0, |byte| byte >> (7 - at % 8) & 1);
    let letter = |first: usize| {
        let number = (first..first + width).fold(0, |number, at| number << 1 | bit(at));
        char::from(letters[usize::from(number)])
    };
    (0..bytes.len() * 8).step_by(width).map(letter).collect()
}

/// The part of each spelling that no chance has made: quotes around it and a cut last letter left out.
fn told(form: &Form) -> String {
    let whole = (form.1)(SECRET);
    let inner = whole
        .trim_start_matches(['$', 'E'])
        .trim_matches(['\'', '"']);
    let kept = inner.chars().count() - inner.chars().count() / 4;
    inner.chars().take(kept).collect()
}

/// As a reader's eye takes it in: colours and carriage returns do not count.
fn read(text: &str) -> String {
    let mut seen = String::new();
    let mut rest = text;
    while let Some((plain, after)) = rest.split_once('\u{1b}') {
        seen.push_str(plain);
        rest = after.split_once('m').map_or("", |(_, rest)| rest);
    }
    seen.push_str(rest);
    seen.replace('\r', "")
}

#[track_caller]
fn assert_nowhere_in(text: &str, place: &str) {
    let read = read(text);
    for form in FORMS {
        let told = told(form);
        assert!(!text.contains(&told), "{} is in {place}", form.0);
        assert!(
            !read.contains(&told),
            "{}, in colours, is in {place}",
            form.0
        );
    }
}

fn assert_in_no_file_of(folder: &Path) -> usize {
    let entries = fs::read_dir(folder).expect("a folder of the run");
    let file = |path: &Path| {
        let bytes = fs::read(path).expect("a file of the run");
        let text = String::from_utf8_lossy(&bytes);
        assert_nowhere_in(&text, &path.display().to_string());
        for line in text.lines().filter(|line| line.starts_with('{')) {
            if let Ok(record) = serde_json::from_str::<serde_json::Value>(line) {
                strings(&record, &mut |text| assert_nowhere_in(text, "a record"));
            }
        }
        1
    };
    entries
        .map(|entry| entry.expect("an entry").path())
        .map(|path| match path.is_dir() {
            true => assert_in_no_file_of(&path),
            false => file(&path),
        })
        .sum()
}

fn strings(value: &serde_json::Value, with: &mut impl FnMut(&str)) {
    match value {
        serde_json::Value::String(text) => with(text),
        serde_json::Value::Array(all) => all.iter().for_each(|value| strings(value, with)),
        serde_json::Value::Object(all) => all.values().for_each(|value| strings(value, with)),
        _ => {}
    }
}

fn home() -> Home {
    let home = Home::new();
    home.write("book.md", BOOK);
    let forms: String = FORMS.iter().map(|form| (form.1)(SECRET) + "\n").collect();
    home.write("forms", &forms);
    home.write("wait", "until [ -e \"$1\" ]; do sleep 0.01; done\n");
    home
}

/// A server that holds the spellings too.
fn server() -> Server {
    let server = Server::new();
    let literal = |form: &Form| format!("('{}')", (form.1)(SECRET).replace('\'', "''"));
    let values: Vec<String> = FORMS.iter().map(literal).collect();
    server.sql(&format!(
        "CREATE TABLE forms (id serial, form text);\nINSERT INTO forms (form) VALUES {};",
        values.join(", ")
    ));
    server
}

#[test]
fn forty_spellings_on_six_ways_are_in_no_file_of_the_run_on_no_print_and_in_no_argument() {
    assert_eq!(FORMS.len(), 40);
    let (home, server) = (home(), server());
    let told: Vec<String> = FORMS.iter().map(told).collect();
    let mut seen = Vec::new();
    let look = |line: &str| {
        // The client goes on once its word was seen where the secret is looked for.
        if line.contains("wait\0in-sight\0") {
            home.write("in-sight", "");
        }
        if told.iter().any(|told| line.contains(told)) {
            seen.push(line.to_owned());
        }
    };
    let outcome = watched(look, || {
        let mut command = home.command(&["run", "book.md", "--connect", &server.url()]);
        command.env("APP_PASSWORD", SECRET);
        Outcome::of(command).exits(0)
    });
    assert!(seen.is_empty(), "{seen:?}");
    let masked = outcome.stdout.matches("\u{2039}pw\u{203a}").count();
    assert!(masked >= 6 * FORMS.len(), "{masked} are masked");
    assert_nowhere_in(&outcome.stdout, "the print");
    assert_nowhere_in(&outcome.stderr, "the errors");
    assert!(assert_in_no_file_of(&home.path().join(".stepmark")) > 5);
    let report = home.stepmark(&["report", "last"]).exits(0);
    assert_nowhere_in(&report.stdout, "the report");
}

/// All bytes that were sent to the terminal, and what stands there.
#[track_caller]
fn assert_not_on(pty: &Pty) {
    assert_nowhere_in(&pty.received(), "what the terminal got");
    let contents = pty.contents();
    assert_nowhere_in(&contents, "the terminal");
    let rows: Vec<&str> = contents.lines().map(str::trim_end).collect();
    assert_nowhere_in(&rows.concat(), "the terminal, row joined to row");
}

#[test]
fn forty_spellings_reach_no_terminal() {
    let server = server();
    for way in [&["run", "book.md"][..], &["run", "book.md", "--plain"]] {
        let home = home();
        home.write("in-sight", "");
        let mut command = home.command(way);
        command
            .env("APP_PASSWORD", SECRET)
            .env("DATABASE_URL", server.url());
        let mut pty = Pty::start(command, 120, 250);
        let steps = [
            "whole",
            "byte-by-byte",
            "coloured",
            "carriage-returns",
            "client",
            "server",
        ];
        if way.len() == 2 {
            pty.shows("[ Begin (Enter) ]");
            pty.press("\r");
            for (done, step) in (1..).zip(steps) {
                pty.shows("[ Run ]");
                pty.press("\r");
                pty.shows(&format!(" {done}/{} ", steps.len()));
                pty.shows("\u{2039}pw\u{203a}");
                assert_not_on(&pty);
                assert!(pty.contents().contains(step));
            }
            pty.press("qq");
        } else {
            for _ in steps {
                pty.answer("answer:", "1\n");
                assert_not_on(&pty);
            }
            pty.answer("answer:", "9\n");
        }
        assert_eq!(pty.ends().code(), Some(0));
        assert_not_on(&pty);
        let masked = pty.received().matches("\u{2039}pw\u{203a}").count();
        assert!(masked >= 100, "{masked} are masked");
    }
}
