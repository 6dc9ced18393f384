//! What a verification is given beside the directory: how to render a report, how to check a signature.

use stepmark_core::plan::Sources;
use stepmark_core::record::Record;

/// Renders the report of some records and the runbook they belong to, with what it includes, as the program that verifies would.
pub type Render<'a> = &'a dyn Fn(&[Record], &Sources) -> String;
/// Checks a signature (second) over the bytes of a head (first).
pub type CheckSignature<'a> = &'a dyn Fn(&[u8], &[u8]) -> SignatureProof;

/// What a verification is given beside the directory.
#[derive(Clone, Copy, Default)]
pub struct Evidence<'a> {
    /// With it, `report.md` is rendered again and compared.
    pub report: Option<Render<'a>>,
    /// With it, `head.sig` is checked.
    pub signature: Option<CheckSignature<'a>>,
    /// Whether a run without a signature fails: somebody said whose signature it must carry.
    pub is_signature_required: bool,
}

/// What came of checking a signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignatureProof {
    /// By somebody who may sign.
    Allowed {
        /// Who, with which key.
        signer: String,
    },
    /// A good signature of a key nobody has vouched for.
    Unvouched {
        /// The key.
        key: String,
    },
    /// No signature of this head, or of nobody who may sign.
    Refused {
        /// What the checker says.
        what: String,
    },
    /// It could not be checked.
    Unchecked {
        /// Why not.
        why: String,
    },
}
