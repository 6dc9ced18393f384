//! Ten times the document is ten times the work: allocations and bytes are counted, no clock is read. In a process of its
//! own, since it counts what the whole process allocates.

#[path = "it/shapes.rs"]
mod shapes;

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use shapes::SHAPES;

struct Counting;

thread_local! {
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
    static BYTES: Cell<usize> = const { Cell::new(0) };
}

fn count(bytes: usize) {
    ALLOCATIONS.set(ALLOCATIONS.get() + 1);
    BYTES.set(BYTES.get() + bytes);
}

// SAFETY: every call is passed on to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size());
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count(size.saturating_sub(layout.size()));
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

/// Allocations, and bytes allocated, while `document` is read.
fn work(document: &str) -> (usize, usize) {
    let before = (ALLOCATIONS.get(), BYTES.get());
    let parsed = stepmark_parse::parse(document.as_bytes(), "file");
    let after = (ALLOCATIONS.get(), BYTES.get());
    drop(parsed);
    (after.0 - before.0, after.1 - before.1)
}

#[test]
fn ten_times_the_document_is_ten_times_the_work() {
    const BYTES: usize = 20_000;
    for (name, make) in SHAPES {
        let (small, large) = (make(BYTES), make(10 * BYTES));
        let (small_work, large_work) = (work(&small), work(&large));
        let grown = large.len() as f64 / small.len() as f64;
        let allocations = large_work.0 as f64 / small_work.0.max(20) as f64;
        let bytes = large_work.1 as f64 / small_work.1.max(2000) as f64;
        assert!(
            allocations < 1.3 * grown,
            "{name}: {allocations} times the allocations"
        );
        assert!(bytes < 1.8 * grown, "{name}: {bytes} times the memory");
    }
}
