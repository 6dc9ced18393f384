//! How much of a test is done: little in CI, much where `STEPMARK_SOAK` is set.

/// `few` of it, or `many` in the soak.
pub fn soak<T>(few: T, many: T) -> T {
    match std::env::var_os("STEPMARK_SOAK") {
        Some(_) => many,
        None => few,
    }
}
