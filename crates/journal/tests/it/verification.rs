//! What `verify` proves, finds broken, and cannot say.

use stepmark_core::plan::Sources;
use stepmark_core::record::Record;
use stepmark_journal::{Check, Journal, Proof, RunDirectory, Subject, previous, verify};
use tempfile::TempDir;

use crate::common::{
    at, create, finished, id, intent, note, outcome, root, run_of, started, started_after,
};

/// A closed run with one output in a file and one in its record.
fn run_with_outputs() -> (TempDir, RunDirectory) {
    let (parent, root) = root();
    let journal = Journal::start(create(&root)).expect("a thread");
    let directory = journal.directory().clone();
    journal.append(vec![(at(1), started())]).unwrap();
    for (number, (step, text)) in [
        ("long", "text\n".repeat(5000)),
        ("short", "text\n".to_owned()),
    ]
    .into_iter()
    .enumerate()
    {
        journal.append(vec![(at(2), intent(step))]).unwrap();
        let output = journal.output(id(step), number + 1);
        output.write(text);
        let summary = output.finish().unwrap();
        journal
            .append(vec![(at(3), outcome(step, summary))])
            .unwrap();
    }
    journal.append(vec![(at(4), finished())]).unwrap();
    journal.close().unwrap();
    (parent, directory)
}

fn broken(directory: &RunDirectory) -> Vec<(Subject, String)> {
    verify(directory, Some(&render))
        .checks
        .into_iter()
        .filter_map(|check| match check.proof {
            Proof::Broken { place, .. } => Some((check.subject, place.file)),
            Proof::Held { .. } | Proof::Unproven { .. } => None,
        })
        .collect()
}

fn proof(directory: &RunDirectory, subject: Subject) -> Proof {
    let checks = verify(directory, Some(&render)).checks;
    let found: Vec<_> = checks
        .iter()
        .filter(|check| check.subject == subject)
        .collect();
    let [Check { proof, .. }] = found[..] else {
        panic!("{found:?}");
    };
    proof.clone()
}

fn is_held(proof: &Proof) -> bool {
    matches!(proof, Proof::Held { .. })
}

fn render(records: &[Record], sources: &Sources) -> String {
    let bytes = sources.runbook().span.len();
    format!("{} records, {bytes} bytes\n", records.len())
}

#[test]
fn an_untouched_run_holds_in_everything_but_what_nothing_can_prove() {
    let (_parent, directory) = run_with_outputs();
    std::fs::write(directory.report(), "6 records, 26 bytes\n").unwrap();
    let verification = verify(&directory, Some(&render));
    assert!(verification.is_sound());
    let unproven: Vec<_> = verification
        .checks
        .iter()
        .filter(|check| !is_held(&check.proof))
        .map(|check| check.subject)
        .collect();
    assert_eq!(unproven, [Subject::Whole]);
    assert_eq!(verification.head.seq, 6);
    assert!(verification.is_complete());
}

#[test]
fn each_changed_file_is_named() {
    let changes: [(&str, &str, Subject, &str); 6] = [
        ("runbook.md", "other", Subject::Runbook, "runbook.md"),
        (
            "outputs/01-long.1.log",
            "other",
            Subject::Outputs,
            "outputs/01-long.1.log",
        ),
        (
            "outputs/99-stray.1.log",
            "x",
            Subject::StrayOutputs,
            "outputs/99-stray.1.log",
        ),
        ("head", "{}", Subject::Head, "head"),
        ("report.md", "all is well", Subject::Report, "report.md"),
        ("head", "\u{0}", Subject::Head, "head"),
    ];
    for (file, content, subject, place) in changes {
        let (_parent, directory) = run_with_outputs();
        assert_eq!(broken(&directory), []);
        std::fs::write(directory.path().join(file), content).unwrap();
        assert_eq!(broken(&directory), [(subject, place.to_owned())]);
    }
}

#[test]
fn a_changed_byte_of_an_output_is_found_though_its_length_is_right() {
    let (_parent, directory) = run_with_outputs();
    let file = directory.outputs().join("01-long.1.log");
    let mut bytes = std::fs::read(&file).unwrap();
    bytes[20_000] ^= 1;
    std::fs::write(&file, bytes).unwrap();
    assert_eq!(
        broken(&directory),
        [(Subject::Outputs, "outputs/01-long.1.log".to_owned())]
    );
}

