//! What a signature adds to a verification, and when it does not. Who checks it is the caller's; here it is a stand-in.

use stepmark_journal::{
    Evidence, Proof, RunDirectory, SignatureProof, Subject, Verification, verify_with,
};

use crate::common::{at, note, run_of};

/// A signature is the head's own bytes.
fn check(head: &[u8], signature: &[u8]) -> SignatureProof {
    match head == signature {
        true => SignatureProof::Allowed {
            signer: "ana".to_owned(),
        },
        false => SignatureProof::Refused {
            what: "another head".to_owned(),
        },
    }
}

fn verified(directory: &RunDirectory, is_signature_required: bool) -> Verification {
    let evidence = Evidence {
        signature: Some(&check),
        is_signature_required,
        ..Evidence::default()
    };
    verify_with(directory, &evidence)
}

fn proof(verification: &Verification, subject: Subject) -> Option<&Proof> {
    let checks = verification.checks.iter();
    let mut found = checks.filter(|check| check.subject == subject);
    found.next().map(|check| &check.proof)
}

fn sign(directory: &RunDirectory) {
    std::fs::copy(directory.head_file(), directory.signature_file()).unwrap();
}

#[test]
fn a_signed_head_proves_the_whole_and_any_cut_breaks_it() {
    let (_parent, directory) = run_of(6);
    sign(&directory);
    let verification = verified(&directory, true);
    assert!(verification.is_sound());
    assert!(matches!(
        proof(&verification, Subject::Whole),
        Some(Proof::Held { .. })
    ));
    let text = std::fs::read_to_string(directory.journal()).unwrap();
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    for kept in 0..lines.len() {
        std::fs::write(directory.journal(), lines[..kept].concat()).unwrap();
        assert!(!verified(&directory, true).is_sound(), "{kept} records");
    }
    std::fs::write(directory.journal(), &text).unwrap();
    let head = std::fs::read_to_string(directory.head_file()).unwrap();
    let earlier = head.replace("\"seq\":6", "\"seq\":5");
    std::fs::write(directory.head_file(), earlier).unwrap();
    assert!(!verified(&directory, true).is_sound());
}

#[test]
fn a_run_that_must_be_signed_and_is_not_is_broken() {
    let (_parent, directory) = run_of(3);
    assert!(verified(&directory, false).is_sound());
    assert_eq!(
        proof(&verified(&directory, false), Subject::Signature),
        None
    );
    assert!(!verified(&directory, true).is_sound());
    sign(&directory);
    std::fs::remove_file(directory.head_file()).unwrap();
    assert!(!verified(&directory, false).is_sound());
}

#[test]
fn records_after_the_signature_are_not_covered_by_it_and_a_new_end_removes_it() {
    let (_parent, directory) = run_of(3);
    sign(&directory);
    let (held, _) = directory.take_up(at(9)).unwrap();
    let journal = stepmark_journal::Journal::start(held).expect("a thread");
    journal.append(vec![(at(10), note("later"))]).unwrap();
    let verification = verified(&directory, true);
    assert!(verification.is_running);
    let Some(Proof::Unproven { why }) = proof(&verification, Subject::Whole) else {
        panic!("{:?}", verification.checks);
    };
    assert_eq!(why, "records 4 to 4 came after the signature");
    journal.close().unwrap();
    assert!(!directory.signature_file().exists());
}
