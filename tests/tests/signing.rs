//! Signatures by the real ssh-keygen: made when the run ends, checked by it and by `verify`, refused before the run when
//! they could not be made.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use stepmark_tests::{Home, Outcome, eventually};

const BOOK: &str = "```bash {name=one}\necho one\n```\n";

/// Makes a key in `home`, and a file that allows it to sign as `ana@example`.
fn key(home: &Home, name: &str, passphrase: &str) {
    let made = Command::new("ssh-keygen")
        .args([
            "-q", "-t", "ed25519", "-N", passphrase, "-C", "ana", "-f", name,
        ])
        .current_dir(home.path())
        .status()
        .expect("ssh-keygen runs");
    assert!(made.success());
    let public = fs::read_to_string(home.path().join(format!("{name}.pub"))).expect("a key");
    let line = format!("ana@example namespaces=\"stepmark-run\" {public}");
    home.write(&format!("{name}.allowed"), &line);
}

#[test]
fn a_signed_run_is_good_for_ssh_keygen_and_for_verify() {
    let home = Home::new();
    home.write("book.md", BOOK);
    key(&home, "id", "");
    key(&home, "other", "");
    home.stepmark(&["run", "book.md", "--sign", "id"]).exits(0);
    let run = home.runs("book").pop().expect("a run");
    let head = fs::File::open(run.join("head")).expect("a head");
    let by_hand = Command::new("ssh-keygen")
        .args([
            "-Y",
            "verify",
            "-f",
            "id.allowed",
            "-I",
            "ana@example",
            "-n",
            "stepmark-run",
            "-s",
        ])
        .arg(run.join("head.sig"))
        .current_dir(home.path())
        .stdin(Stdio::from(head))
        .output()
        .expect("ssh-keygen runs");
    assert!(by_hand.status.success(), "{by_hand:?}");
    home.stepmark(&["verify", "last", "--allowed-signers", "id.allowed"])
        .exits(0)
        .says(&["by ana@example, ED25519 key SHA256:"]);
    home.stepmark(&["verify", "last"])
        .exits(0)
        .says(&["ED25519 key SHA256:", "--allowed-signers"]);
    home.stepmark(&["verify", "last", "--allowed-signers", "other.allowed"])
        .exits(1)
        .says(&["BROKEN    the head is signed"]);
    let journal = run.join("journal.jsonl");
    let text = fs::read_to_string(&journal).expect("ours");
    let cut: String = text.split_inclusive('\n').take(2).collect();
    fs::write(&journal, cut).expect("ours");
    home.stepmark(&["verify", "last", "--allowed-signers", "id.allowed"])
        .exits(1)
        .says(&["records are missing"]);
}

#[test]
fn a_forged_head_has_no_signature() {
    let home = Home::new();
    home.write("book.md", BOOK);
    key(&home, "id", "");
    home.stepmark(&["run", "book.md", "--sign", "id"]).exits(0);
    let first = home.runs("book").pop().expect("a run");
    home.stepmark(&["run", "book.md"]).exits(0);
    let second = home.runs("book").pop().expect("a run");
    home.stepmark(&["verify", "last", "--allowed-signers", "id.allowed"])
        .exits(1)
        .says(&["there is none"]);
    fs::copy(first.join("head.sig"), second.join("head.sig")).expect("ours");
    for arguments in [
        &["verify", "last"][..],
        &["verify", "last", "--allowed-signers", "id.allowed"],
    ] {
        home.stepmark(arguments)
            .exits(1)
            .says(&["no signature of this head"]);
    }
}

#[test]
fn a_key_that_cannot_sign_is_told_before_anything_is_executed() {
    let home = Home::new();
    home.write("book.md", "```bash\ntouch never\n```\n");
    key(&home, "locked", "long passphrase");
    home.write("garbage", "no key\n");
    for (name, says) in [
        ("locked", "ssh-add"),
        (
            "missing",
            "cannot read the signing key missing: No such file",
        ),
        ("garbage", "the key garbage cannot sign"),
        ("locked.allowed", "cannot sign"),
    ] {
        home.stepmark(&["run", "book.md", "--sign", name])
            .exits(3)
            .says(&[says, "nothing was executed"]);
    }
    let mut bare = home.command(&["run", "book.md", "--sign", "locked"]);
    bare.env("PATH", home.path());
    Outcome::of(bare)
        .exits(3)
        .says(&["ssh-keygen does not run", "OpenSSH"]);
    assert!(!home.path().join("never").exists());
    assert_eq!(home.runs("book"), Vec::<std::path::PathBuf>::new());
}

/// An agent that ends with the test.
struct Agent {
    child: std::process::Child,
    socket: std::path::PathBuf,
}

impl Agent {
    fn start(folder: &Path) -> Self {
        let socket = folder.join("agent");
        let child = Command::new("ssh-agent")
            .args(["-D", "-a"])
            .arg(&socket)
            .stdout(Stdio::null())
            .spawn()
            .expect("ssh-agent runs");
        eventually("the agent's socket", || socket.exists());
        Self { child, socket }
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_key_in_the_agent_signs_by_its_public_half() {
    let home = Home::new();
    home.write("book.md", BOOK);
    key(&home, "id", "");
    let agent = Agent::start(home.path());
    let added = Command::new("ssh-add")
        .args(["-q", "id"])
        .env("SSH_AUTH_SOCK", &agent.socket)
        .current_dir(home.path())
        .status()
        .expect("ssh-add runs");
    assert!(added.success());
    fs::remove_file(home.path().join("id")).expect("ours");
    let mut command = home.command(&["run", "book.md", "--sign", "id.pub"]);
    command.env("SSH_AUTH_SOCK", &agent.socket);
    Outcome::of(command).exits(0);
    home.stepmark(&["verify", "last", "--allowed-signers", "id.allowed"])
        .exits(0);
}
