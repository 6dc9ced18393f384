//! Text of others stays in its place: another parser (comrak, as GitHub reads Markdown) finds the same blocks in a report
//! whatever stands in a log, and no page has mark-up that came from there.

use comrak::nodes::{AstNode, NodeValue};
use comrak::{Arena, Options};
use stepmark_core::output::OutputSummary;
use stepmark_core::plan::Plan;
use stepmark_core::record::{
    Event, Failure, InputOrigin, Mode, Operator, Outcome, PauseReason, Record, RunHeader,
    ServerError, ServerRole, TargetIdentity, Work,
};
use stepmark_core::report::{Account, html, markdown_of};
use stepmark_core::{Attempt, ConnectionName, Digest, RunId, Timestamp, VariableName};

use crate::app::Runbook;

const BOOK: &str =
    "# Title\n\n```bash {name=one}\necho 1\n```\n\n```bash {name=two}\necho 2\n```\n";

const HOSTILE: [&str; 18] = [
    "```\n# broken out\n```",
    "~~~~\n# out\n~~~~",
    "``````````````````",
    "a | b | c \\| d",
    "<script>alert(1)</script>",
    "<!-- and no end",
    "</pre></td></table><h1>out</h1>",
    "[link](javascript:alert(1)) ![image](https://example.org/x.png)",
    "<https://example.org> https://example.org www.example.org ana@example.org",
    "\n\n# heading\n\n- list\n\n> quote\n\n---\n",
    "| - | - |\n| --- | --- |\n| x | y |",
    "**bold** _it_ ~~no~~ `code` $x$ :tada: @ana",
    "\\",
    "&lt;b&gt; &#60;b&#62; &amp;",
    "\u{1b}[31mred\u{1b}[0m \u{1b}]0;title\u{7} \u{202e}backwards\u{2069}",
    "\r\nline\rline",
    "[x]: https://example.org\n[^1]: note\n[^1]",
    "' onload='x' \" onload=\"x\"",
];

fn header(text: &str) -> RunHeader {
    RunHeader {
        version: text.to_owned(),
        title: text.to_owned(),
        path: text.to_owned(),
        runbook: Digest::of(BOOK),
        included: Vec::new(),
        steps: 2,
        operator: Operator {
            user: text.to_owned(),
            uid: 1,
            sudo_user: Some(text.to_owned()),
            host: text.to_owned(),
            tty: Some(text.to_owned()),
            ssh_client: Some(text.to_owned()),
        },
        mode: Mode::Headless,
        previous: None,
        rehearsal: None,
        scratch: false,
    }
}

fn target(text: &str) -> TargetIdentity {
    TargetIdentity {
        system_identifier: Some(text.to_owned()),
        database: text.to_owned(),
        database_oid: 1,
        user: text.to_owned(),
        host: text.to_owned(),
        port: 5432,
        server_version: text.to_owned(),
        role: ServerRole::Primary,
        backend_pid: 1,
        backend_start: text.to_owned(),
        tls: true,
        pooler: false,
        locked: false,
    }
}

