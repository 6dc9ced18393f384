//! Markdown to [`Plan`], with diagnostics that carry source spans.
//!
//! [`parse`] never fails and runs in linear time: whatever is wrong with a runbook becomes a [`Diagnostic`], and the
//! plan that comes with it is always safe to walk, though `run` refuses one with errors. Nothing here reads files,
//! renders, or judges what a step would do to a server.

mod ancestors;
mod attribute_json;
mod attribute_lexer;
mod attribute_list;
mod attribute_spec;
mod attribute_status;
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
mod inlines;
mod invisible;
mod label;
mod language;
mod length;
mod line_index;
mod nearest;
mod outline;
mod page;
mod parsed;
mod prose;
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
pub use attribute_status::AttributeStatus;
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

use stepmark_core::Digest;
use stepmark_core::plan::{Document, Plan};

use crate::diagnostics::Diagnostics;
use crate::walker::Walker;

/// Reads the runbook in `source`. `file_stem` is the file's name without its extension, the title of a runbook that
/// gives itself none. Text that is not UTF-8 gives an empty plan and one error.
pub fn parse(source: &[u8], file_stem: &str) -> Parsed {
    let digest = Digest::of(source);
    let text = match std::str::from_utf8(source) {
        Ok(text) => text,
        Err(error) => return not_utf8(source, error.valid_up_to(), file_stem, digest),
    };
    let mut diagnostics = Diagnostics::new(text);
    let start = if text.starts_with(BYTE_ORDER_MARK) {
        BYTE_ORDER_MARK.len_utf8()
    } else {
        0
    };
    let front_matter = front_matter::read(text, start, &mut diagnostics);
    let outline = Walker::new(text, front_matter.marked, &mut diagnostics).walk(front_matter.end);
    let title = outline
        .title
        .or(front_matter.title)
        .unwrap_or_else(|| file_stem.to_owned());
    let steps = graph::connect(
        outline.drafts,
        &outline.flow,
        &front_matter.plan,
        &mut diagnostics,
    );
    Parsed {
        plan: Plan::new(title, digest, steps, outline.document).with_front(front_matter.plan),
        diagnostics: diagnostics.finish(),
    }
}

const BYTE_ORDER_MARK: char = '\u{feff}';

fn not_utf8(source: &[u8], valid: usize, file_stem: &str, digest: Digest) -> Parsed {
    let text =
        std::str::from_utf8(&source[..valid]).expect("the bytes before the bad one are UTF-8");
    let mut diagnostics = Diagnostics::new(text);
    diagnostics.report(
        Diagnostic::error(
            Code::InvalidUtf8,
            valid..valid + 1,
            format!("byte 0x{:02x} is not UTF-8", source[valid]),
        )
        .with_help("save the file as UTF-8; nothing in it was read"),
    );
    let plan = Plan::new(
        file_stem.to_owned(),
        digest,
        Vec::new(),
        Document::default(),
    );
    Parsed {
        plan,
        diagnostics: diagnostics.finish(),
    }
}
