//! What the attributes of one fence or task mean. References to other steps are resolved later, by the graph.

use std::collections::HashMap;
use std::time::Duration;

use stepmark_core::plan::{
    Attribute, Confirm, Expectation, Generated, Pattern, Retry, RetryAfter, ShellTerms, Span,
    SqlTerms, StepFlow, Wait,
};
use stepmark_core::{ConnectionName, VariableName};

use crate::attribute_table::{attribute_called, attribute_table};
use crate::diagnostics::Diagnostics;
use crate::duration_text::duration;
use crate::nearest::nearest;
use crate::role_attribute::{RoleAttribute, RoleWord};
use crate::runme_word::{RunmeTreatment, RunmeWord, runme_word};
use crate::variable_name::{is_variable_name, name_objection};
use crate::written_attribute::WrittenAttribute;
use crate::{AttributeSpec, AttributeTarget, Code, Diagnostic, ValueForm, invisible};

/// The attributes of a step, understood as far as they stand by themselves.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct StepAttributes {
    pub(crate) name: Option<(String, Span)>,
    pub(crate) on: Option<(String, Span)>,
    pub(crate) needs: Option<Vec<(String, Span)>>,
    pub(crate) role: Option<RoleAttribute>,
    pub(crate) required: bool,
    pub(crate) confirm: Option<Confirm>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) check: bool,
    pub(crate) expect: Option<Expectation>,
    pub(crate) same: Option<(String, Span)>,
    pub(crate) stop: Option<(String, Span)>,
    pub(crate) when: Option<(String, Span)>,
    pub(crate) captures: Vec<(String, Span)>,
    /// `gexec=CONNECTION`.
    pub(crate) generated_on: Option<(String, Span)>,
    pub(crate) flow: StepFlow,
    pub(crate) sql: SqlTerms,
    pub(crate) shell: ShellTerms,
    retry: Option<u32>,
    retry_delay: Option<Duration>,
    wait: bool,
    every: Option<Duration>,
    steady: Option<Duration>,
    /// Prose after all.
    pub(crate) skip: bool,
    pub(crate) attributes: Vec<Attribute>,
}

/// So many attributes are looked through one by one for a second of the same name; more are hashed.
const FEW_ATTRIBUTES: usize = 16;
/// Between two attempts where `retry-delay` does not say.
const RETRY_DELAY: Duration = Duration::from_secs(1);
/// Between two looks where `every` does not say.
const EVERY: Duration = Duration::from_secs(2);

impl StepAttributes {
    /// Reads `written` on a `target`, and reports whatever is wrong with it.
    pub(crate) fn read(
        written: Vec<WrittenAttribute>,
        target: AttributeTarget,
        diagnostics: &mut Diagnostics<'_>,
    ) -> Self {
        let mut read = Self::default();
        let mut seen: HashMap<String, Span> = HashMap::new();
        let few = written.len() <= FEW_ATTRIBUTES;
        for attribute in written {
            let span = attribute.span();
            let first = match few {
                true => read.given(&attribute.name).map(|first| &first.span),
                false => seen.get(&attribute.name),
            };
            if let Some(first) = first {
                let message = format!("attribute `{}` is given twice", attribute.name);
                diagnostics.report(
                    Diagnostic::error(Code::AttributeDuplicate, span, message)
                        .with_related(first.clone(), "first here")
                        .with_help("remove one of them"),
                );
                continue;
            }
            if !few {
                seen.insert(attribute.name.clone(), span);
            }
            read.add(&attribute, target, diagnostics);
            read.attributes.push(attribute.into());
        }
        read.flow.retry = read.retry.map(|count| Retry {
            count,
            delay: read.retry_delay.unwrap_or(RETRY_DELAY),
            after: RetryAfter::Contention,
        });
        read.flow.wait = read.wait.then(|| Wait {
            every: read.every.unwrap_or(EVERY),
            steady: read.steady.unwrap_or_default(),
        });
        read
    }

    /// Where the attribute called `name` stands, unless it is a flag that is off.
    pub(crate) fn place_of(&self, name: &str) -> Option<Span> {
        let given = self.given(name)?;
        (given.value.as_deref() != Some("false")).then(|| given.span.clone())
    }

