//! A small runbook, put together by hand since the screen must not know the parser; used by the demo and by the tests.

use std::sync::Arc;

use stepmark_core::plan::{
    Block, BlockKind, Body, Confirm, Container, Document, IdOrigin, Inline, InlineStyle,
    Interpreter, Plan, Position, Role, ShellTerms, SourceLine, SqlTerms, Step, StepFlow, StepKind,
};
use stepmark_core::{ConnectionName, Digest, StepId, StepIndex};

/// Grows a page block by block.
#[derive(Default)]
pub(crate) struct Author {
    blocks: Vec<Block>,
    steps: Vec<Step>,
    headings: Vec<(u8, usize)>,
    at: usize,
}

impl Author {
    /// Adds a heading; later steps stand under it.
    pub(crate) fn heading(&mut self, level: u8, text: &str) -> &mut Self {
        self.headings.retain(|(other, _)| *other < level);
        self.headings.push((level, self.blocks.len()));
        self.block(
            Vec::new(),
            BlockKind::Heading {
                level,
                content: inline(text),
            },
            None,
        )
    }

    /// Adds a paragraph; `*`, `**` and backquotes work in it.
    pub(crate) fn paragraph(&mut self, text: &str) -> &mut Self {
        self.block(Vec::new(), BlockKind::Paragraph(inline(text)), None)
    }

    /// Adds a paragraph inside a block quote.
    pub(crate) fn quote(&mut self, text: &str) -> &mut Self {
        let kind = BlockKind::Paragraph(inline(text));
        self.block(vec![Container::Quote], kind, None)
    }

    /// Adds a list item.
    pub(crate) fn item(&mut self, marker: &str, text: &str) -> &mut Self {
        let container = Container::Item {
            marker: marker.to_owned(),
            first: true,
        };
        let kind = BlockKind::Paragraph(inline(text));
        self.block(vec![container], kind, None)
    }

    /// Adds a table; the first row is its header.
    pub(crate) fn table(&mut self, rows: &[&[&str]]) -> &mut Self {
        let mut rows = rows
            .iter()
            .map(|row| row.iter().map(|cell| inline(cell)).collect());
        let header = rows.next().unwrap_or_default();
        let rows = rows.collect();
        self.block(Vec::new(), BlockKind::Table { header, rows }, None)
    }

    /// Adds a step, which needs the main step before it.
    pub(crate) fn step(&mut self, id: &str, kind: StepKind, text: &str) -> &mut Self {
        let index = StepIndex(self.steps.len());
        let before = (0..index.0).rev().map(StepIndex);
        let mut main = before.filter(|index| self.steps[index.0].is_main());
        let needs = main.next().into_iter().collect();
        let title =
            self.headings
                .last()
                .map_or_else(String::new, |(_, at)| match &self.blocks[*at].kind {
                    BlockKind::Heading { content, .. } => {
                        content.iter().map(|inline| inline.text.as_str()).collect()
                    }
                    _ => String::new(),
                });
        let connection = (kind == StepKind::Sql).then(ConnectionName::default);
        self.steps.push(Step {
            id: StepId::new(id),
            id_origin: IdOrigin::Named,
            title,
            headings: self.headings.iter().map(|(_, at)| *at).collect(),
            kind,
            role: Role::Main,
            body: Arc::new(Body {
                text: text.to_owned(),
                lines: vec![SourceLine {
                    text_start: 0,
                    position: Position { line: 7, column: 1 },
                }],
                masked: None,
                file: None,
            }),
            digest: Step::digest_of(kind, connection.as_ref(), &[], text),
            connection,
            needs,
            required: false,
            confirm: None,
            timeout: None,
            expectation: None,
            flow: StepFlow::default(),
            sql: SqlTerms::default(),
            shell: ShellTerms::default(),
            slots: Vec::new(),
            attributes: Vec::new(),
            span: self.at..self.at + text.len() + 1,
        });
        let kind = match kind {
            StepKind::Manual => BlockKind::Paragraph(inline(text)),
            StepKind::Sql | StepKind::Shell(_) => BlockKind::Code {
                language: kind.word().to_owned(),
                text: text.to_owned(),
            },
        };
        self.block(Vec::new(), kind, Some(index))
    }

