//! A panic on demand, so that a test of the whole program sees what becomes of the terminal and of the run. Only in builds with
//! debug assertions: no release holds a way to it.

/// Names a file; whoever tells a run panics once it is there.
const VARIABLE: &str = "STEPMARK_DRILL_PANIC";

/// Panics where a test asks for it.
///
/// # Panics
/// That is what it is for.
pub(crate) fn panic_if_asked() {
    let asked = std::env::var_os(VARIABLE);
    let is_asked = asked.is_some_and(|file| std::path::Path::new(&file).exists());
    assert!(!is_asked, "a drill");
}