    fn given(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|given| given.name == name)
    }

    /// Whether its result is judged.
    pub(crate) fn is_check(&self) -> bool {
        self.check || self.wait || self.expect.is_some() || self.same.is_some()
    }

    /// Whether it is tried again.
    pub(crate) fn retries(&self) -> bool {
        self.retry.is_some()
    }

    fn add(
        &mut self,
        attribute: &WrittenAttribute,
        target: AttributeTarget,
        diagnostics: &mut Diagnostics<'_>,
    ) {
        if let Some(value) = &attribute.value {
            let what = format!("the value of `{}`", attribute.name);
            invisible::check(
                value,
                &what,
                |span| attribute.part_span(span.start, span.end),
                diagnostics,
            );
        }
        if let Some(word) = runme_word(&attribute.name) {
            self.add_runme(attribute, word, diagnostics);
            return;
        }
        let Some(spec) = attribute_called(&attribute.name) else {
            diagnostics.report(unknown(attribute));
            return;
        };
        if !spec.applies_to(target) {
            diagnostics.report(not_applicable(attribute, spec, target));
            return;
        }
        if self.set(attribute, spec, diagnostics).is_none() {
            diagnostics.report(bad_value(attribute, spec));
        }
    }

    fn add_runme(
        &mut self,
        attribute: &WrittenAttribute,
        word: &RunmeWord,
        diagnostics: &mut Diagnostics<'_>,
    ) {
        let value = attribute.value.as_deref();
        if value.is_some_and(|value| word.harmless.contains(&value)) {
            return;
        }
        match word.treatment {
            RunmeTreatment::NoEffect => {}
            RunmeTreatment::SameAs(ours) => match flag(value) {
                Some(on) => self.set_flag(ours, on),
                None => diagnostics.report(
                    Diagnostic::error(
                        Code::AttributeValue,
                        attribute.value_span.clone(),
                        format!("`{}` is neither true nor false", word.name),
                    )
                    .with_help(format!("write `{ours}`, which means the same")),
                ),
            },
            RunmeTreatment::Instead(help) => diagnostics.report(
                Diagnostic::error(
                    Code::AttributeUnsupported,
                    attribute.span(),
                    format!("Runme's `{}` has another form here", word.name),
                )
                .with_help(help),
            ),
        }
    }

    /// Gives the attribute its meaning; none for a value of the wrong form.
    fn set(
        &mut self,
        attribute: &WrittenAttribute,
        spec: &AttributeSpec,
        diagnostics: &mut Diagnostics<'_>,
    ) -> Option<()> {
        let value = attribute.value.as_deref();
        match spec.form {
            ValueForm::Flag => self.set_flag(spec.name, flag(value)?),
            ValueForm::FlagOrText => {
                self.confirm = match value {
                    None | Some("true") => Some(Confirm::Ask),
                    Some("false") => None,
                    Some(text) => Some(Confirm::Typed(
                        (!text.trim().is_empty()).then(|| text.to_owned())?,
                    )),
                }
            }
            ValueForm::NewId => {
                let id = value.filter(|text| is_id(text))?;
                self.name = Some((id.to_owned(), attribute.value_span.clone()));
            }
            ValueForm::StepId => {
                let id = value.filter(|text| is_reference(text))?;
                self.set_step(spec.name, id, attribute, diagnostics);
            }
            ValueForm::StepIds => self.needs = Some(ids(attribute)?),
            ValueForm::Connection => {
                let name = value.filter(|text| !text.is_empty())?;
                self.on = Some((name.to_owned(), attribute.value_span.clone()));
            }
            ValueForm::FlagOrConnection => {
                self.sql.generated = match value {
                    None | Some("true") => Some(Generated::Here),
                    Some("false") => None,
                    Some(name) => {
                        is_variable_name(name).then_some(())?;
                        self.generated_on = Some((name.to_owned(), attribute.value_span.clone()));
                        Some(Generated::On(ConnectionName::new(name)))
                    }
                }
            }
            ValueForm::Duration => self.set_duration(spec.name, value.and_then(duration)?),
            ValueForm::Count => {
                let count = value?.parse::<u32>().ok().filter(|count| *count > 0)?;
                self.retry = Some(count);
            }
            ValueForm::Name => {
                let name = value.filter(|text| is_variable_name(text))?;
                self.when = Some((name.to_owned(), attribute.value_span.clone()));
                self.flow.when = Some(VariableName::new(name));
            }
            ValueForm::Names => self.set_captures(attribute, diagnostics)?,
            ValueForm::Expectation => self.expect = Some(expectation(attribute, diagnostics)?),
            ValueForm::Text | ValueForm::Path => {
                let text = value.filter(|text| !text.trim().is_empty())?;
                self.set_text(spec.name, text);
            }
        }
        Some(())
    }

    fn set_flag(&mut self, name: &str, on: bool) {
        match name {
            "required" => self.required = on,
            "check" => self.check = on,
            "always" => self.flow.always = on,
            "live" => self.flow.live = on,
            "idempotent" => self.flow.idempotent = on,
            "no-return" => self.flow.no_return = on,
            "wait" => self.wait = on,
            "transaction" => self.sql.transaction = on,
            "interactive" => self.shell.interactive = on,
            "background" => self.shell.background = on,
            "skip" | "ignore" => self.skip |= on,
            _ => {}
        }
    }

    fn set_text(&mut self, name: &str, text: &str) {
        match name {
            "interpreter" => {
                self.shell.program = text.split_whitespace().map(str::to_owned).collect();
            }
            "cwd" => self.shell.folder = Some(text.into()),
            _ => {}
        }
    }

    fn set_duration(&mut self, name: &str, duration: Duration) {
        let place = match name {
            "timeout" => &mut self.timeout,
            "retry-delay" => &mut self.retry_delay,
            "every" => &mut self.every,
            "for" => &mut self.steady,
            "lock-timeout" => &mut self.sql.lock_timeout,
            "statement-timeout" => &mut self.sql.statement_timeout,
            "estimate" => &mut self.flow.estimate,
            _ => return,
        };
        *place = Some(duration);
    }

    fn set_captures(
        &mut self,
        attribute: &WrittenAttribute,
        diagnostics: &mut Diagnostics<'_>,
    ) -> Option<()> {
        let names = parts(attribute)?;
        if names.iter().any(|(name, _)| !is_variable_name(name)) {
            return None;
        }
        for (name, span) in &names {
            if let Some(objection) = name_objection(name) {
                diagnostics.report(
                    Diagnostic::error(
                        Code::AttributeValue,
                        span.clone(),
                        format!("`{name}` {}", objection.why),
                    )
                    .with_help(objection.help),
                );
            }
        }
        self.flow.captures = names
            .iter()
            .map(|(name, _)| VariableName::new(name.as_str()))
            .collect();
        self.captures = names;
        Some(())
    }

    fn set_step(
        &mut self,
        name: &str,
        id: &str,
        attribute: &WrittenAttribute,
        diagnostics: &mut Diagnostics<'_>,
    ) {
        let reference = Some((id.to_owned(), attribute.value_span.clone()));
        match name {
            "same" => self.same = reference,
            "stop" => self.stop = reference,
            _ => self.set_role(name, id, attribute, diagnostics),
        }
    }

    fn set_role(
        &mut self,
        name: &str,
        id: &str,
        attribute: &WrittenAttribute,
        diagnostics: &mut Diagnostics<'_>,
    ) {
        let word = match name {
            "rollback" => RoleWord::Rollback,
            "probe" => RoleWord::Probe,
            _ => return,
        };
        if let Some(other) = &self.role {
            let message = "a step is either a rollback or a probe".to_owned();
            diagnostics.report(
                Diagnostic::error(Code::AttributeConflict, attribute.span(), message)
                    .with_related(
                        other.span.clone(),
                        format!("`{}` is given here", other.word.name()),
                    )
                    .with_help("write two fences"),
            );
            return;
        }
        self.role = Some(RoleAttribute {
            word,
            id: id.to_owned(),
            span: attribute.value_span.clone(),
        });
    }
}