    /// Changes the step added last.
    pub(crate) fn with(&mut self, change: impl FnOnce(&mut Step)) -> &mut Self {
        change(self.steps.last_mut().expect("a step was added"));
        self
    }

    /// The runbook.
    pub(crate) fn plan(&mut self, title: &str) -> Plan {
        let document = Document {
            blocks: std::mem::take(&mut self.blocks),
        };
        let steps = std::mem::take(&mut self.steps);
        Plan::new(title.to_owned(), Digest::of(title), steps, document)
    }

    /// Adds a block inside `containers`.
    pub(crate) fn block(
        &mut self,
        containers: Vec<Container>,
        kind: BlockKind,
        step: Option<StepIndex>,
    ) -> &mut Self {
        let start = self.at;
        self.at += 1_000;
        self.blocks.push(Block {
            containers,
            kind,
            span: start..self.at,
            step,
        });
        self
    }
}

/// The runbook that the demo and most tests show.
pub(crate) fn plan() -> Plan {
    let bash = StepKind::Shell(Interpreter::Bash);
    let mut author = Author::default();
    author
        .heading(1, "Give orders a status")
        .paragraph("Adds a *status* column to `shop.orders` without a long lock, fills it, and makes it **not null**. Takes about four minutes on two million rows.")
        .quote("Not between 23:00 and 01:00: the nightly export reads every order.")
        .heading(2, "Look first")
        .paragraph("Nobody should hold a lock on the table:")
        .item("-", "no long transaction, see `pg_stat_activity`")
        .item("-", "no other migration")
        .step("free-space", bash, "df -h /var/lib/postgresql\nuptime\n")
        .heading(2, "Add the column")
        .paragraph("Instant since PostgreSQL 11, but it takes an `ACCESS EXCLUSIVE` lock: with a short `lock_timeout` it gives up rather than queue.")
        .step("begin", StepKind::Sql, "BEGIN;\nSET LOCAL lock_timeout = '2s';\n")
        .step("add-column", StepKind::Sql, "ALTER TABLE shop.orders\n  ADD COLUMN status text DEFAULT 'open';\n")
        .step("commit", StepKind::Sql, "COMMIT;\n")
        .heading(2, "Fill it")
        .paragraph("In batches, so that no transaction is long.")
        .table(&[
            &["batch", "rows", "took"],
            &["1", "10,000", "0.4 s"],
            &["2", "10,000", "0.5 s"],
        ])
        .step("backfill", bash, "for batch in $(seq 1 200); do\n  psql -v batch=\"$batch\" -f backfill.sql\ndone\n")
        .with(|step| step.timeout = Some(std::time::Duration::from_secs(600)))
        .heading(2, "Make it required")
        .step("validate", StepKind::Sql, "ALTER TABLE shop.orders VALIDATE CONSTRAINT orders_status_not_null;\n")
        .with(|step| {
            step.required = true;
            step.confirm = Some(Confirm::Ask);
        })
        .step("drop-old", StepKind::Sql, "ALTER TABLE shop.orders DROP COLUMN is_open;\n")
        .with(|step| step.confirm = Some(Confirm::Typed("orders".to_owned())))
        .heading(2, "Tell people")
        .step("announce", StepKind::Manual, "Write in #deploys that `orders.status` is there.");
    author.plan("Give orders a status")
}

fn run_of(text: String, style: InlineStyle) -> Inline {
    Inline {
        text,
        style,
        target: None,
    }
}

fn inline(text: &str) -> Vec<Inline> {
    let mut inlines = Vec::new();
    let mut style = InlineStyle::default();
    let mut run = String::new();
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let next = match c {
            '*' if rest.next_if_eq(&'*').is_some() => InlineStyle {
                strong: !style.strong,
                ..style
            },
            '*' => InlineStyle {
                emphasis: !style.emphasis,
                ..style
            },
            '`' => InlineStyle {
                code: !style.code,
                ..style
            },
            c => {
                run.push(c);
                continue;
            }
        };
        if !run.is_empty() {
            let text = std::mem::take(&mut run);
            inlines.push(run_of(text, style));
        }
        style = next;
    }
    if !run.is_empty() {
        inlines.push(run_of(run, style));
    }
    inlines
}
