//! Runme's words on fences and in its front matter, and what becomes of each here: never a silent difference.

/// What becomes of one of Runme's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunmeTreatment {
    /// It means what this attribute of ours means.
    SameAs(&'static str),
    /// It is about Runme's notebook or about choosing what to run; a whole run is the same with and without it.
    NoEffect,
    /// An error that says what to write instead.
    Instead(&'static str),
}

/// A word of Runme's on a fence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunmeWord {
    /// The word.
    pub name: &'static str,
    /// What becomes of it.
    pub treatment: RunmeTreatment,
    /// The values with which it has no effect at all, whatever the treatment.
    pub harmless: &'static [&'static str],
}

const OFF: &[&str] = &["false"];

const fn word(name: &'static str, treatment: RunmeTreatment) -> RunmeWord {
    RunmeWord {
        name,
        treatment,
        harmless: &[],
    }
}

#[rustfmt::skip]
const WORDS: &[RunmeWord] = &[
    RunmeWord { harmless: OFF, ..word("excludeFromRunAll", RunmeTreatment::SameAs("skip")) },
    RunmeWord {
        harmless: &["false", "no", "never"],
        ..word("promptEnv", RunmeTreatment::Instead("declare it in the front matter: `inputs:` with `NAME: { env: NAME }` asks for it"))
    },
    word("category", RunmeTreatment::NoEffect),
    word("tag", RunmeTreatment::NoEffect),
    word("id", RunmeTreatment::NoEffect),
    word("closeTerminalOnSuccess", RunmeTreatment::NoEffect),
    word("mimeType", RunmeTreatment::NoEffect),
    word("terminalRows", RunmeTreatment::NoEffect),
];

/// Runme's words on fences, beside `ignore`, `name`, `interactive`, `background`, `interpreter` and `cwd`, which are ours too.
pub fn runme_words() -> &'static [RunmeWord] {
    WORDS
}

/// What becomes of Runme's front matter key `key`.
pub(crate) fn runme_key(key: &str) -> Option<&'static RunmeTreatment> {
    match key {
        "runme" | "category" | "tag" | "terminalRows" | "skipPrompts" => {
            Some(&RunmeTreatment::NoEffect)
        }
        "cwd" => Some(&RunmeTreatment::Instead(
            "write `cd FOLDER` in the first shell fence; the shell steps after it start there too",
        )),
        "shell" => Some(&RunmeTreatment::Instead(
            "write the language on each fence: `bash`, `sh` or `zsh`",
        )),
        _ => None,
    }
}

/// Runme's word `name` on a fence.
pub(crate) fn runme_word(name: &str) -> Option<&'static RunmeWord> {
    WORDS.iter().find(|word| word.name == name)
}