/// Whether `text` can refer to a step: an id, behind the names of the includes it is reached through, each with a dot.
fn is_reference(text: &str) -> bool {
    text.split('.').all(is_id)
}

/// Whether `text` can be a step's id: `[A-Za-z0-9][A-Za-z0-9_-]{0,63}`, and not the word `none`.
pub(crate) fn is_id(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.first().is_some_and(u8::is_ascii_alphanumeric)
        && bytes.len() <= 64
        && bytes
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
        && text != "none"
}

fn flag(value: Option<&str>) -> Option<bool> {
    match value {
        None | Some("true") => Some(true),
        Some("false") => Some(false),
        Some(_) => None,
    }
}

fn ids(attribute: &WrittenAttribute) -> Option<Vec<(String, Span)>> {
    if attribute.value.as_deref()? == "none" {
        return Some(Vec::new());
    }
    parts(attribute)?
        .into_iter()
        .map(|(id, span)| is_reference(&id).then_some((id, span)))
        .collect()
}

/// The parts of a value between its commas, without the blanks around them.
fn parts(attribute: &WrittenAttribute) -> Option<Vec<(String, Span)>> {
    let mut parts: Vec<(String, Span)> = Vec::new();
    let mut at = 0;
    for written in attribute.value.as_deref()?.split(',') {
        let part = written.trim();
        let start = at + (written.len() - written.trim_start().len());
        at += written.len() + 1;
        parts.push((
            part.to_owned(),
            attribute.part_span(start, start + part.len()),
        ));
    }
    Some(parts)
}

