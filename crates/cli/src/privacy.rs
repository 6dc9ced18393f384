//! What keeps secrets in memory out of files and messages when something goes wrong: no core dumps, and panics that tell only
//! what was written in our source.

use std::any::Any;
use std::panic::PanicHookInfo;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::say::say_on_stderr;

/// A limit of one byte, where zero would stop only dumps to files: the kernel takes it as the sign not to start the program of
/// `core_pattern` either (core(5), `do_coredump`).
const CORE_BYTES: u64 = 1;

/// No core dump of ours and of what we start, no way for a step to a terminal that it is not lent, and no panic message with
/// values in it. To be called before anything else.
pub(crate) fn keep() {
    let limit = Rlimit {
        current: Some(CORE_BYTES),
        maximum: getrlimit(Resource::Core).maximum,
    };
    stepmark_engines::shell::keep_terminals_from_steps();
    // It fails only where the hard limit is zero, and then there are no dumps to files anyway.
    let _ = setrlimit(Resource::Core, limit);
    std::panic::set_hook(Box::new(|panic| say_on_stderr(&told(panic))));
}

fn told(panic: &PanicHookInfo<'_>) -> String {
    let thread = std::thread::current();
    let name = thread.name().unwrap_or("unnamed");
    let place = match panic.location() {
        Some(place) => format!(" at {place}"),
        None => String::new(),
    };
    let words = words(panic.payload());
    format!("stepmark: thread {name} panicked{place}: {words}\n")
}

/// What a panic says, where it was not put together from values.
fn words(payload: &dyn Any) -> &'static str {
    match payload.downcast_ref::<&'static str>() {
        Some(words) => words,
        None => "what it says is left out, since it may hold a secret",
    }
}

#[cfg(test)]
mod tests {
    use super::words;

    fn said(panic: fn()) -> &'static str {
        let payload = std::panic::catch_unwind(panic).unwrap_err();
        words(&*payload)
    }

    #[test]
    fn a_panic_tells_what_stands_in_the_source_and_no_value() {
        assert_eq!(said(|| panic!("an invariant")), "an invariant");
        let left_out = "what it says is left out, since it may hold a secret";
        let secret = || panic!("{}", std::hint::black_box("hunter2"));
        assert_eq!(said(secret), left_out);
        let missing = || {
            let number: u8 = std::hint::black_box("hunter2").parse().expect("a number");
            assert_eq!(number, 0);
        };
        assert_eq!(said(missing), left_out);
    }
}
