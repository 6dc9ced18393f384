//! A count of bytes looked at, so that a test can hold splitting to linear work without a clock.
//! Outside this crate's own tests it is nothing.

/// Adds to the count.
#[cfg(not(test))]
#[inline]
pub(crate) fn add(_bytes: usize) {}

#[cfg(test)]
thread_local! {
    static STEPS: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

#[cfg(test)]
pub(crate) fn add(bytes: usize) {
    STEPS.with(|steps| steps.set(steps.get() + bytes));
}

#[cfg(test)]
pub(crate) fn taken_by(work: impl FnOnce()) -> usize {
    STEPS.with(|steps| steps.set(0));
    work();
    STEPS.with(std::cell::Cell::get)
}
