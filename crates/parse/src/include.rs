//! A place at which the steps of another runbook are taken in. Does not read that one.

use stepmark_core::plan::{Container, Span};
use stepmark_sql::percent_decoded;

use crate::attribute_list;
use crate::attribute_table::attribute_called;
use crate::diagnostics::Diagnostics;
use crate::include_path::resolve;
use crate::step_attributes::is_id;
use crate::written_attribute::WrittenAttribute;
use crate::{AttributeTarget, Code, Diagnostic, invisible};

/// What is written about the other runbook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Include {
    /// Its path as written, and where.
    pub(crate) path: (String, Span),
    /// `name=`: what stands before the ids of its steps.
    pub(crate) name: Option<String>,
    /// `on=`: the connection of its steps that name none.
    pub(crate) on: Option<(String, Span)>,
}

/// An include and its place among what was gathered before it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct PlacedInclude {
    pub(crate) include: Include,
    /// How many blocks of the page stand before it.
    pub(crate) blocks: usize,
    /// How many steps.
    pub(crate) drafts: usize,
    /// How many events of the flow.
    pub(crate) flow: usize,
    /// The headings it stands under, as indices of blocks.
    pub(crate) headings: Vec<usize>,
    /// The level of the innermost of them; 0 for none.
    pub(crate) level: u8,
    /// What it stands in.
    pub(crate) containers: Vec<Container>,
}

/// What an attribute list that is no step's turned out to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Written {
    /// An include.
    Include(Include),
    /// One with a mistake, which was reported.
    Refused,
    /// Something else.
    Other,
}

impl Include {
    /// Why the link that stands before it does not say what it does: readers of the page see the link alone.
    pub(crate) fn objection_to(&self, link: Option<&str>) -> Option<Diagnostic> {
        let (path, span) = &self.path;
        let message = match link {
            None => "no link to the included file stands before this comment".to_owned(),
            Some(link) if leads_to(link, path) => return None,
            Some(link) => format!(
                "the link before it leads to `{}`, and `{}` is included",
                invisible::shown(link),
                invisible::shown(path)
            ),
        };
        let help = format!("write `[title]({path}) <!-- {{include={path}}} -->`");
        Some(Diagnostic::error(Code::IncludeRefused, span.clone(), message).with_help(help))
    }
}

/// What the attribute list at `list` is. Reports what is wrong with an include.
pub(crate) fn in_list(source: &str, list: Span, diagnostics: &mut Diagnostics<'_>) -> Written {
    if !is_in(source, list.clone()) {
        return Written::Other;
    }
    match attribute_list::read(source, list) {
        Ok(attributes) => match read(&attributes, diagnostics) {
            Some(include) => Written::Include(include),
            None => Written::Refused,
        },
        Err(error) => {
            diagnostics.report(error.into());
            Written::Refused
        }
    }
}

/// Whether the attribute list at `list` is meant to take another runbook in. Templates of other programs begin `{%`.
pub(crate) fn is_in(source: &str, list: Span) -> bool {
    let text = &source[list.clone()];
    if !text.contains("include") || text.starts_with("{%") || text.starts_with("{{") {
        return false;
    }
    match attribute_list::read(source, list) {
        Ok(attributes) => {
            let has = |name: &str| attributes.iter().any(|written| written.name == name);
            has("include") && !has("skip") && !has("ignore")
        }
        Err(_) => text.contains("include="),
    }
}

/// Whether `link`, as a Markdown parser gives it, leads to the file at `path`.
fn leads_to(link: &str, path: &str) -> bool {
    let link = link.split_once('#').map_or(link, |(link, _)| link);
    let link = percent_decoded(link);
    link == path || resolve("", &link).is_ok_and(|link| resolve("", path) == Ok(link))
}

/// The include that `attributes` describe. Reports whatever is wrong with them.
fn read(attributes: &[WrittenAttribute], diagnostics: &mut Diagnostics<'_>) -> Option<Include> {
    let mut seen: Vec<&WrittenAttribute> = Vec::new();
    let (mut path, mut name, mut on) = (None, None, None);
    let mut is_refused = false;
    for attribute in attributes {
        let spec = attribute_called(&attribute.name);
        if !spec.is_some_and(|spec| spec.applies_to(AttributeTarget::Link)) {
            diagnostics.report(not_here(attribute));
            is_refused = true;
            continue;
        }
        if let Some(first) = seen.iter().find(|first| first.name == attribute.name) {
            let message = format!("attribute `{}` is given twice", attribute.name);
            diagnostics.report(
                Diagnostic::error(Code::AttributeDuplicate, attribute.span(), message)
                    .with_related(first.span(), "first here")
                    .with_help("remove one of them"),
            );
            is_refused = true;
            continue;
        }
        seen.push(attribute);
        let value = attribute.value.clone().unwrap_or_default();
        let what = format!("the value of `{}`", attribute.name);
        let place = |part: Span| attribute.part_span(part.start, part.end);
        invisible::check(&value, &what, place, diagnostics);
        let is_good = match attribute.name.as_str() {
            "name" => is_id(&value),
            _ => !value.trim().is_empty(),
        };
        if !is_good {
            diagnostics.report(bad_value(attribute));
            is_refused = true;
            continue;
        }
        match attribute.name.as_str() {
            "name" => name = Some(value),
            "on" => on = Some((value, attribute.value_span.clone())),
            _ => path = Some((value, attribute.value_span.clone())),
        }
    }
    let path = path.filter(|_| !is_refused)?;
    Some(Include { path, name, on })
}

fn not_here(attribute: &WrittenAttribute) -> Diagnostic {
    let message = format!(
        "attribute `{}` means nothing beside `include`",
        attribute.name
    );
    Diagnostic::error(Code::AttributeNotApplicable, attribute.span(), message).with_help(
        "an include takes `name=`, which stands before the ids of its steps, and `on=`, the connection of those that name none; give the steps themselves the rest",
    )
}

fn bad_value(attribute: &WrittenAttribute) -> Diagnostic {
    let help = match attribute.name.as_str() {
        "include" => {
            "write the path of a runbook from this file's folder: `include=shared/backup.md`"
        }
        "on" => "write `on=NAME` with a connection of the front matter",
        _ => {
            "a name is 1 to 64 ASCII letters, digits, `_` and `-`, starts with a letter or digit, and is not `none`"
        }
    };
    let message = match &attribute.value {
        None => format!("attribute `{}` has no value", attribute.name),
        Some(value) => format!(
            "`{}` is no value for `{}`",
            invisible::shown(value),
            attribute.name
        ),
    };
    Diagnostic::error(Code::AttributeValue, attribute.span(), message).with_help(help)
}