#[test]
fn a_head_with_another_hash_or_a_later_record_is_broken() {
    for (from, to) in [
        ("\"hash\":\"", "\"hash\":\"0000"),
        ("\"seq\":6", "\"seq\":7"),
    ] {
        let (_parent, directory) = run_with_outputs();
        let mut text = std::fs::read_to_string(directory.head_file()).unwrap();
        text = text.replace(from, to);
        if let Some(at) = text.find("0000") {
            text.replace_range(at + 4..at + 8, "");
        }
        std::fs::write(directory.head_file(), text).unwrap();
        assert_eq!(broken(&directory), [(Subject::Head, "head".to_owned())]);
        let Proof::Broken { what, .. } = proof(&directory, Subject::Head) else {
            unreachable!();
        };
        assert!(what.contains("record"), "{what}");
    }
}

#[test]
fn missing_files_are_named() {
    for (file, subject) in [
        ("runbook.md", Subject::Runbook),
        ("outputs/01-long.1.log", Subject::Outputs),
    ] {
        let (_parent, directory) = run_with_outputs();
        std::fs::remove_file(directory.path().join(file)).unwrap();
        assert_eq!(broken(&directory), [(subject, file.to_owned())]);
    }
}

#[test]
fn a_running_run_is_called_running() {
    let (_parent, root) = root();
    let journal = Journal::start(create(&root)).expect("a thread");
    journal.append(vec![(at(1), started())]).unwrap();
    let why = "the run is still running".to_owned();
    assert_eq!(
        proof(journal.directory(), Subject::End),
        Proof::Unproven { why }
    );
}

#[test]
fn a_run_without_its_end_is_unfinished_or_cut() {
    let (_parent, root) = root();
    let journal = Journal::start(create(&root)).expect("a thread");
    let directory = journal.directory().clone();
    journal
        .append(vec![(at(1), started()), (at(2), intent("a"))])
        .unwrap();
    let output = journal.output(id("a"), 1);
    output.write("x".repeat(10_000));
    drop(journal);
    let Proof::Unproven { why } = proof(&directory, Subject::End) else {
        panic!("an end was proven");
    };
    assert!(why.starts_with("unfinished or cut"));
    assert!(matches!(
        proof(&directory, Subject::StrayOutputs),
        Proof::Unproven { .. }
    ));
    assert_eq!(broken(&directory), []);
}

#[test]
fn damage_names_its_line_and_keeps_the_records_before() {
    let (_parent, directory) = run_of(10);
    let text = std::fs::read_to_string(directory.journal()).unwrap();
    std::fs::write(directory.journal(), text.replace("note 6", "note 7")).unwrap();
    let verification = verify(&directory, None);
    assert_eq!(verification.head.seq, 5);
    let Proof::Broken { place, .. } = &verification.checks[0].proof else {
        panic!("{:?}", verification.checks);
    };
    let byte: usize = text.split_inclusive('\n').take(5).map(str::len).sum();
    assert_eq!(
        place.to_string(),
        format!("journal.jsonl, record 6, line 6, byte {byte}")
    );
}

#[test]
fn runs_link_to_each_other() {
    let (_parent, root) = root();
    let mut runs = Vec::new();
    for _ in 0..3 {
        let link = previous(&root);
        let journal = Journal::start(create(&root)).expect("a thread");
        runs.push(journal.directory().clone());
        journal.append(vec![(at(1), started_after(link))]).unwrap();
        journal
            .append(vec![(at(2), note("n")), (at(3), finished())])
            .unwrap();
        journal.close().unwrap();
    }
    assert!(is_held(&proof(&runs[1], Subject::Previous)));
    assert!(is_held(&proof(&runs[1], Subject::Next)));

    let text = std::fs::read_to_string(runs[1].journal()).unwrap();
    let cut: String = text.split_inclusive('\n').take(2).collect();
    std::fs::write(runs[1].journal(), cut).unwrap();
    std::fs::remove_file(runs[1].head_file()).unwrap();
    assert_eq!(
        broken(&runs[1]),
        [(Subject::Next, "journal.jsonl".to_owned())]
    );
    assert_eq!(
        broken(&runs[2]),
        [(Subject::Previous, format!("run {}", runs[1].run()))]
    );

    std::fs::remove_dir_all(runs[1].path()).unwrap();
    assert_eq!(
        broken(&runs[2]),
        [(Subject::Previous, format!("run {}", runs[1].run()))]
    );
}
