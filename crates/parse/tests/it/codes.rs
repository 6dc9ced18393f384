//! The words for diagnostics: stable, different, and each one is found somewhere.

use std::collections::BTreeSet;

use stepmark_parse::Code;

use crate::common::parsed;

#[test]
fn words_are_kebab_case_and_different() {
    let words: BTreeSet<&str> = Code::ALL.iter().map(|code| code.word()).collect();
    assert_eq!(words.len(), Code::ALL.len());
    for word in words {
        assert!(
            word.bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'),
            "{word}"
        );
    }
}

/// A smallest source for each code that text can have.
const SOURCES: &[(Code, &str)] = &[
    (Code::FrontMatterUnsupported, "+++\ntitle = \"x\"\n+++\n"),
    (Code::FrontMatterUnknown, "---\nx: y\n---\n"),
    (Code::FrontMatterDuplicate, "---\nowner: x\nowner: y\n---\n"),
    (Code::FrontMatterValue, "---\nsteps: x\n---\n"),
    (Code::FrontMatterSyntax, "---\nx\n---\n"),
    (Code::FrontMatterUnclosed, "---\nowner: x\n"),
    (Code::FenceUnclosed, "~~~\n"),
    (Code::FenceUnclear, "```sh ignore\n:\n```\n"),
    (Code::FenceTextIgnored, "```sh x\n:\n```\n"),
    (Code::LanguageNotRun, "```ksh\n```\n"),
    (Code::StepEmpty, "```sh\n```\n"),
    (Code::ConsoleWithoutCommand, "```console\n```\n"),
    (Code::ConsoleUnclear, "```console\n$ ls\n> x\n```\n"),
    (Code::TaskTicked, "- [x] a\n"),
    (Code::TaskUnread, "- [ ] | a |\n  |---|\n"),
    (Code::AttributeSyntax, "```sh {\n:\n```\n"),
    (Code::AttributeDuplicate, "```sh {live live}\n:\n```\n"),
    (Code::AttributeUnknown, "```sh {zzz}\n:\n```\n"),
    (
        Code::AttributeNotApplicable,
        "```sh {transaction}\n:\n```\n",
    ),
    (
        Code::AttributeUnsupported,
        "```sql {promptEnv=yes}\nselect 1;\n```\n",
    ),
    (Code::AttributeValue, "```sh {timeout=x}\n:\n```\n"),
    (Code::AttributesWithoutStep, "```text {live}\n```\n"),
    (
        Code::AttributeConflict,
        "```sh {name=a}\n:\n```\n```sh {rollback=a probe=a}\n:\n```\n",
    ),
    (Code::UnknownConnection, "```sh {on=x}\n:\n```\n"),
    (Code::IncludeRefused, "```text {include=/etc/passwd}\n```\n"),
    (Code::IncludeUnreadable, "```text {include=other.md}\n```\n"),
    (Code::RunmeInteractive, "```sh {id=1}\n:\n```\n"),
    (
        Code::DuplicateId,
        "```sh {name=a}\n:\n```\n```sh {name=a}\n:\n```\n",
    ),
    (Code::UnknownId, "```sh {needs=a}\n:\n```\n"),
    (Code::WrongRole, "```sh {name=a rollback=a}\n:\n```\n"),
    (Code::Cycle, "```sh {name=a needs=a}\n:\n```\n"),
    (Code::InvisibleCharacter, "```sh\n\u{200b}\n```\n"),
    (Code::ControlCharacter, "```sh\n\u{7}\n```\n"),
    (Code::MetaCommand, "```sql\n\\d\n```\n"),
    (Code::SqlUnfinished, "```sql\n'\n```\n"),
    (Code::ConnectionUnnamed, TWO_CONNECTIONS),
    (
        Code::DuplicateVariable,
        "```sql {capture=\"a,a\"}\nselect 1;\n```\n",
    ),
    (
        Code::TransactionControl,
        "```sql {transaction}\ncommit;\n```\n",
    ),
    (
        Code::UpAndDown,
        "```sql\ncreate view v as select 1;\ndrop view v;\n```\n",
    ),
    (
        Code::DestructiveWithoutRollback,
        "```sql\ntruncate t;\n```\n",
    ),
    (Code::CheckInverted, "```sh {check}\n! grep x y\n```\n"),
    (
        Code::SecretInRunbook,
        "```sql\nalter role a password 'abcd';\n```\n",
    ),
    (Code::UndeclaredVariable, "```sql\nselect :'a';\n```\n"),
];

const TWO_CONNECTIONS: &str =
    "---\nconnections:\n  a: { url: $A }\n  b: { like: a }\n---\n```sql\nselect 1;\n```\n";

#[test]
fn every_code_has_a_source_and_every_finding_a_help() {
    for (code, source) in SOURCES {
        let found = parsed(source).diagnostics;
        let codes: Vec<Code> = found.iter().map(|found| found.code).collect();
        assert_eq!(codes, [*code], "{source}");
        assert!(found.iter().all(|found| found.help.is_some()), "{source}");
    }
    let elsewhere = [
        Code::InvalidUtf8,
        Code::GraphTooLarge,
        Code::IncludeConflict,
        Code::StepTooLong,
    ];
    let covered: BTreeSet<Code> = SOURCES
        .iter()
        .map(|(code, _)| *code)
        .chain(elsewhere)
        .collect();
    assert_eq!(covered, Code::ALL.iter().copied().collect());
}

#[test]
fn a_step_that_the_log_cannot_hold_is_refused_at_its_fence() {
    // Each is six bytes in the log.
    let source = format!("# Load\n\n```sh\n: {}\n```\n", "\u{e9}".repeat(5_000_000));
    let found = parsed(&source).diagnostics;
    let codes: Vec<Code> = found.iter().map(|found| found.code).collect();
    assert_eq!(codes, [Code::StepTooLong]);
    assert_eq!(found[0].span.start, source.find("```").expect("a fence"));
}
