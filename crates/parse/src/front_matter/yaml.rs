//! Front matter's YAML as a tree in which everything knows its place. The one door to the YAML library; knows no key.

use std::borrow::Cow;

use serde_saphyr::granit_parser::{Event, Options, Parser, ScalarStyle, ScanError, Tag};
use stepmark_core::plan::Span;

/// A value and where it stands in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Node {
    pub(super) value: Value,
    pub(super) span: Span,
}

/// What a value is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    /// Nothing, `~` or `null`.
    Null,
    /// Text, number or boolean, as it was written.
    Scalar {
        text: String,
        /// Without quotes, so that `true` and `12` are not text.
        plain: bool,
    },
    List(Vec<Node>),
    Map(Vec<Entry>),
}

/// A key with its value; a key may come twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) key: String,
    pub(super) key_span: Span,
    pub(super) node: Node,
}

/// Why a text is no YAML, or none that is read here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct YamlError {
    pub(super) span: Span,
    pub(super) message: String,
    pub(super) help: &'static str,
}

/// Lists and maps are nested no deeper than this.
const DEPTH_MAX: usize = 8;
/// Front matter has no more values than this: what reads them may compare each with each.
const VALUES_MAX: usize = 2000;

impl Node {
    /// What kind of value it is, for messages.
    pub(super) fn kind(&self) -> &'static str {
        match &self.value {
            Value::Null => "nothing",
            Value::Scalar { text, plain } if *plain && is_boolean(text) => "true or false",
            Value::Scalar { .. } => "text",
            Value::List(_) => "a list",
            Value::Map(_) => "a set of keys",
        }
    }
}

/// Whether `text` is YAML's `true` or `false`.
pub(super) fn is_boolean(text: &str) -> bool {
    matches!(text, "true" | "false")
}

/// Reads the YAML at `span` of `source`. Anchors, aliases, tags, directives and further documents are refused: each
/// lets a value stand elsewhere than where it is read.
pub(super) fn read(source: &str, span: Span) -> Result<Node, YamlError> {
    let mut options = Options::default();
    options.set_emit_comments(false);
    options.disallow_directives = true;
    options.flow_nesting_limit = DEPTH_MAX;
    options.block_nesting_limit = DEPTH_MAX;
    let text = &source[span.clone()];
    let mut reader = Reader {
        events: Parser::new_from_str_with_options(text, options),
        start: span.start,
        text,
        values: 0,
    };
    let mut root = None;
    loop {
        match reader.next()? {
            (Event::StreamEnd, _) => break,
            (Event::DocumentStart(..), place) if root.is_some() => {
                return Err(YamlError {
                    span: place,
                    message: "front matter is one document".to_owned(),
                    help: "remove the line that starts another",
                });
            }
            (event, place) if event.is_node() => root = Some(reader.node(event, place)?),
            _ => {}
        }
    }
    Ok(root.unwrap_or(Node {
        value: Value::Null,
        span: span.start..span.start,
    }))
}

struct Reader<'a, E> {
    events: E,
    /// Where the text starts in the file.
    start: usize,
    text: &'a str,
    values: usize,
}

type Parsed<'a> = Result<(Event<'a>, serde_saphyr::granit_parser::Span), ScanError>;

impl<'a, E: Iterator<Item = Parsed<'a>>> Reader<'a, E> {
    fn next(&mut self) -> Result<(Event<'a>, Span), YamlError> {
        match self.events.next() {
            None => Ok((
                Event::StreamEnd,
                self.place(self.text.len()..self.text.len()),
            )),
            Some(Ok((event, span))) => {
                let range = span.byte_range().unwrap_or(0..0);
                Ok((event, self.place(range)))
            }
            Some(Err(error)) => {
                let end = self.text.trim_end().len();
                let at = error.marker().byte_offset().unwrap_or(0);
                let what = match at < end {
                    true => "front matter is not YAML here",
                    false => "front matter ends too early",
                };
                Err(YamlError {
                    span: self.place(at.min(end)..at.min(end)),
                    message: format!("{what}: {}", error.kind()),
                    help: "values with `: `, `#`, quotes or brackets in them are written in quotes",
                })
            }
        }
    }

    fn node(&mut self, event: Event<'a>, span: Span) -> Result<Node, YamlError> {
        self.values += 1;
        if self.values > VALUES_MAX {
            return Err(YamlError {
                span,
                message: format!("front matter has more than {VALUES_MAX} values"),
                help: "keep what is not about the run elsewhere",
            });
        }
        let value = match event {
            Event::Scalar(text, style, anchor, tag) => {
                refuse_properties(anchor, tag.as_deref(), &span)?;
                scalar(text, style)
            }
            Event::SequenceStart(_, anchor, tag) => {
                refuse_properties(anchor, tag.as_deref(), &span)?;
                Value::List(self.list()?)
            }
            Event::MappingStart(_, anchor, tag) => {
                refuse_properties(anchor, tag.as_deref(), &span)?;
                Value::Map(self.map()?)
            }
            _ => return Err(unreadable(span)),
        };
        Ok(Node { value, span })
    }

    fn list(&mut self) -> Result<Vec<Node>, YamlError> {
        let mut nodes = Vec::new();
        loop {
            match self.next()? {
                (Event::SequenceEnd | Event::StreamEnd, _) => return Ok(nodes),
                (event, span) => nodes.push(self.node(event, span)?),
            }
        }
    }

    fn map(&mut self) -> Result<Vec<Entry>, YamlError> {
        let mut entries = Vec::new();
        loop {
            let (event, key_span) = self.next()?;
            let key = match event {
                Event::MappingEnd | Event::StreamEnd => return Ok(entries),
                Event::Scalar(text, _, anchor, tag) => {
                    refuse_properties(anchor, tag.as_deref(), &key_span)?;
                    text.into_owned()
                }
                _ => return Err(unreadable(key_span)),
            };
            let (event, span) = self.next()?;
            entries.push(Entry {
                key,
                key_span,
                node: self.node(event, span)?,
            });
        }
    }

    /// `range` of the text as a place in the file, without the line ends and blanks a block runs on over.
    fn place(&self, range: Span) -> Span {
        let start = self.text.floor_char_boundary(range.start);
        let end = self.text.floor_char_boundary(range.end.max(start));
        let trimmed = self.text[start..end].trim_end().len();
        self.start + start..self.start + start + trimmed
    }
}

fn scalar(text: Cow<'_, str>, style: ScalarStyle) -> Value {
    let plain = style == ScalarStyle::Plain;
    if plain && matches!(text.as_ref(), "" | "~" | "null") {
        return Value::Null;
    }
    Value::Scalar {
        text: text.into_owned(),
        plain,
    }
}

fn refuse_properties(anchor: usize, tag: Option<&Tag>, span: &Span) -> Result<(), YamlError> {
    match anchor > 0 || tag.is_some() {
        true => Err(unreadable(span.clone())),
        false => Ok(()),
    }
}

fn unreadable(span: Span) -> YamlError {
    YamlError {
        span,
        message: "anchors, aliases, tags and keys that are no text are not read".to_owned(),
        help: "write the value itself, where it belongs",
    }
}
