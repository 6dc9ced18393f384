//! The arguments of every process of this machine, as any user may read them in /proc.

use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Between two looks, which are work.
const PAUSE: Duration = Duration::from_millis(2);

/// The command lines of all processes, with a zero byte behind each argument.
pub fn command_lines() -> Vec<String> {
    let read = |entry: fs::DirEntry| fs::read(entry.path().join("cmdline")).ok();
    let entries = fs::read_dir("/proc").expect("/proc is there").flatten();
    entries
        .filter_map(read)
        .map(|line| String::from_utf8_lossy(&line).into_owned())
        .collect()
}

/// Has `look` see all command lines, again and again, while `work` is done.
pub fn watched<T>(mut look: impl FnMut(&str) + Send, work: impl FnOnce() -> T) -> T {
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let watching = scope.spawn(|| {
            while !over.load(Ordering::Relaxed) {
                command_lines().iter().for_each(|line| look(line));
                std::thread::sleep(PAUSE);
            }
        });
        let over = Over(&over);
        let done = work();
        drop(over);
        watching.join().expect("no panic there");
        done
    })
}

/// Ends the watch, also where the work panics.
struct Over<'a>(&'a AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}
