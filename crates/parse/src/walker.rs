//! Walks the Markdown events once and gathers page, steps and flow. Edges and ids are made afterwards.

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};
use stepmark_core::plan::{BlockKind, Interpreter, Span, StepKind};

use crate::attribute_list;
use crate::body_text::BodyText;
use crate::diagnostics::Diagnostics;
use crate::draft::Draft;
use crate::fence::{Fence, closing_line, trimmed};
use crate::flow_event::FlowEvent;
use crate::include::{Include, PlacedInclude, Written};
use crate::inlines::{is_inline_end, plain_text};
use crate::language::Language;
use crate::outline::Outline;
use crate::page::Page;
use crate::slug::slug;
use crate::sql_facts::SqlFacts;
use crate::step_attributes::StepAttributes;
use crate::task::Task;
use crate::{
    AttributeTarget, Code, Diagnostic, console, include, invisible, length, prose, secrets,
    shell_check, sql_text,
};

/// Titles made from a step's own first line are cut here, in characters.
const TITLE_CHARACTERS_MAX: usize = 60;

/// What is open while walking.
pub(crate) struct Walker<'s, 'd> {
    source: &'s str,
    diagnostics: &'d mut Diagnostics<'s>,
    page: Page,
    outline: Outline,
    quotes: usize,
    headings: Vec<OpenHeading>,
    /// One for each open list item; the task whose first paragraph, or heading, is open, if it is one.
    items: Vec<OpenItem>,
    fence: Option<OpenFence>,
    /// Only fences and tasks with attributes are steps.
    marked: bool,
    /// Where the last link of the open paragraph or heading, or of the one before a comment, leads.
    link: Option<String>,
    /// Includes of the open block; they come after it.
    includes: Vec<Include>,
}

struct OpenHeading {
    slug: String,
    level: u8,
    block: usize,
    text: String,
}

struct OpenItem {
    span: Span,
    task: Option<Task>,
}

struct OpenFence {
    fenced: bool,
    body: BodyText,
    text_end: Option<usize>,
}

impl<'s, 'd> Walker<'s, 'd> {
    pub(crate) fn new(source: &'s str, marked: bool, diagnostics: &'d mut Diagnostics<'s>) -> Self {
        Self {
            source,
            diagnostics,
            page: Page::default(),
            outline: Outline::default(),
            quotes: 0,
            headings: Vec::new(),
            items: Vec::new(),
            fence: None,
            marked,
            link: None,
            includes: Vec::new(),
        }
    }

    /// Walks the Markdown from `start` on.
    pub(crate) fn walk(mut self, start: usize) -> Outline {
        let options = Options::ENABLE_TABLES
            | Options::ENABLE_STRIKETHROUGH
            | Options::ENABLE_TASKLISTS
            | Options::ENABLE_GFM;
        for (event, span) in Parser::new_ext(&self.source[start..], options).into_offset_iter() {
            let span = span.start + start..span.end + start;
            self.page.event(&event, &span);
            self.event(&event, &span);
        }
        self.place_includes();
        self.outline.document = self.page.finish();
        self.outline
    }

    fn event(&mut self, event: &Event<'_>, span: &Span) {
        match event {
            Event::Start(tag) if !is_inline_end(tag.to_end()) => self.start(tag, span),
            Event::End(tag) if !is_inline_end(*tag) => self.end(*tag, span),
            Event::Rule => {
                self.end_task();
                self.place_includes();
            }
            Event::TaskListMarker(ticked) => {
                if let Some(item) = self.items.last_mut().filter(|_| self.quotes == 0) {
                    item.task = Some(Task::new(item.span.clone(), span.clone(), *ticked));
                }
            }
            Event::Text(text) if self.fence.is_some() => {
                if let Some(fence) = &mut self.fence {
                    fence.text_end = Some(span.end.max(fence.text_end.unwrap_or(0)));
                    fence.body.push(text, span, self.source);
                }
            }
            inside => self.inside(inside, span),
        }
    }

    fn inside(&mut self, event: &Event<'_>, span: &Span) {
        if self.quotes > 0 {
            return;
        }
        if let Event::Start(Tag::Link { dest_url, .. }) = event {
            self.link = Some(dest_url.to_string());
        }
        if let Some(OpenItem {
            task: Some(task), ..
        }) = self.items.last_mut()
        {
            task.inside(event, span, self.source);
        } else if matches!(event, Event::InlineHtml(_)) {
            self.comment_without_step(span);
        }
    }

