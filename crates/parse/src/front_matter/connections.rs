//! `connections:` of front matter. Resolves no address and looks at no environment.

use std::collections::HashMap;

use stepmark_core::ConnectionName;
use stepmark_core::plan::{ConnectionSpec, Span};

use super::entries::Entries;
use super::yaml::{Entry, Node, Value};
use crate::diagnostics::Diagnostics;
use crate::nearest::nearest;
use crate::variable_name::is_variable_name;
use crate::{Code, Diagnostic, invisible};

const KEYS: [&str; 6] = [
    "url",
    "like",
    "database",
    "settings",
    "peer_host",
    "peer_port",
];

/// The connections in `node`, in order; their `like` leads to one of them and in no circle.
pub(super) fn read(node: &Node, diagnostics: &mut Diagnostics<'_>) -> Vec<ConnectionSpec> {
    let entries = Entries::free(
        node,
        "`connections`",
        "`NAME: { url: $NAME_URL }`",
        diagnostics,
    );
    let mut specs = Vec::new();
    let mut likes = Vec::new();
    for entry in entries.iter() {
        if let Some((spec, like)) = connection(entry, diagnostics) {
            specs.push(spec);
            likes.push(like);
        }
    }
    refuse_unknown(&mut specs, &likes, diagnostics);
    refuse_circles(&mut specs, &likes, diagnostics);
    specs
}

/// Where `like:` is written.
type Place = Option<Span>;

fn connection(entry: &Entry, diagnostics: &mut Diagnostics<'_>) -> Option<(ConnectionSpec, Place)> {
    let shown = invisible::shown(&entry.key);
    if !is_variable_name(&entry.key) || entry.key == "ignore" {
        diagnostics.report(
            Diagnostic::error(
                Code::FrontMatterValue,
                entry.key_span.clone(),
                format!("`{shown}` is no connection's name"),
            )
            .with_help("a name is up to 63 ASCII letters, digits and `_`, starts with no digit, and is not `ignore`: its variables are called NAME_host, NAME_port…"),
        );
        return None;
    }
    let what = format!("connection `{shown}`");
    let keys = Entries::of(&entry.node, &what, &KEYS, diagnostics);
    let url = keys.text("url", diagnostics);
    let like = keys.text("like", diagnostics);
    let spec = ConnectionSpec {
        name: ConnectionName::new(entry.key.clone()),
        url: url.as_ref().map(|(text, _)| text.clone()),
        like: like
            .as_ref()
            .map(|(text, _)| ConnectionName::new(text.clone())),
        database: keys.text("database", diagnostics).map(|(text, _)| text),
        settings: keys.settings("settings", diagnostics),
        peer_host: keys.text("peer_host", diagnostics).map(|(text, _)| text),
        peer_port: port(&keys, &what, diagnostics),
        span: entry.key_span.clone(),
    };
    match (&url, &like) {
        (Some(_), Some((_, span))) => diagnostics.report(
            Diagnostic::error(
                Code::FrontMatterValue,
                span.clone(),
                format!("{what} has both `url` and `like`"),
            )
            .with_help("keep one; `database` and `settings` may stand beside either"),
        ),
        (None, None) if !matches!(entry.node.value, Value::Map(_) | Value::Null) => {}
        (None, None) => diagnostics.report(
            Diagnostic::error(
                Code::FrontMatterValue,
                entry.key_span.clone(),
                format!("{what} does not say where it leads"),
            )
            .with_help("write `url: $SOME_VARIABLE`, or `like:` with another connection's name"),
        ),
        (Some((text, span)), None) if unclosed_variable(text) => diagnostics.report(
            Diagnostic::error(
                Code::FrontMatterValue,
                span.clone(),
                format!("`url` of {what} holds a `$` that begins no variable"),
            )
            .with_help("write `$NAME` or `${NAME}`"),
        ),
        _ => {}
    }
    Some((spec, like.map(|(_, span)| span)))
}

fn port(keys: &Entries<'_>, what: &str, diagnostics: &mut Diagnostics<'_>) -> Option<u16> {
    let (text, span) = keys.text("peer_port", diagnostics)?;
    let port = text.parse::<u16>().ok().filter(|port| *port > 0);
    if port.is_none() {
        diagnostics.report(
            Diagnostic::error(
                Code::FrontMatterValue,
                span,
                format!("`peer_port` of {what} is no port"),
            )
            .with_help("a port is a number from 1 to 65535"),
        );
    }
    port
}

/// Whether a `$` of `url` is followed by neither a name nor a name in braces.
fn unclosed_variable(url: &str) -> bool {
    url.match_indices('$').any(|(at, _)| {
        let rest = &url[at + 1..];
        let name = match rest.strip_prefix('{') {
            Some(inside) => inside.split_once('}').map_or("", |(name, _)| name),
            None => {
                let end = rest
                    .find(|next: char| !next.is_ascii_alphanumeric() && next != '_')
                    .unwrap_or(rest.len());
                &rest[..end]
            }
        };
        !is_variable_name(name)
    })
}

fn refuse_unknown(
    specs: &mut [ConnectionSpec],
    likes: &[Place],
    diagnostics: &mut Diagnostics<'_>,
) {
    let names: Vec<String> = specs.iter().map(|spec| spec.name.to_string()).collect();
    for (spec, place) in specs.iter_mut().zip(likes) {
        let Some(like) = &spec.like else { continue };
        if names.iter().any(|name| name == like.as_str()) {
            continue;
        }
        let span = place.clone().unwrap_or_else(|| spec.span.clone());
        diagnostics.report(unknown_connection(
            like.as_str(),
            span,
            names.iter().map(String::as_str),
        ));
        spec.like = None;
    }
}

/// The diagnostic for a connection that is not among `known`.
pub(crate) fn unknown_connection<'a>(
    name: &str,
    span: Span,
    known: impl IntoIterator<Item = &'a str>,
) -> Diagnostic {
    let known: Vec<&str> = known.into_iter().collect();
    let diagnostic = Diagnostic::error(
        Code::UnknownConnection,
        span,
        format!("no connection is called `{}`", invisible::shown(name)),
    );
    match nearest(name, known.iter().copied()) {
        Some(near) => diagnostic.with_help(format!("did you mean `{near}`?")),
        None => diagnostic.with_help(format!("the connections are: {}", known.join(", "))),
    }
}

/// Reports each circle once, at its first connection, and opens it there.
fn refuse_circles(
    specs: &mut [ConnectionSpec],
    likes: &[Place],
    diagnostics: &mut Diagnostics<'_>,
) {
    let places: HashMap<ConnectionName, usize> = specs
        .iter()
        .enumerate()
        .map(|(at, spec)| (spec.name.clone(), at))
        .collect();
    for start in 0..specs.len() {
        let mut chain = vec![start];
        while let Some(next) = specs[chain[chain.len() - 1]]
            .like
            .as_ref()
            .and_then(|like| places.get(like).copied())
        {
            chain.push(next);
            if next == start || chain.len() > specs.len() {
                break;
            }
        }
        if chain.len() < 2 || chain.last() != Some(&start) {
            continue;
        }
        let names: Vec<&str> = chain.iter().map(|&at| specs[at].name.as_str()).collect();
        let span = likes[start]
            .clone()
            .unwrap_or_else(|| specs[start].span.clone());
        diagnostics.report(
            Diagnostic::error(
                Code::Cycle,
                span,
                format!("connections are like each other: {}", names.join(" -> ")),
            )
            .with_help("give one of them a `url`"),
        );
        specs[start].like = None;
    }
}
