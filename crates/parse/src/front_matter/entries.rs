//! The keys of one mapping in front matter, read by name and type. Knows neither what a key means nor YAML.

use stepmark_core::plan::Span;

use super::yaml::{Entry, Node, Value, is_boolean};
use crate::diagnostics::Diagnostics;
use crate::nearest::nearest;
use crate::{Code, Diagnostic, invisible};

/// The entries of a mapping, each key once.
pub(super) struct Entries<'n> {
    /// What the mapping is, for messages: ``input `x` ``.
    what: String,
    entries: Vec<&'n Entry>,
}

impl<'n> Entries<'n> {
    /// The entries of `node` with any keys; none for no mapping. `example` is how one is written.
    pub(super) fn free(
        node: &'n Node,
        what: &str,
        example: &str,
        diagnostics: &mut Diagnostics<'_>,
    ) -> Self {
        let mut read = Self {
            what: what.to_owned(),
            entries: Vec::new(),
        };
        match &node.value {
            Value::Null => {}
            Value::Map(entries) => {
                for entry in entries {
                    read.add(entry, diagnostics);
                }
            }
            Value::Scalar { .. } | Value::List(_) => diagnostics.report(
                Diagnostic::error(
                    Code::FrontMatterValue,
                    node.span.clone(),
                    format!("{what} is {}, not a set of keys", node.kind()),
                )
                .with_help(format!("write {example}")),
            ),
        }
        read
    }

    /// The entries of `node`, which may have no other keys than `known`.
    pub(super) fn of(
        node: &'n Node,
        what: &str,
        known: &[&str],
        diagnostics: &mut Diagnostics<'_>,
    ) -> Self {
        let first = known.first().unwrap_or(&"key");
        let read = Self::free(node, what, &format!("`{first}: …`"), diagnostics);
        for entry in &read.entries {
            if !known.contains(&entry.key.as_str()) {
                diagnostics.report(unknown(entry, what, known));
            }
        }
        read
    }

