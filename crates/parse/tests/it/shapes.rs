//! Documents of any size in shapes that are hard on a parser, for tests of growth and for the benchmark.

/// A name and what makes a document of about that many bytes.
pub(crate) type Shape = (&'static str, fn(usize) -> String);

/// All of them. The first three are what runbooks look like; the others are what breaks parsers.
pub(crate) const SHAPES: &[Shape] = &[
    ("runbook", |bytes| repeated(RUNBOOK, bytes)),
    ("prose", |bytes| repeated(PROSE, bytes)),
    ("steps", |bytes| numbered(STEP, bytes)),
    ("named steps", |bytes| numbered(NAMED_STEP, bytes)),
    ("tasks", |bytes| repeated("- [ ] x\n", bytes)),
    ("task lists", |bytes| {
        repeated("- [ ] one\n- [ ] two\n\ntext\n\n", bytes)
    }),
    ("nested tasks", |bytes| {
        repeated("- [ ] one\n  - [ ] two\n    - [ ] three\n", bytes)
    }),
    ("quotes", |bytes| repeated(">", bytes)),
    ("quoted lines", |bytes| repeated("> text\n", bytes)),
    ("nested lists", |bytes| nested(bytes)),
    ("items", |bytes| repeated("- item\n", bytes)),
    ("headings", |bytes| repeated("## Heading\n", bytes)),
    ("one line", |bytes| repeated("word ", bytes)),
    ("one step", |bytes| {
        format!(
            "```sh\n{}```\n",
            repeated("echo a line of a long step\n", bytes)
        )
    }),
    ("one long statement", |bytes| {
        format!("```sql\nSELECT '{}';\n```\n", repeated("x", bytes))
    }),
    ("one step of drops", |bytes| {
        let drops = "DROP TABLE IF EXISTS t;\nCREATE TABLE t (a int);\n-- down\n";
        format!("```sql\n{}```\n", repeated(drops, bytes))
    }),
    ("one long update", |bytes| {
        format!(
            "```sql\nUPDATE t SET a = 1{};\n```\n",
            repeated(", b = (2)", bytes)
        )
    }),
    ("one step of variables", |bytes| {
        format!(
            "```sql\n{}```\n",
            repeated("SELECT :'default_host', a[1:n];\n", bytes)
        )
    }),
    ("one long check", |bytes| {
        format!(
            "```sh {{check}}\n! grep a b{}\n```\n",
            repeated(" ; ;|a \\\n", bytes)
        )
    }),
    ("one check of greps", |bytes| {
        format!(
            "```sh {{check}}\n{}```\n",
            repeated("a | grep -v 'b' > c\n", bytes)
        )
    }),
    ("empty lines", |bytes| repeated("\n", bytes)),
    ("unclosed fences", |bytes| repeated("- ```sh\n\n", bytes)),
    ("transcripts", |bytes| {
        repeated("```console\n$ ls \\\n> -l\nfile\n```\n", bytes)
    }),
    ("tables", |bytes| {
        repeated("| a | b |\n|---|---|\n| c | d |\n\n", bytes)
    }),
    ("emphasis", |bytes| repeated("*a **b ", bytes)),
    ("brackets", |bytes| repeated("[", bytes)),
    ("comments", |bytes| {
        repeated("text <!-- {name=x} -->\n", bytes)
    }),
    ("bad names", |bytes| {
        repeated("```sh {name=a}\n:\n```\n", bytes)
    }),
    ("unknown needs", |bytes| {
        repeated("```sh {needs=nobody}\n:\n```\n", bytes)
    }),
    ("carriage returns", |bytes| repeated("text\r\n", bytes)),
    ("tabs", |bytes| {
        repeated("-\ta\n\n\t```sh\n\t:\n\t```\n", bytes)
    }),
];

const RUNBOOK: &str = include_str!("../../../../runbooks/postgres-migration-steps.md");

const PROSE: &str = "## A heading\n\nWords in a paragraph that goes on for a while, with *emphasis*, `code`,\nand [a link](https://example.org/) here and there, as prose has them.\n\n- a list\n- of two\n\n";

const STEP: &str = "## Step {}\n\nSay what is done and why.\n\n```sql\nSELECT count(*) FROM orders WHERE id = {};\n```\n\n";

const NAMED_STEP: &str = "```sql {name=step-{} timeout=30s}\nSELECT 1;\n```\n\n";

fn repeated(piece: &str, bytes: usize) -> String {
    piece.repeat(bytes.div_ceil(piece.len()))
}

fn numbered(piece: &str, bytes: usize) -> String {
    let mut text = String::with_capacity(bytes + piece.len());
    let mut number = 0;
    while text.len() < bytes {
        number += 1;
        text.push_str(&piece.replace("{}", &number.to_string()));
    }
    text
}

/// Lists nested sixteen deep, over and over.
fn nested(bytes: usize) -> String {
    let piece: String = (0..16)
        .map(|depth| format!("{}- item\n", "  ".repeat(depth)))
        .collect();
    repeated(&piece, bytes)
}
