//! A step that does not have the terminal cannot press keys at it: it has no way to it.

use stepmark_tests::{Home, Pty};

/// Presses Enter, which would start the next step, at every terminal that the step can reach without naming it.
const THIEF: &str = r#"
import fcntl, os, termios
at_hand = [fd for fd in range(1024) if os.path.exists(f"/proc/self/fd/{fd}")]
try:
    at_hand.append(os.open("/dev/tty", os.O_RDWR))
    print("opened /dev/tty")
except OSError as error:
    print("no /dev/tty:", os.strerror(error.errno))
pressed = 0
for fd in at_hand:
    try:
        for _ in range(3):
            fcntl.ioctl(fd, termios.TIOCSTI, b"\r")
        pressed += 1
    except OSError:
        pass
print("looked at", len(at_hand), "descriptors, pressed keys on", pressed)
"#;

fn book() -> String {
    format!(
        "```bash {{name=bash}}\npython3 - <<'END'{THIEF}END\n```\n\n\
         ```python {{name=python interpreter=\"python3\"}}{THIEF}```\n\n\
         ```bash {{name=left}}\n(sleep 0.1; python3 - <<'END'{THIEF}END\n) > late & \n\
         python3 -c 'import os; os.open(\"/dev/tty\", os.O_RDWR)' 2> /dev/null || echo still none; wait\n```\n\n\
         ```bash {{name=never}}\ntouch started\n```\n"
    )
}

#[test]
fn a_step_types_nothing_into_our_terminal_and_starts_no_step() {
    let home = Home::new();
    home.write("book.md", &book());
    // The pseudo-terminal’s both sides are open in the program beside its standard descriptors, as by a careless parent.
    let mut pty = Pty::start(home.command(&["book.md"]), 40, 120);
    pty.shows("Nothing has run yet");
    pty.press("\r");
    for (step, said) in [
        ("bash", "descriptors, pressed keys on 0"),
        ("python", "descriptors, pressed keys on 0"),
        ("left", "still none"),
    ] {
        pty.shows("[ Run ]");
        pty.press("\r");
        pty.shows(&format!("Output of {step}"));
        pty.shows(said);
        pty.shows("done in");
        // Keys are read in order: what had been pressed before this would have been answered before it.
        pty.press("?");
        pty.shows("Keys");
        pty.press("\x1b");
        pty.hides("Keys");
    }
    let late = std::fs::read_to_string(home.path().join("late")).expect("it was waited for");
    assert!(late.contains("pressed keys on 0"), "{late}");
    assert!(late.contains("no /dev/tty: No such device"), "{late}");
    assert_eq!(home.journal("book").started(), ["bash", "python", "left"]);
    assert!(!home.path().join("started").exists());
    pty.press("qq");
    assert_eq!(pty.ends().code(), Some(4), "{}", pty.contents());
    assert!(pty.is_restored(), "{}", pty.contents());
}
