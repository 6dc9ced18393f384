//! The claim that somebody signed the head, and what follows from it for the whole directory.

use super::journal_claims::HeadFile;
use crate::measured::read_at_most;
use crate::{Check, Evidence, Head, Place, RunDirectory, SignatureProof, Subject, reason};

const SIGNATURE_BYTES_MAX: u64 = 64 * 1024;

/// The checks of signature and whole; `last` is the journal's last record, when the journal is sound.
pub(super) fn checks(
    directory: &RunDirectory,
    evidence: &Evidence<'_>,
    head: &HeadFile,
    last: Option<Head>,
) -> Vec<Check> {
    let signature = signature(directory, evidence, head);
    let Some(last) = last else {
        return signature.into_iter().collect();
    };
    let is_held = signature
        .as_ref()
        .is_some_and(|check| matches!(check.proof, crate::Proof::Held { .. }));
    let whole = match head.seq() {
        Some(seq) if is_held && seq == last.seq => Check::held_by(
            Subject::Whole,
            "who has not the signing key cannot; the clock and the name are the word of who ran it",
        ),
        Some(seq) if is_held => Check::unproven(
            Subject::Whole,
            format!(
                "records {} to {} came after the signature",
                seq + 1,
                last.seq
            ),
        ),
        _ => Check::unproven(
            Subject::Whole,
            "no vouched signature; who can rewrite all of it can also compute its hashes anew",
        ),
    };
    signature.into_iter().chain([whole]).collect()
}

fn signature(directory: &RunDirectory, evidence: &Evidence<'_>, head: &HeadFile) -> Option<Check> {
    let file = directory.signature_file();
    let broken = |what: String| {
        Some(Check::broken(
            Subject::Signature,
            Place::file("head.sig"),
            what,
        ))
    };
    if file.symlink_metadata().is_err() {
        let missing = "there is none, and somebody must have signed this run";
        return evidence
            .is_signature_required
            .then(|| broken(missing.to_owned()))
            .flatten();
    }
    let HeadFile::Read { bytes, .. } = head else {
        return broken("there is no head that it could be of".to_owned());
    };
    let signature = match read_at_most(&file, SIGNATURE_BYTES_MAX) {
        Ok(signature) => signature,
        Err(error) => return broken(reason(&error)),
    };
    let Some(check) = evidence.signature else {
        return Some(Check::unproven(Subject::Signature, "it was not checked"));
    };
    Some(match check(bytes, &signature) {
        SignatureProof::Allowed { signer } => Check::held_by(Subject::Signature, signer),
        SignatureProof::Unvouched { key } => Check::unproven(
            Subject::Signature,
            format!("{key} signed it; give --allowed-signers FILE to say whose key that is"),
        ),
        SignatureProof::Refused { what } => return broken(what),
        SignatureProof::Unchecked { why } => Check::unproven(Subject::Signature, why),
    })
}