    fn comment_without_step(&mut self, span: &Span) {
        let Some(list) = attribute_list::in_comment(self.source, span) else {
            return;
        };
        match include::in_list(self.source, list.clone(), self.diagnostics) {
            Written::Include(include) => match include.objection_to(self.link.as_deref()) {
                Some(objection) => self.diagnostics.report(objection),
                None => self.includes.push(include),
            },
            Written::Refused => {}
            Written::Other => {
                prose::check_attributes(self.source, list, AttributeTarget::Link, self.diagnostics);
            }
        }
    }

    /// Puts the includes of the block that ended behind it.
    fn place_includes(&mut self) {
        for include in std::mem::take(&mut self.includes) {
            let containers = match self.items.is_empty() {
                true => None,
                false => self
                    .page
                    .blocks()
                    .last()
                    .map(|block| block.containers.clone()),
            };
            let placed = PlacedInclude {
                include,
                blocks: self.page.blocks().len(),
                drafts: self.outline.drafts.len(),
                flow: self.outline.flow.len(),
                headings: self.headings(),
                level: self.headings.last().map_or(0, |heading| heading.level),
                containers: containers.unwrap_or_default(),
            };
            self.outline.includes.push(placed);
        }
    }

    fn start(&mut self, tag: &Tag<'_>, span: &Span) {
        if !matches!(tag, Tag::Paragraph) {
            self.end_task();
            self.place_includes();
        }
        if !matches!(tag, Tag::HtmlBlock) {
            self.link = None;
        }
        match tag {
            Tag::BlockQuote(_) => self.quotes += 1,
            Tag::List(_) => self.flow(FlowEvent::ListStart),
            Tag::Item => {
                self.items.push(OpenItem {
                    span: trimmed(self.source, span.clone()),
                    task: None,
                });
                self.flow(FlowEvent::ItemStart);
            }
            Tag::CodeBlock(kind) => {
                self.fence = Some(OpenFence {
                    fenced: matches!(kind, CodeBlockKind::Fenced(_)),
                    body: BodyText::with_room(span.len()),
                    text_end: None,
                });
            }
            Tag::HtmlBlock if self.quotes == 0 => self.comment_without_step(span),
            Tag::Table(_) if self.quotes == 0 => self.refuse_box_before(span.start),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd, span: &Span) {
        match tag {
            TagEnd::BlockQuote(_) => self.quotes -= 1,
            TagEnd::List(_) => self.flow(FlowEvent::ListEnd),
            TagEnd::Paragraph => {
                self.end_task();
                self.place_includes();
            }
            TagEnd::Item => {
                self.end_task();
                self.place_includes();
                self.items.pop();
                self.flow(FlowEvent::ItemEnd);
            }
            TagEnd::HtmlBlock => self.place_includes(),
            TagEnd::Heading(level) if self.quotes == 0 => {
                self.end_task();
                self.heading(level as u8);
                self.place_includes();
            }
            TagEnd::CodeBlock => {
                if let Some(open) = self.fence.take()
                    && open.fenced
                    && self.quotes == 0
                {
                    self.fence(open, span);
                }
            }
            _ => {}
        }
    }

    /// The Markdown parser drops the box of a task that starts with a table.
    fn refuse_box_before(&mut self, table: usize) {
        let before = self.source[..table].trim_end_matches([' ', '\t']);
        if !["[ ]", "[x]", "[X]"]
            .iter()
            .any(|mark| before.ends_with(mark))
        {
            return;
        }
        self.diagnostics.report(
            Diagnostic::error(
                Code::TaskUnread,
                before.len() - "[ ]".len()..before.len(),
                "a table cannot be a task",
            )
            .with_help("write a sentence after the box, and the table below it"),
        );
    }

    /// Lists inside a block quote hold no steps and are not part of the flow.
    fn flow(&mut self, event: FlowEvent) {
        if self.quotes == 0 {
            self.outline.flow.push(event);
        }
    }

    fn heading(&mut self, level: u8) {
        let blocks = self.page.blocks();
        let Some(BlockKind::Heading { content, .. }) = blocks.last().map(|block| &block.kind)
        else {
            return;
        };
        let text = plain_text(content);
        let block = blocks.len() - 1;
        if level == 1 && self.outline.title.is_none() && !text.is_empty() {
            self.outline.title = Some(text.clone());
        }
        while self.headings.last().is_some_and(|open| open.level >= level) {
            self.headings.pop();
        }
        self.headings.push(OpenHeading {
            level,
            block,
            slug: slug(&text),
            text,
        });
    }

    fn fence(&mut self, open: OpenFence, span: &Span) {
        let fence = Fence::read(self.source, span, open.text_end, self.diagnostics.index());
        if !fence.closed {
            self.diagnostics.report(unclosed(self.source, &fence));
            return;
        }
        if self.marked && !self.source[fence.rest.clone()].contains('{') {
            return;
        }
        let language = Language::of(&self.source[fence.language.clone()]);
        if matches!(language, Language::LooksLike(_) | Language::Prose)
            && fence.attributes(self.source).is_some_and(|list| {
                prose::names_interpreter(self.source, list.clone())
                    && !include::is_in(self.source, list)
            })
        {
            self.step(&fence, StepKind::Shell(Interpreter::Other), open.body, span);
            return;
        }
        match language {
            Language::Runs(kind) => self.step(&fence, kind, open.body, span),
            Language::Transcript => {
                let commands = console::commands(&open.body, self.diagnostics);
                if commands.text().is_empty() {
                    self.diagnostics.report(
                        Diagnostic::warning(
                            Code::ConsoleWithoutCommand,
                            fence.opening.clone(),
                            "this transcript holds no command",
                        )
                        .with_help("commands are the lines after `$ `; as it stands it is prose"),
                    );
                    return;
                }
                self.step(&fence, StepKind::Shell(Interpreter::Bash), commands, span);
            }
            Language::LooksLike(advice) => {
                let is_meant = fence.attributes(self.source).is_some_and(|list| {
                    prose::says_skip(self.source, list.clone()) || include::is_in(self.source, list)
                });
                if !is_meant {
                    let word = &self.source[fence.language.clone()];
                    let message = format!("fences in `{word}` do not run: this one is prose");
                    self.diagnostics.report(
                        Diagnostic::warning(Code::LanguageNotRun, fence.language.clone(), message)
                            .with_help(format!(
                                "{advice}, or `{{skip}}` after the word if it is not"
                            )),
                    );
                }
                self.prose(&fence);
            }
            Language::Prose => self.prose(&fence),
        }
    }

    fn prose(&mut self, fence: &Fence) {
        let Some(list) = fence.attributes(self.source) else {
            return;
        };
        match include::in_list(self.source, list.clone(), self.diagnostics) {
            Written::Include(include) => {
                self.includes.push(include);
                self.place_includes();
            }
            Written::Refused => {}
            Written::Other => prose::check_attributes(
                self.source,
                list,
                AttributeTarget::OtherFence,
                self.diagnostics,
            ),
        }
    }

    fn step(&mut self, fence: &Fence, kind: StepKind, mut body: BodyText, span: &Span) {
        let attributes = match fence.attributes(self.source) {
            Some(list) => self.attributes(list, AttributeTarget::of(kind)),
            None => {
                prose::check_info(self.source, fence, self.diagnostics);
                StepAttributes::default()
            }
        };
        if attributes.skip {
            return;
        }
        self.refuse_closing_line(fence, &body);
        length::check(body.text(), &fence.opening, self.diagnostics);
        invisible::check(
            body.text(),
            "the step",
            |part| body.source_span(&part),
            self.diagnostics,
        );
        if body.text().trim().is_empty() {
            self.diagnostics.report(
                Diagnostic::warning(
                    Code::StepEmpty,
                    fence.opening.clone(),
                    "this step has nothing to run",
                )
                .with_help("write it, or mark it `{skip}`"),
            );
        }
        let sql = match kind {
            StepKind::Sql => sql_text::check(&body, &attributes, self.diagnostics),
            StepKind::Shell(Interpreter::Psql | Interpreter::Other) | StepKind::Manual => {
                SqlFacts::default()
            }
            StepKind::Shell(Interpreter::Bash | Interpreter::Sh | Interpreter::Zsh) => {
                shell_check::check(&body, &attributes, self.diagnostics);
                SqlFacts::default()
            }
        };
        secrets::check(&mut body, kind, self.diagnostics);
        let has_secrets = body.masked().is_some();
        let heading = self.headings.last();
        let title = heading
            .map(|heading| heading.text.clone())
            .filter(|text| !text.is_empty())
            .unwrap_or_else(|| first_line(body.masked().unwrap_or(body.text())));
        let draft = Draft {
            slug: heading.map_or_else(String::new, |heading| heading.slug.clone()),
            title,
            headings: self.headings(),
            kind,
            body,
            file: None,
            attributes,
            sql,
            span: trimmed(self.source, span.clone()),
            first_line: fence.opening.clone(),
        };
        let at = self.add(draft);
        self.flow(FlowEvent::Fence(at));
        if let Some(block) = self.page.blocks().last_mut() {
            block.step = Some(stepmark_core::StepIndex(at));
            // A transcript shows more than is run.
            if let (BlockKind::Code { text, .. }, true) = (&mut block.kind, has_secrets) {
                *text = secrets::masked(kind, text);
            }
        }
    }

    fn refuse_closing_line(&mut self, fence: &Fence, body: &BodyText) {
        let marker = &self.source[fence.marker.clone()];
        if let Some(line) = closing_line(body.text(), marker) {
            self.diagnostics.report(
                Diagnostic::error(
                    Code::FenceUnclear,
                    body.source_span(&line),
                    "this line closes the fence for some readers and not for others",
                )
                .with_help("remove the tab at its end"),
            );
        }
    }

    fn attributes(&mut self, list: Span, target: AttributeTarget) -> StepAttributes {
        match attribute_list::read(self.source, list) {
            Ok(written) => StepAttributes::read(written, target, self.diagnostics),
            Err(error) => {
                self.diagnostics.report(error.into());
                StepAttributes::default()
            }
        }
    }

    /// Makes a step of the task whose first paragraph just ended.
    fn end_task(&mut self) {
        let Some(task) = self.items.last_mut().and_then(|item| item.task.take()) else {
            return;
        };
        let list = task.attributes(self.diagnostics);
        if self.marked && list.is_none() {
            return;
        }
        let attributes = match list {
            Some(list) => self.attributes(list, AttributeTarget::Task),
            None => StepAttributes::default(),
        };
        if attributes.skip {
            return;
        }
        let body = task.body(self.source);
        self.warn_about(&task, &body);
        invisible::check(
            body.text(),
            "the task",
            |part| body.source_span(&part),
            self.diagnostics,
        );
        let block = self.page.last_text();
        let mut title = block
            .map(|block| match &self.page.blocks()[block].kind {
                BlockKind::Paragraph(text) | BlockKind::Heading { content: text, .. } => {
                    plain_text(text)
                }
                _ => String::new(),
            })
            .unwrap_or_default();
        let slug = slug(&title);
        if title.is_empty() {
            "Task".clone_into(&mut title);
        }
        let draft = Draft {
            slug,
            title,
            headings: self.headings(),
            kind: StepKind::Manual,
            body,
            file: None,
            attributes,
            sql: SqlFacts::default(),
            span: task.item.clone(),
            first_line: task.marker.clone(),
        };
        let at = self.add(draft);
        self.flow(FlowEvent::Task(at));
        if let Some(block) = block {
            self.page.blocks()[block].step = Some(stepmark_core::StepIndex(at));
        }
    }

    fn warn_about(&mut self, task: &Task, body: &BodyText) {
        if task.ticked {
            self.diagnostics.report(
                Diagnostic::warning(
                    Code::TaskTicked,
                    task.marker.clone(),
                    "this task is ticked in the file already",
                )
                .with_help("write `[ ]`: it is asked in every run, and the run records the tick"),
            );
        }
        if body.text().is_empty() {
            self.diagnostics.report(
                Diagnostic::warning(
                    Code::StepEmpty,
                    task.marker.clone(),
                    "this task says nothing",
                )
                .with_help("write what is to be done after the box"),
            );
        }
    }

    fn add(&mut self, draft: Draft) -> usize {
        self.outline.drafts.push(draft);
        self.outline.drafts.len() - 1
    }

    fn headings(&self) -> Vec<usize> {
        self.headings.iter().map(|heading| heading.block).collect()
    }
}

fn first_line(text: &str) -> String {
    let line = text
        .lines()
        .map(str::trim)
        .find(|line| !line.is_empty())
        .unwrap_or("Step");
    line.chars().take(TITLE_CHARACTERS_MAX).collect()
}

fn unclosed(source: &str, fence: &Fence) -> Diagnostic {
    let marker = &source[fence.marker.clone()];
    Diagnostic::error(
        Code::FenceUnclosed,
        fence.opening.clone(),
        "fence is not closed",
    )
    .with_label("everything from here on is in it")
    .with_help(format!(
        "close it with a line that is just {marker} indented like this one"
    ))
}