/// `empty`, `rows`, `/regex/`, or a text; none for no value and for one that is neither.
fn expectation(
    attribute: &WrittenAttribute,
    diagnostics: &mut Diagnostics<'_>,
) -> Option<Expectation> {
    let value = attribute.value.as_deref()?;
    match value {
        "empty" => return Some(Expectation::Empty),
        "rows" => return Some(Expectation::Rows),
        _ => {}
    }
    let inside = value
        .strip_prefix('/')
        .and_then(|rest| rest.strip_suffix('/'));
    let Some(inside) = inside else {
        return Some(Expectation::Equals(value.to_owned()));
    };
    match Pattern::new(inside) {
        Ok(pattern) => Some(Expectation::Matches(pattern)),
        Err(error) => {
            diagnostics.report(
                Diagnostic::error(
                    Code::AttributeValue,
                    attribute.value_span.clone(),
                    format!("this is no regular expression: {error}"),
                )
                .with_help("in quotes, a backslash is written `\\\\`: `expect=\"/\\\\d+/\"`"),
            );
            Some(Expectation::Rows)
        }
    }
}

fn unknown(attribute: &WrittenAttribute) -> Diagnostic {
    let diagnostic = Diagnostic::error(
        Code::AttributeUnknown,
        attribute.name_span.clone(),
        format!("unknown attribute `{}`", attribute.name),
    );
    let known = attribute_table().iter().map(|spec| spec.name);
    match nearest(&attribute.name, known) {
        Some(near) => diagnostic.with_help(format!("did you mean `{near}`?")),
        None => diagnostic
            .with_help("remove it; `stepmark check` knows the attributes of the runbook format"),
    }
}

fn not_applicable(
    attribute: &WrittenAttribute,
    spec: &AttributeSpec,
    target: AttributeTarget,
) -> Diagnostic {
    let targets: Vec<&str> = spec.targets.iter().map(|target| target.word()).collect();
    let message = format!(
        "attribute `{}` means nothing on a {} step",
        spec.name,
        target.word()
    );
    let help = match spec.name {
        "interpreter" => "the language says what runs it: write `bash`, `sh` or `zsh`".to_owned(),
        _ => format!("it goes on: {}", targets.join(", ")),
    };
    Diagnostic::error(Code::AttributeNotApplicable, attribute.span(), message).with_help(help)
}

fn bad_value(attribute: &WrittenAttribute, spec: &AttributeSpec) -> Diagnostic {
    let (span, message) = match &attribute.value {
        None => (
            attribute.span(),
            format!("attribute `{}` has no value", spec.name),
        ),
        Some(value) => (
            attribute.value_span.clone(),
            format!(
                "`{}` is no value for `{}`",
                invisible::shown(value),
                spec.name
            ),
        ),
    };
    let help = match spec.form {
        ValueForm::NewId => {
            "an id is 1 to 64 ASCII letters, digits, `_` and `-`, starts with a letter or digit, and is not `none`".to_owned()
        }
        form => format!("write {}", form.example(spec.name)),
    };
    Diagnostic::error(Code::AttributeValue, span, message).with_help(help)
}
