//! Descriptors that this process was started with. Touches only terminals: pipes and files that whoever started us left open
//! are theirs to hand on.

use std::fs;

/// Marks every terminal that this process was started with, beside its standard ones, to be closed in what it starts: a step
/// must have no way to a terminal that it was not given. To be called before threads and descriptors of our own.
pub fn keep_terminals_from_steps() {
    let Ok(entries) = fs::read_dir("/dev/fd") else {
        return;
    };
    let numbers: Vec<libc::c_int> = entries
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter(|number| *number > libc::STDERR_FILENO)
        .collect();
    for number in numbers {
        // SAFETY: both calls take any number, and fail where it is no descriptor; a flag of a descriptor is no memory of ours.
        unsafe {
            if libc::isatty(number) == 1 {
                libc::fcntl(number, libc::F_SETFD, libc::FD_CLOEXEC);
            }
        }
    }
}
