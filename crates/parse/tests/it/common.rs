//! Renders what was parsed as plain text, for tables and snapshots. Shared by the test files; holds no test.

use std::fmt::Write as _;

use stepmark_core::plan::{BlockKind, Confirm, Container, IdOrigin, Inline, Plan, Role};
use stepmark_parse::{Diagnostic, Parsed, parse};

/// Parses text as a file called `file.md`.
pub(crate) fn parsed(source: &str) -> Parsed {
    parse(source.as_bytes(), "file")
}

/// One line for each step: `id kind <- needs` and what else is set.
pub(crate) fn steps(plan: &Plan) -> Vec<String> {
    plan.steps
        .iter()
        .map(|step| {
            let id = |at: stepmark_core::StepIndex| plan.step(at).id.to_string();
            let mut line = format!("{} {}", step.id, step.kind.word());
            let needs: Vec<String> = step.needs.iter().map(|&need| id(need)).collect();
            if !needs.is_empty() {
                write!(line, " <- {}", needs.join(",")).unwrap();
            }
            match step.role {
                Role::Main => {}
                Role::RollbackOf(target) => write!(line, " rollback of {}", id(target)).unwrap(),
                Role::ProbeOf(target) => write!(line, " probe of {}", id(target)).unwrap(),
            }
            if step.required {
                line.push_str(" required");
            }
            match &step.confirm {
                None => {}
                Some(Confirm::Ask) => line.push_str(" confirm"),
                Some(Confirm::Typed(text)) => write!(line, " confirm {text:?}").unwrap(),
            }
            if let Some(timeout) = step.timeout {
                write!(line, " {timeout:?}").unwrap();
            }
            if step.expectation.is_some() {
                line.push_str(" check");
            }
            line
        })
        .collect()
}

/// One line for each diagnostic: `line:column severity code: message`.
pub(crate) fn findings(parsed: &Parsed) -> Vec<String> {
    parsed.diagnostics.iter().map(finding).collect()
}

fn finding(diagnostic: &Diagnostic) -> String {
    format!(
        "{}:{} {} {}: {}",
        diagnostic.position.line,
        diagnostic.position.column,
        diagnostic.severity.word(),
        diagnostic.code,
        diagnostic.message,
    )
}

/// Everything about a document: steps whole, page, and diagnostics with the source they point at.
pub(crate) fn everything(source: &str) -> String {
    let parsed = parsed(source);
    let plan = &parsed.plan;
    let mut text = format!("title: {}\n", plan.title);
    for (step, line) in plan.steps.iter().zip(steps(plan)) {
        let origin = match step.id_origin {
            IdOrigin::Named => "named",
            IdOrigin::Derived => "derived",
        };
        writeln!(
            text,
            "\nstep {line}\n  {origin}, {:?} under blocks {:?}",
            step.title, step.headings
        )
        .unwrap();
        for (line, at) in step.body.text.lines().zip(&step.body.lines) {
            writeln!(
                text,
                "  {:>3}:{:<2} {line}",
                at.position.line, at.position.column
            )
            .unwrap();
        }
    }
    text.push_str("\npage\n");
    for (at, block) in plan.document.blocks.iter().enumerate() {
        let step = block
            .step
            .map_or(String::new(), |step| format!(" = {}", plan.step(step).id));
        let around: String = block.containers.iter().map(container).collect();
        writeln!(text, "  {at}{step} {around}{}", shape(&block.kind)).unwrap();
    }
    if !parsed.diagnostics.is_empty() {
        text.push_str("\nfound\n");
    }
    for diagnostic in &parsed.diagnostics {
        writeln!(text, "  {}", finding(diagnostic)).unwrap();
        writeln!(
            text,
            "    at {:?}",
            source.get(diagnostic.span.clone()).unwrap_or("?")
        )
        .unwrap();
        if let Some(label) = &diagnostic.label {
            writeln!(text, "    label: {label}").unwrap();
        }
        for label in &diagnostic.related {
            let position = label.position;
            writeln!(
                text,
                "    {}:{} {}",
                position.line, position.column, label.message
            )
            .unwrap();
        }
        if let Some(help) = &diagnostic.help {
            writeln!(text, "    help: {help}").unwrap();
        }
    }
    text
}

fn container(container: &Container) -> String {
    match container {
        Container::Quote => "> ".to_owned(),
        Container::Item {
            marker,
            first: true,
        } => format!("{marker} "),
        Container::Item { first: false, .. } => ".. ".to_owned(),
    }
}

fn shape(kind: &BlockKind) -> String {
    let cells = |row: &[Vec<Inline>]| {
        row.iter()
            .map(|cell| inlines(cell))
            .collect::<Vec<_>>()
            .join(" | ")
    };
    match kind {
        BlockKind::Heading { level, content } => format!("heading {level}: {}", inlines(content)),
        BlockKind::Paragraph(content) => format!("paragraph: {}", inlines(content)),
        BlockKind::Code { language, text } => format!("code {language}: {text:?}"),
        BlockKind::Table { header, rows } => {
            let rows: Vec<String> = rows.iter().map(|row| cells(row)).collect();
            format!("table: {} / {}", cells(header), rows.join(" / "))
        }
        BlockKind::Rule => "rule".to_owned(),
        BlockKind::Html(html) => format!("html: {html:?}"),
    }
}

/// Each run in quotes, with a letter for each style: emphasis, strong, strike (x), code, link; and where that leads.
fn inlines(runs: &[Inline]) -> String {
    runs.iter()
        .map(|run| {
            let style = run.style;
            let letters = [
                (style.emphasis, 'e'),
                (style.strong, 's'),
                (style.strike, 'x'),
                (style.code, 'c'),
                (style.link, 'l'),
            ];
            let letters: String = letters
                .into_iter()
                .filter(|(on, _)| *on)
                .map(|(_, letter)| letter)
                .collect();
            let target = run.target.as_ref();
            let target = target.map_or_else(String::new, |target| format!("->{target}"));
            format!("{:?}{letters}{target}", run.text)
        })
        .collect::<Vec<_>>()
        .join(" ")
}
