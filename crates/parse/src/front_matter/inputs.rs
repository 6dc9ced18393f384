//! `inputs:` of front matter. Finds no values: only what they may be, and whether the declaration agrees with itself.

use stepmark_core::VariableName;
use stepmark_core::plan::{InputKind, InputSpec, Pattern, Span};

use super::entries::Entries;
use super::yaml::{Entry, Node, Value};
use crate::diagnostics::Diagnostics;
use crate::nearest::nearest;
use crate::variable_name::{is_environment_name, name_objection};
use crate::{Code, Diagnostic, invisible};

const KEYS: [&str; 7] = [
    "description",
    "type",
    "default",
    "pattern",
    "choices",
    "secret",
    "env",
];

/// The inputs in `node`, in order.
pub(super) fn read(node: &Node, diagnostics: &mut Diagnostics<'_>) -> Vec<InputSpec> {
    let entries = Entries::free(node, "`inputs`", "`NAME: { default: value }`", diagnostics);
    entries
        .iter()
        .filter_map(|entry| input(entry, diagnostics))
        .collect()
}

fn input(entry: &Entry, diagnostics: &mut Diagnostics<'_>) -> Option<InputSpec> {
    if let Some(objection) = name_objection(&entry.key) {
        diagnostics.report(
            Diagnostic::error(
                Code::FrontMatterValue,
                entry.key_span.clone(),
                format!("`{}` {}", invisible::shown(&entry.key), objection.why),
            )
            .with_help(objection.help),
        );
        return None;
    }
    let what = format!("input `{}`", entry.key);
    let keys = Entries::of(&entry.node, &what, &KEYS, diagnostics);
    let default = keys.text("default", diagnostics);
    let mut spec = InputSpec {
        name: VariableName::new(entry.key.clone()),
        description: keys.prose("description", diagnostics),
        kind: kind(&keys, diagnostics),
        default: default.as_ref().map(|(text, _)| text.clone()),
        pattern: pattern(&keys, diagnostics),
        choices: Vec::new(),
        secret: keys.flag("secret", diagnostics),
        environment: environment(&keys, diagnostics),
        span: entry.key_span.clone(),
    };
    spec.choices = choices(&keys, &spec, diagnostics);
    if let Some((text, span)) = default {
        check_default(&spec, &text, span, diagnostics);
    }
    Some(spec)
}

fn kind(keys: &Entries<'_>, diagnostics: &mut Diagnostics<'_>) -> InputKind {
    let Some((word, span)) = keys.text("type", diagnostics) else {
        return InputKind::default();
    };
    let known = InputKind::ALL.map(InputKind::word);
    if let Some(kind) = InputKind::ALL.into_iter().find(|kind| kind.word() == word) {
        return kind;
    }
    let diagnostic = Diagnostic::error(
        Code::FrontMatterValue,
        span,
        format!("`{}` is no type of an input", invisible::shown(&word)),
    );
    diagnostics.report(match nearest(&word, known) {
        Some(near) => diagnostic.with_help(format!("did you mean `{near}`?")),
        None => diagnostic.with_help(format!("the types are: {}", known.join(", "))),
    });
    InputKind::default()
}

fn pattern(keys: &Entries<'_>, diagnostics: &mut Diagnostics<'_>) -> Option<Pattern> {
    let (text, span) = keys.text("pattern", diagnostics)?;
    match Pattern::new(&text) {
        Ok(pattern) => Some(pattern),
        Err(error) => {
            diagnostics.report(
                Diagnostic::error(
                    Code::FrontMatterValue,
                    span,
                    format!("this is no regular expression: {error}"),
                )
                .with_help("in YAML, a pattern is safest in single quotes: `pattern: '[a-z]+'`"),
            );
            None
        }
    }
}

fn environment(keys: &Entries<'_>, diagnostics: &mut Diagnostics<'_>) -> Option<String> {
    let (text, span) = keys.text("env", diagnostics)?;
    if is_environment_name(&text) {
        return Some(text);
    }
    diagnostics.report(
        Diagnostic::error(
            Code::FrontMatterValue,
            span,
            format!(
                "`{}` is no environment variable's name",
                invisible::shown(&text)
            ),
        )
        .with_help("write its bare name, without `$`: `env: REPL_PASSWORD`"),
    );
    None
}

fn choices(keys: &Entries<'_>, spec: &InputSpec, diagnostics: &mut Diagnostics<'_>) -> Vec<String> {
    if let Some(entry) = keys.get("choices")
        && matches!(&entry.node.value, Value::List(nodes) if nodes.is_empty())
    {
        let message = format!(
            "`choices` of input `{}` leaves no value to choose",
            spec.name
        );
        diagnostics.report(
            Diagnostic::error(Code::FrontMatterValue, entry.node.span.clone(), message)
                .with_help("list the values that it can have, or remove `choices`"),
        );
    }
    let mut choices: Vec<String> = Vec::new();
    for (choice, span) in keys.texts("choices", diagnostics) {
        let objection = match choices.contains(&choice) {
            true => Some("is there twice".to_owned()),
            false => spec.objection(&choice),
        };
        match objection {
            None => choices.push(choice),
            Some(objection) => diagnostics.report(
                Diagnostic::error(
                    Code::FrontMatterValue,
                    span,
                    format!(
                        "choice `{}` of input `{}` {objection}",
                        invisible::shown(&choice),
                        spec.name
                    ),
                )
                .with_help("every choice must be a value the input can have"),
            ),
        }
    }
    choices
}

fn check_default(spec: &InputSpec, text: &str, span: Span, diagnostics: &mut Diagnostics<'_>) {
    if spec.secret {
        diagnostics.report(
            Diagnostic::error(
                Code::FrontMatterValue,
                span,
                format!(
                    "input `{}` is secret and stands here for all to read",
                    spec.name
                ),
            )
            .with_help("remove `default`; use `env:` with the name of an environment variable"),
        );
    } else if let Some(objection) = spec.objection(text) {
        diagnostics.report(
            Diagnostic::error(
                Code::FrontMatterValue,
                span,
                format!("the default of input `{}` {objection}", spec.name),
            )
            .with_help("give a default that the input may have, or none"),
        );
    }
}
