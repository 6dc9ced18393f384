//! Signatures by the real `ssh-keygen`, so that a team signs with the keys it has and checks without us. Knows no key
//! formats; never asks for a passphrase: a key that has one is used by way of the agent.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use stepmark_journal::{RunDirectory, SignatureProof};

use super::private_file::replace_private;
use crate::{Complaint, Exit};

/// What a signature is for; one that was made for something else is none.
pub(crate) const NAMESPACE: &str = "stepmark-run";
/// What the key signs once before the run, to see that it can.
const TRIAL_NAMESPACE: &str = "stepmark-trial";

/// A key that was seen to sign.
pub(crate) struct Signer {
    key: PathBuf,
}

impl Signer {
    /// Tries `key` out, so that what is wrong with it is told before anything is executed.
    pub(crate) fn try_out(key: &Path) -> Result<Self, Complaint> {
        let shown = key.display();
        let refused = |message: String| Complaint::new(Exit::Refused, message);
        if let Err(error) = std::fs::File::open(key) {
            let reason = super::runbook::reason(&error);
            return Err(
                refused(format!("cannot read the signing key {shown}: {reason}")).hint(
                    "nothing was executed; --sign takes the path of an OpenSSH key, or of its .pub file where the agent has it",
                ),
            );
        }
        let signer = Self {
            key: key.to_owned(),
        };
        match signer.signature(TRIAL_NAMESPACE, b"stepmark tries this key\n") {
            Ok(_) => Ok(signer),
            Err(SigningError::Missing(reason)) => Err(refused(format!(
                "cannot sign: ssh-keygen does not run: {reason}"
            ))
            .hint("nothing was executed; install OpenSSH's client programs, or run without --sign")),
            Err(SigningError::Refused(said)) => Err(refused(format!(
                "the key {shown} cannot sign"
            ))
            .details(said)
            .hint("nothing was executed; a key with a passphrase must be in the agent: type ssh-add FILE first")),
        }
    }

    /// Signs the head of the run in `directory`.
    pub(crate) fn sign(&self, directory: &RunDirectory) -> Result<(), Complaint> {
        let file = directory.signature_file();
        let unsigned = |details: Vec<String>| {
            let by_hand = format!(
                "the log itself is complete; to sign it by hand: ssh-keygen -Y sign -f {} -n {NAMESPACE} {}",
                self.key.display(),
                directory.head_file().display()
            );
            Complaint::new(Exit::Journal, "the run could not be signed")
                .details(details)
                .hint(by_hand)
        };
        let head = std::fs::read(directory.head_file())
            .map_err(|error| unsigned(vec![super::runbook::reason(&error)]))?;
        let signature = self
            .signature(NAMESPACE, &head)
            .map_err(|error| match error {
                SigningError::Missing(reason) => unsigned(vec![reason]),
                SigningError::Refused(said) => unsigned(said),
            })?;
        replace_private(&file, &signature)
            .map_err(|error| unsigned(vec![super::runbook::reason(&error)]))
    }

    fn signature(&self, namespace: &str, bytes: &[u8]) -> Result<String, SigningError> {
        let mut command = Command::new("ssh-keygen");
        command.args(["-q", "-Y", "sign", "-n", namespace, "-f"]);
        let output = fed(command.arg(&self.key), bytes).map_err(SigningError::Missing)?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        match output.status.success() && text.starts_with("-----BEGIN SSH SIGNATURE-----") {
            true => Ok(text),
            false => Err(SigningError::Refused(said(&output))),
        }
    }
}

enum SigningError {
    Missing(String),
    Refused(Vec<String>),
}

/// Checks the signature in `signature` over the bytes `head`: against the keys in `allowed`, or only that it is one.
pub(crate) fn check_signature(
    allowed: Option<&Path>,
    signature: &Path,
    head: &[u8],
) -> SignatureProof {
    let Some(allowed) = allowed else {
        let mut command = Command::new("ssh-keygen");
        command.args(["-Y", "check-novalidate", "-n", NAMESPACE, "-s"]);
        return match fed(command.arg(signature), head) {
            Err(why) => SignatureProof::Unchecked {
                why: format!("ssh-keygen does not run: {why}"),
            },
            Ok(output) if output.status.success() => SignatureProof::Unvouched {
                key: key_in(&output),
            },
            Ok(output) => refused(&output),
        };
    };
    let mut command = Command::new("ssh-keygen");
    command.args(["-Y", "find-principals", "-s"]).arg(signature);
    let found = match fed(command.arg("-f").arg(allowed), b"") {
        Err(why) => {
            return SignatureProof::Refused {
                what: format!("ssh-keygen does not run, so it was not checked: {why}"),
            };
        }
        Ok(output) if !output.status.success() => {
            return SignatureProof::Refused {
                what: format!(
                    "no key in {} made it ({})",
                    allowed.display(),
                    said(&output).join("; ")
                ),
            };
        }
        Ok(output) => String::from_utf8_lossy(&output.stdout).into_owned(),
    };
    let name = found.lines().next().unwrap_or_default();
    let mut command = Command::new("ssh-keygen");
    command.args(["-Y", "verify", "-n", NAMESPACE, "-I", name, "-s"]);
    match fed(command.arg(signature).arg("-f").arg(allowed), head) {
        Ok(output) if output.status.success() => SignatureProof::Allowed {
            signer: format!("by {name}, {}", key_in(&output)),
        },
        Ok(output) => refused(&output),
        Err(why) => SignatureProof::Refused { what: why },
    }
}

fn refused(output: &Output) -> SignatureProof {
    SignatureProof::Refused {
        what: format!(
            "it is no signature of this head: {}",
            said(output).join("; ")
        ),
    }
}

/// `… with ED25519 key SHA256:…` of what ssh-keygen says of a good signature.
fn key_in(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stdout);
    let key = text.trim().rsplit_once(" with ").map(|(_, key)| key);
    key.map_or_else(|| "a key".to_owned(), str::to_owned)
}

fn said(output: &Output) -> Vec<String> {
    let text = [&output.stderr[..], &output.stdout[..]].concat();
    let text = String::from_utf8_lossy(&text);
    text.lines()
        .map(|line| line.trim_end().to_owned())
        .filter(|line| !line.is_empty())
        .collect()
}

/// Runs `command` with `input` on its stdin. A passphrase is asked of nobody: the run must not wait for one.
fn fed(command: &mut Command, input: &[u8]) -> Result<Output, String> {
    let reason = |error: &std::io::Error| super::runbook::reason(error);
    let mut child = command
        .env("SSH_ASKPASS", "false")
        .env("SSH_ASKPASS_REQUIRE", "force")
        .env("LC_ALL", "C")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| reason(&error))?;
    if let Some(mut stdin) = child.stdin.take() {
        // One that ends before it has read says why on stderr.
        let _ = stdin.write_all(input);
    }
    child.wait_with_output().map_err(|error| reason(&error))
}
