//! What holds for every document whatever it says. Shared by the properties, the soak and, by path, the fuzz targets.

use std::collections::HashSet;

use stepmark_core::StepIndex;
use stepmark_core::plan::{Interpreter, Plan, SlotForm, Span, Step, StepKind};
use stepmark_parse::{Diagnostic, Parsed, parse};

/// Parses `source` and panics with it when something does not hold.
pub(crate) fn hold(source: &[u8]) -> Parsed {
    let parsed = parse(source, "file");
    let Ok(text) = std::str::from_utf8(source) else {
        assert!(parsed.plan.steps.is_empty() && parsed.has_errors());
        return parsed;
    };
    spans_are_in_the_source(text, &parsed);
    plan_is_sound(text, &parsed.plan);
    lines_stand_where_they_say(text, &parsed.plan);
    parsed
}

fn spans_are_in_the_source(text: &str, parsed: &Parsed) {
    let inside = |span: &Span, what: &dyn std::fmt::Debug| {
        assert!(
            text.get(span.clone()).is_some(),
            "{span:?} of {what:?}\n{text:?}"
        );
    };
    for step in &parsed.plan.steps {
        inside(&step.span, &step.id);
        for attribute in &step.attributes {
            inside(&attribute.span, attribute);
            assert!(
                text[attribute.span.clone()].contains(attribute.name.as_str())
                    || text[attribute.span.clone()].contains('\\')
            );
        }
    }
    for block in &parsed.plan.document.blocks {
        inside(&block.span, &block.kind);
    }
    for diagnostic in &parsed.diagnostics {
        inside(&diagnostic.span, diagnostic);
        assert!(
            stands(text, diagnostic.span.start, diagnostic.position),
            "{diagnostic:?}\n{text:?}"
        );
        for label in &diagnostic.related {
            inside(&label.span, diagnostic);
            assert!(
                stands(text, label.span.start, label.position),
                "{diagnostic:?}\n{text:?}"
            );
        }
    }
    let order = |pair: &[Diagnostic]| pair[0].span.start <= pair[1].span.start;
    assert!(parsed.diagnostics.windows(2).all(order), "{text:?}");
}

/// Whether `position` is that of `offset`, counted anew.
pub(crate) fn stands(text: &str, offset: usize, position: stepmark_core::plan::Position) -> bool {
    let before = text[..offset]
        .strip_prefix('\u{feff}')
        .unwrap_or(&text[..offset]);
    let lines = before.matches('\n').count();
    let columns = before
        .rsplit('\n')
        .next()
        .unwrap_or_default()
        .chars()
        .count();
    (position.line as usize, position.column as usize) == (lines + 1, columns + 1)
}

/// The plan has no circle, its ids are different, its indices are its own, and each step is one block.
fn plan_is_sound(text: &str, plan: &Plan) {
    let mut ids = HashSet::new();
    let mut blocks = vec![0; plan.steps.len()];
    for block in &plan.document.blocks {
        if let Some(step) = block.step {
            blocks[step.0] += 1;
        }
    }
    for (at, step) in plan.indexed() {
        assert!(ids.insert(&step.id), "{} twice\n{text:?}", step.id);
        assert!((1..=64).contains(&step.id.as_str().len()), "{text:?}");
        assert_eq!(plan.index_of(&step.id), Some(at));
        assert_eq!(blocks[at.0], 1, "blocks of {}\n{text:?}", step.id);
        match step.kind {
            StepKind::Manual => assert_eq!(step.connection, None),
            StepKind::Sql | StepKind::Shell(Interpreter::Psql) => {
                assert!(step.connection.is_some(), "{} of {text:?}", step.id);
            }
            StepKind::Shell(
                Interpreter::Bash | Interpreter::Sh | Interpreter::Zsh | Interpreter::Other,
            ) => {}
        }
        assert_eq!(
            step.digest,
            Step::digest_of(
                step.kind,
                step.connection.as_ref(),
                &step.shell.program,
                &step.body.text
            )
        );
        assert!(
            step.headings
                .iter()
                .all(|&block| block < plan.document.blocks.len())
        );
        slots_are_in_the_text(step);
        assert!(step.needs.is_sorted_by(|one, next| one < next), "{text:?}");
    }
    assert!(!has_circle(plan), "a circle in {text:?}");
}

/// Slots are references to their variables, one after the other, in SQL only.
fn slots_are_in_the_text(step: &Step) {
    let mut end = 0;
    for slot in &step.slots {
        assert_eq!(step.kind, StepKind::Sql);
        assert!(end <= slot.range.start, "{slot:?} of {:?}", step.body.text);
        end = slot.range.end;
        let written = &step.body.text[slot.range.clone()];
        let name = match slot.form {
            SlotForm::Plain => format!(":{}", slot.name),
            SlotForm::Literal => format!(":'{}'", slot.name),
            SlotForm::Identifier => format!(":\"{}\"", slot.name),
            SlotForm::Test => format!(":{{?{}}}", slot.name),
        };
        assert_eq!(written, name);
    }
}

/// Takes steps away whose needs are all taken away, until none can be.
fn has_circle(plan: &Plan) -> bool {
    let mut waiting: Vec<usize> = plan.steps.iter().map(|step| step.needs.len()).collect();
    let mut ready: Vec<StepIndex> = plan
        .indexed()
        .filter(|(_, step)| step.needs.is_empty())
        .map(|(at, _)| at)
        .collect();
    let mut taken = 0;
    while let Some(at) = ready.pop() {
        taken += 1;
        for &dependant in plan.dependants(at) {
            waiting[dependant.0] -= 1;
            if waiting[dependant.0] == 0 {
                ready.push(dependant);
            }
        }
    }
    taken != plan.steps.len()
}

/// Every line of every step's text is in the source at the place it claims; blanks that stand for part of a tab are not.
fn lines_stand_where_they_say(source: &str, plan: &Plan) {
    let lines: Vec<&str> = source
        .strip_prefix('\u{feff}')
        .unwrap_or(source)
        .split('\n')
        .collect();
    for step in &plan.steps {
        let text = &step.body.text;
        assert_eq!(text.lines().count(), step.body.lines.len(), "{source:?}");
        for (line, at) in text.split_inclusive('\n').zip(&step.body.lines) {
            let said = text.get(at.text_start..).unwrap_or_default();
            assert!(said.starts_with(line), "{at:?} of {text:?}\n{source:?}");
            let line = line.trim_end_matches('\n');
            let written = lines[at.position.line as usize - 1];
            let rest: String = written
                .chars()
                .skip(at.position.column as usize - 1)
                .collect();
            let after_tab = written.contains('\t')
                && rest
                    .trim_start_matches(' ')
                    .starts_with(line.trim_start_matches(' '));
            let stands = rest.starts_with(line) || after_tab;
            assert!(
                stands,
                "{line:?} is not at {:?}: {rest:?}\n{source:?}",
                at.position
            );
        }
    }
}
