//! How output files are called. Does not make them.

use std::fmt::Write as _;

use stepmark_core::output::OutputId;

/// Bytes of a step's id that go into a file name; names end at 255 on common file systems.
const STEP_BYTES_MAX: usize = 100;

/// `<nn>-<step>.<attempt>.log`
pub(crate) fn file_name(id: &OutputId, number: usize) -> String {
    let mut name = format!("{number:02}-");
    name.push_str(&rest(id));
    name
}

/// Whether `name` is that of `id`, whatever number its step had.
pub(crate) fn is_file_of(name: &str, id: &OutputId) -> bool {
    name.split_once('-').is_some_and(|(number, tail)| {
        !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()) && tail == rest(id)
    })
}

/// Whether a name found in a record stays inside `outputs/`.
pub(crate) fn is_plain(name: &str) -> bool {
    !name.is_empty() && !name.starts_with('.') && !name.contains(['/', '\0'])
}

fn rest(id: &OutputId) -> String {
    let mut text: String = id
        .step
        .as_str()
        .chars()
        .take(STEP_BYTES_MAX)
        .map(|c| match c {
            'A'..='Z' | 'a'..='z' | '0'..='9' | '_' | '-' => c,
            _ => '_',
        })
        .collect();
    write!(text, ".{}.log", id.attempt).expect("a string takes everything");
    text
}
