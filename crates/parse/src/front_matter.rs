//! The block between `---` lines at the start of a runbook: YAML, of which every key must be known. The Markdown parser's
//! own metadata blocks are not used: it takes them anywhere in a document and would hide the fences inside.

mod connections;
mod entries;
mod inputs;
mod rehearsal;
mod requires;
mod yaml;

use stepmark_core::plan::{self, Span};

pub(crate) use connections::unknown_connection;
pub(crate) use requires::is_satisfiable;

use self::entries::Entries;
use self::yaml::{Entry, Value};
use crate::diagnostics::Diagnostics;
use crate::nearest::nearest;
use crate::runme_word::{RunmeTreatment, runme_key};
use crate::{Code, Diagnostic, invisible};

/// What front matter says, and where the Markdown after it starts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct FrontMatter {
    pub(crate) title: Option<String>,
    /// `steps: marked`: only what has attributes is a step.
    pub(crate) marked: bool,
    pub(crate) plan: plan::FrontMatter,
    /// The offset of the first byte after it.
    pub(crate) end: usize,
}

/// The keys there are, in the order of the format's reference.
const KEYS: [&str; 8] = [
    "title",
    "owner",
    "environment",
    "connections",
    "inputs",
    "requires",
    "rehearsal",
    "steps",
];
/// Words for the real thing that are not the one that means it here.
const LIKE_PRODUCTION: [&str; 4] = ["prod", "prd", "live", "productive"];

/// Reads the front matter that starts at `start`, if there is some. Text that starts with a `---` and a blank line is a
/// horizontal rule, as in CommonMark.
pub(crate) fn read(source: &str, start: usize, diagnostics: &mut Diagnostics<'_>) -> FrontMatter {
    let none = FrontMatter {
        end: start,
        ..FrontMatter::default()
    };
    let mut lines = lines(source, start);
    let delimiter = match lines.next() {
        Some((first, _)) if source[first.clone()].trim_ascii_end() == "---" => "---",
        Some((first, _)) if source[first.clone()].trim_ascii_end() == "+++" => "+++",
        _ => return none,
    };
    let mut first_line: Option<Span> = None;
    for (line, next) in lines {
        let text = source[line.clone()].trim_ascii_end();
        if text == delimiter || (delimiter == "---" && text == "...") {
            let mut read = match delimiter {
                "+++" => {
                    diagnostics.report(toml(start));
                    FrontMatter::default()
                }
                _ => {
                    let from = first_line.map_or(line.start, |first| first.start);
                    keys_read(source, from..line.start, diagnostics)
                }
            };
            read.end = next;
            return read;
        }
        if first_line.is_none() && text.is_empty() {
            return none;
        }
        first_line.get_or_insert(line);
    }
    let looks_like_keys = first_line.is_some_and(|line| starts_with_key(&source[line]));
    if delimiter == "---" && looks_like_keys {
        diagnostics.report(
            Diagnostic::error(
                Code::FrontMatterUnclosed,
                start..start + 3,
                "front matter is not closed",
            )
            .with_help("close it with a line that is just `---`"),
        );
    }
    none
}

fn toml(start: usize) -> Diagnostic {
    Diagnostic::error(
        Code::FrontMatterUnsupported,
        start..start + 3,
        "front matter in TOML is not read",
    )
    .with_help("write it in YAML, between `---` lines")
}

/// The lines of `source` from `start` on, line ends excluded, each with the start of the next.
fn lines(source: &str, start: usize) -> impl Iterator<Item = (Span, usize)> {
    let mut at = start;
    source[start..].split_inclusive('\n').map(move |line| {
        let begin = at;
        at += line.len();
        (begin..begin + line.trim_end_matches(['\n', '\r']).len(), at)
    })
}

fn starts_with_key(line: &str) -> bool {
    line.split_once(':').is_some_and(|(key, rest)| {
        !key.is_empty()
            && key
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
            && (rest.is_empty() || rest.starts_with([' ', '\t', '\r']))
    })
}