    /// Every entry, in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &'n Entry> {
        self.entries.iter().copied()
    }

    /// The entry of `key`, unless it has no value.
    pub(super) fn get(&self, key: &str) -> Option<&'n Entry> {
        self.iter()
            .find(|entry| entry.key == key && entry.node.value != Value::Null)
    }

    /// The text of `key`, free of characters that hide others.
    pub(super) fn text(
        &self,
        key: &str,
        diagnostics: &mut Diagnostics<'_>,
    ) -> Option<(String, Span)> {
        let entry = self.get(key)?;
        let text = self.text_of(key, &entry.node, diagnostics)?;
        Some((text, entry.node.span.clone()))
    }

    /// The text of `key` as it may be shown, on one line.
    pub(super) fn prose(&self, key: &str, diagnostics: &mut Diagnostics<'_>) -> Option<String> {
        let entry = self.get(key)?;
        let text = self.scalar(key, &entry.node, diagnostics)?;
        let words: Vec<&str> = text.split_whitespace().collect();
        (!words.is_empty()).then(|| words.join(" "))
    }

    /// Whether `key` is `true`.
    pub(super) fn flag(&self, key: &str, diagnostics: &mut Diagnostics<'_>) -> bool {
        let Some(entry) = self.get(key) else {
            return false;
        };
        match &entry.node.value {
            Value::Scalar { text, plain: true } if is_boolean(text) => text == "true",
            _ => {
                diagnostics.report(
                    Diagnostic::error(
                        Code::FrontMatterValue,
                        entry.node.span.clone(),
                        format!("`{key}` of {} is not true or false", self.what),
                    )
                    .with_help(format!("write `{key}: true`, without quotes")),
                );
                false
            }
        }
    }

    /// The texts of the list `key`.
    pub(super) fn texts(
        &self,
        key: &str,
        diagnostics: &mut Diagnostics<'_>,
    ) -> Vec<(String, Span)> {
        let Some(entry) = self.get(key) else {
            return Vec::new();
        };
        let Value::List(nodes) = &entry.node.value else {
            diagnostics.report(
                Diagnostic::error(
                    Code::FrontMatterValue,
                    entry.node.span.clone(),
                    format!(
                        "`{key}` of {} is {}, not a list",
                        self.what,
                        entry.node.kind()
                    ),
                )
                .with_help(format!("write `{key}: [first, second]`")),
            );
            return Vec::new();
        };
        nodes
            .iter()
            .filter_map(|node| {
                let text = self.text_of(key, node, diagnostics)?;
                Some((text, node.span.clone()))
            })
            .collect()
    }

    /// The keys of the mapping `key` and their texts, in order.
    pub(super) fn settings(
        &self,
        key: &str,
        diagnostics: &mut Diagnostics<'_>,
    ) -> Vec<(String, String)> {
        let Some(entry) = self.get(key) else {
            return Vec::new();
        };
        let what = format!("`{key}` of {}", self.what);
        let settings = Entries::free(
            &entry.node,
            &what,
            &format!("`{key}: {{ lock_timeout: 5s }}`"),
            diagnostics,
        );
        settings
            .iter()
            .filter_map(|setting| {
                if !is_setting(&setting.key) {
                    diagnostics.report(
                        Diagnostic::error(
                            Code::FrontMatterValue,
                            setting.key_span.clone(),
                            format!("`{}` is no setting's name", invisible::shown(&setting.key)),
                        )
                        .with_help("a name is letters, digits and `_`, with a `.` after a prefix: `lock_timeout`, `app.user`"),
                    );
                    return None;
                }
                let text = settings.text_of(&setting.key, &setting.node, diagnostics)?;
                Some((setting.key.clone(), text))
            })
            .collect()
    }

    fn add(&mut self, entry: &'n Entry, diagnostics: &mut Diagnostics<'_>) {
        if let Some(first) = self.iter().find(|other| other.key == entry.key) {
            diagnostics.report(
                Diagnostic::error(
                    Code::FrontMatterDuplicate,
                    entry.key_span.clone(),
                    format!("`{}` is given twice", invisible::shown(&entry.key)),
                )
                .with_related(first.key_span.clone(), "first here")
                .with_help("remove one of them"),
            );
            return;
        }
        self.entries.push(entry);
    }

    fn text_of(&self, key: &str, node: &Node, diagnostics: &mut Diagnostics<'_>) -> Option<String> {
        let text = self.scalar(key, node, diagnostics)?;
        let what = format!("`{key}` of {}", self.what);
        invisible::check(text, &what, |_| node.span.clone(), diagnostics);
        Some(text.to_owned())
    }

    fn scalar(
        &self,
        key: &str,
        node: &'n Node,
        diagnostics: &mut Diagnostics<'_>,
    ) -> Option<&'n str> {
        match &node.value {
            Value::Scalar { text, .. } => Some(text),
            Value::Null | Value::List(_) | Value::Map(_) => {
                diagnostics.report(
                    Diagnostic::error(
                        Code::FrontMatterValue,
                        node.span.clone(),
                        format!("`{key}` of {} is {}, not text", self.what, node.kind()),
                    )
                    .with_help(format!("write it on one line: `{key}: \"text\"`")),
                );
                None
            }
        }
    }
}

/// The diagnostic for a key nobody knows.
fn unknown(entry: &Entry, what: &str, known: &[&str]) -> Diagnostic {
    let diagnostic = Diagnostic::error(
        Code::FrontMatterUnknown,
        entry.key_span.clone(),
        format!("unknown key `{}` in {what}", invisible::shown(&entry.key)),
    );
    match nearest(&entry.key, known.iter().copied()) {
        Some(near) => diagnostic.with_help(format!("did you mean `{near}`?")),
        None => diagnostic.with_help(format!("known keys: {}", known.join(", "))),
    }
}

/// PostgreSQL's names of settings, with a prefix for those of extensions.
fn is_setting(name: &str) -> bool {
    name.split('.').count() <= 2
        && name.split('.').all(|part| {
            !part.starts_with(|first: char| first.is_ascii_digit())
                && !part.is_empty()
                && part
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        })
}
