//! Markdown to [`Plan`], with diagnostics that carry source spans.
//!
//! [`parse`] never fails and runs in linear time: whatever is wrong with a runbook becomes a [`Diagnostic`], and the
//! plan that comes with it is always safe to walk, though `run` refuses one with errors. Nothing here reads files: a
//! runbook that includes others is read again with their texts, by [`parse_sources`], until none is missing. Nothing renders
//! either, or judges what a step would do to a server.

mod ancestors;
mod around;
mod attribute_json;
mod attribute_lexer;
mod attribute_list;
mod attribute_spec;
mod attribute_syntax_error;
mod attribute_table;
mod attribute_target;
mod body_text;
mod code;
mod combinations;
mod console;
mod cycles;
mod destruction;
mod diagnostic;
mod diagnostics;
mod draft;
mod duration_text;
mod fence;
mod flow_event;
mod front_matter;
mod graph;
mod ids;
mod include;
mod include_path;
mod inlines;
mod invisible;
mod join;
mod label;
mod language;
mod length;
mod line_index;
mod merge;
mod nearest;
mod outline;
mod page;
mod parsed;
mod prose;
mod rest;
mod role_attribute;
mod runme_word;
mod secrets;
mod severity;
mod shell_check;
mod shell_pipeline;
mod shell_reader;
mod siblings;
mod slug;
mod sql_changes;
mod sql_facts;
mod sql_text;
mod step_attributes;
mod step_connections;
mod task;
mod value_form;
mod variable_name;
mod variable_uses;
mod walker;
mod written_attribute;

pub use attribute_spec::AttributeSpec;
pub use attribute_table::attribute_table;
pub use attribute_target::AttributeTarget;
pub use code::Code;
pub use diagnostic::Diagnostic;
pub use label::Label;
pub use nearest::nearest;
pub use parsed::Parsed;
pub use runme_word::{RunmeTreatment, RunmeWord, runme_words};
pub use severity::Severity;
pub use stepmark_sql::masked_secret;
pub use value_form::ValueForm;

use stepmark_core::plan::{Document, Plan, Sources};

use crate::diagnostics::Diagnostics;
use crate::join::{Joined, join};

/// Reads the runbook in `source`, which has no other file beside it. `file_stem` is the file's name without its extension,
/// the title of a runbook that gives itself none. Text that is not UTF-8 gives an empty plan and one error.
pub fn parse(source: &[u8], file_stem: &str) -> Parsed {
    let sources = Sources::new(format!("{file_stem}.md"), source.to_vec());
    parse_sources(&sources, file_stem)
}

/// Reads the runbook in `sources` with what it includes. What of that is not among them is named in [`Parsed::wanted`]:
/// whoever can read files adds it and asks again, until nothing is.
pub fn parse_sources(sources: &Sources, file_stem: &str) -> Parsed {
    let digest = sources.runbook().digest;
    let mut diagnostics = Diagnostics::new(sources);
    if let Some((at, byte)) = sources.runbook().not_utf8 {
        diagnostics.report(
            Diagnostic::error(
                Code::InvalidUtf8,
                at..at + char::REPLACEMENT_CHARACTER.len_utf8(),
                format!("byte 0x{byte:02x} is not UTF-8"),
            )
            .with_help("save the file as UTF-8; nothing in it was read"),
        );
        let steps = Vec::new();
        return Parsed {
            plan: Plan::new(file_stem.to_owned(), digest, steps, Document::default()),
            diagnostics: diagnostics.finish(),
            wanted: Vec::new(),
        };
    }
    let Joined {
        front,
        outline,
        wanted,
    } = join(sources, &mut diagnostics);
    let title = outline
        .title
        .or(front.title)
        .unwrap_or_else(|| file_stem.to_owned());
    let steps = graph::connect(outline.drafts, &outline.flow, &front.plan, &mut diagnostics);
    Parsed {
        plan: Plan::new(title, digest, steps, outline.document).with_front(front.plan),
        diagnostics: diagnostics.finish(),
        wanted,
    }
}

const BYTE_ORDER_MARK: char = '\u{feff}';