/// A run in which `text` stands wherever somebody else chooses what stands there.
fn account(plan: &Plan, text: &str) -> Account {
    let (one, two) = (plan.steps[0].id.clone(), plan.steps[1].id.clone());
    let word = || text.to_owned();
    let error = ServerError {
        severity: word(),
        sqlstate: word(),
        message: word(),
        detail: Some(word()),
        hint: Some(word()),
        context: Some(word()),
        ..ServerError::default()
    };
    let output = OutputSummary {
        bytes: text.len() as u64,
        lines: 1,
        digest: Digest::of(text),
        excerpt: word(),
        file: Some(word()),
    };
    let events = [
        Event::RunStarted(Box::new(header(text))),
        Event::InputGiven {
            name: VariableName::new(text),
            value: Some(word()),
            origin: InputOrigin::File { path: word() },
        },
        Event::TargetIdentified {
            connection: ConnectionName::new(text),
            epoch: 1,
            target: Box::new(target(text)),
        },
        Event::StepStarted {
            step: one.clone(),
            attempt: Attempt(1),
            kind: plan.steps[0].kind,
            text: word(),
            digest: Digest::of(text),
            connection: Some(ConnectionName::new(text)),
        },
        Event::StepFinished {
            step: one.clone(),
            attempt: Attempt(1),
            outcome: Outcome::Failed {
                failure: Failure::Server(Box::new(error)),
            },
            work: Work::None,
            transaction: None,
            duration_us: 1,
            output,
            captures: Vec::new(),
            polls: None,
            positions: None,
        },
        Event::StepSkipped {
            step: two,
            reason: word(),
        },
        Event::NoteAdded {
            step: Some(one),
            text: word(),
        },
        Event::RunPaused {
            reason: PauseReason::Target { message: word() },
        },
    ];
    let records: Vec<Record> = (1..)
        .zip(events)
        .map(|(seq, event)| Record {
            seq,
            at: Timestamp::from_micros(1_795_140_845_000_000),
            event,
        })
        .collect();
    Account::of(
        plan,
        &RunId::new("20261120T021405Z-7f3a9c"),
        &records,
        false,
    )
}

/// The blocks that comrak finds, and what each code block holds.
fn blocks(source: &str) -> (Vec<String>, Vec<String>) {
    let arena = Arena::new();
    let mut options = Options::default();
    options.extension.table = true;
    options.extension.autolink = true;
    options.extension.strikethrough = true;
    options.extension.tasklist = true;
    options.extension.footnotes = true;
    let root: &AstNode<'_> = comrak::parse_document(&arena, source, &options);
    let (mut kinds, mut codes) = (Vec::new(), Vec::new());
    for node in root.descendants() {
        let kind = match &node.data().value {
            NodeValue::Text(_) | NodeValue::SoftBreak | NodeValue::Escaped => continue,
            NodeValue::CodeBlock(block) => {
                codes.push(block.literal.clone());
                format!("code {}", block.info)
            }
            NodeValue::Heading(heading) => format!("heading {}", heading.level),
            NodeValue::Table(_) => "table".to_owned(),
            NodeValue::TableRow(_) => "row".to_owned(),
            NodeValue::TableCell => "cell".to_owned(),
            NodeValue::List(_) => "list".to_owned(),
            NodeValue::Item(_) => "item".to_owned(),
            NodeValue::Paragraph => "paragraph".to_owned(),
            NodeValue::Strong => "strong".to_owned(),
            NodeValue::Code(_) => "code span".to_owned(),
            NodeValue::Document => "document".to_owned(),
            NodeValue::Link(link) if link.url.starts_with("mailto:") => continue,
            other => format!("{other:?}"),
        };
        kinds.push(kind);
    }
    (kinds, codes)
}

#[test]
fn no_text_of_a_log_changes_the_blocks_of_the_markdown_report() {
    let plan = Runbook::of_text(BOOK).plan;
    let (expected, _) = blocks(&markdown_of(&account(&plan, "plain")));
    assert!(expected.len() > 100);
    assert!(!expected.iter().any(|kind| kind.starts_with("Html")));
    for text in HOSTILE {
        let report = markdown_of(&account(&plan, text));
        let (found, codes) = blocks(&report);
        assert_eq!(found, expected, "{text:?} in\n{report}");
        let shown = text.split(['\u{1b}', '\u{7}', '\u{202e}', '\r']).next();
        assert!(
            codes[0].starts_with(shown.unwrap_or_default().trim_end()),
            "{codes:?}"
        );
    }
}

#[test]
fn no_text_of_a_log_becomes_mark_up_of_the_page() {
    let plan = Runbook::of_text(BOOK).plan;
    let tags = |page: &str| {
        let tags = page.split('<').skip(1);
        tags.map(|tag| tag.split('>').next().unwrap_or_default().to_owned())
            .collect::<Vec<String>>()
    };
    let expected = tags(&html(&account(&plan, "plain")));
    for text in HOSTILE {
        assert_eq!(tags(&html(&account(&plan, text))), expected, "{text:?}");
    }
}