fn keys_read(source: &str, span: Span, diagnostics: &mut Diagnostics<'_>) -> FrontMatter {
    let root = match yaml::read(source, span.clone()) {
        Ok(root) => root,
        Err(error) => {
            diagnostics.report(
                Diagnostic::error(Code::FrontMatterSyntax, error.span, error.message)
                    .with_help(error.help),
            );
            return FrontMatter::default();
        }
    };
    if matches!(root.value, Value::Scalar { .. } | Value::List(_)) {
        diagnostics.report(
            Diagnostic::error(
                Code::FrontMatterSyntax,
                root.span,
                "front matter is not lines of `key: value`",
            )
            .with_help("a rule at the start of a page is `***`, or `---` and a blank line"),
        );
        return FrontMatter::default();
    }
    let keys = Entries::free(&root, "front matter", "`title: \"text\"`", diagnostics);
    for entry in keys.iter() {
        refuse_unknown(entry, diagnostics);
    }
    let mut read = plan::FrontMatter {
        owner: keys.prose("owner", diagnostics),
        environment: environment(&keys, diagnostics),
        ..plan::FrontMatter::default()
    };
    if let Some(entry) = keys.get("connections") {
        read.connections = connections::read(&entry.node, diagnostics);
    }
    if let Some(entry) = keys.get("inputs") {
        read.inputs = inputs::read(&entry.node, diagnostics);
    }
    if let Some(entry) = keys.get("requires") {
        read.requires = requires::read(&entry.node, diagnostics);
    }
    if let Some(entry) = keys.get("rehearsal") {
        read.rehearsal = rehearsal::read(&entry.node, &read.connections, diagnostics);
    }
    FrontMatter {
        title: keys.prose("title", diagnostics),
        marked: marked(&keys, diagnostics),
        plan: read,
        end: span.end,
    }
}

fn environment(keys: &Entries<'_>, diagnostics: &mut Diagnostics<'_>) -> Option<String> {
    let (text, span) = keys.text("environment", diagnostics)?;
    let lower = text.to_ascii_lowercase();
    let is_like = lower == "production" || LIKE_PRODUCTION.contains(&lower.as_str());
    if text.trim().is_empty() {
        diagnostics.report(
            Diagnostic::error(Code::FrontMatterValue, span, "`environment` names nothing")
                .with_help("write `environment: staging`, or remove it"),
        );
        return None;
    }
    if text != "production" && (is_like || is_mistyped_production(&lower)) {
        diagnostics.report(
            Diagnostic::error(
                Code::FrontMatterValue,
                span,
                format!("`{text}` is not guarded as production is"),
            )
            .with_help("write `environment: production`, or another name for what is not"),
        );
    }
    Some(text)
}

/// A word such as `prodution`, which would go unguarded. `preproduction` and `production-copy` are names of their own.
fn is_mistyped_production(lower: &str) -> bool {
    lower.bytes().all(|byte| byte.is_ascii_alphabetic())
        && !lower.ends_with("production")
        && nearest(lower, ["production"]).is_some()
}

fn marked(keys: &Entries<'_>, diagnostics: &mut Diagnostics<'_>) -> bool {
    let Some((text, span)) = keys.text("steps", diagnostics) else {
        return false;
    };
    if text != "marked" {
        diagnostics.report(
            Diagnostic::error(
                Code::FrontMatterValue,
                span,
                format!("`steps` is not `{}`", invisible::shown(&text)),
            )
            .with_help(
                "write `steps: marked` if only fences with braces are steps, remove it if all are",
            ),
        );
    }
    true
}

fn refuse_unknown(entry: &Entry, diagnostics: &mut Diagnostics<'_>) {
    let key = entry.key.as_str();
    if KEYS.contains(&key) {
        return;
    }
    let shown = invisible::shown(key);
    let span = entry.key_span.clone();
    let diagnostic = match runme_key(key) {
        Some(RunmeTreatment::NoEffect) => return,
        Some(RunmeTreatment::Instead(help)) => Diagnostic::error(
            Code::FrontMatterUnsupported,
            span,
            format!("Runme's `{shown}` has another form here"),
        )
        .with_help(*help),
        Some(RunmeTreatment::SameAs(_)) | None => {
            let diagnostic = Diagnostic::error(
                Code::FrontMatterUnknown,
                span,
                format!("unknown front matter key `{shown}`"),
            );
            match nearest(key, KEYS) {
                Some(near) => diagnostic.with_help(format!("did you mean `{near}`?")),
                None => diagnostic.with_help(format!("known keys: {}", KEYS.join(", "))),
            }
        }
    };
    diagnostics.report(diagnostic);
}
