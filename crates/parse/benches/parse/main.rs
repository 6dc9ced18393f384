//! Prints how long reading documents takes, each figure beside the bare events of pulldown-cmark on the same bytes, and
//! beside the budget where there is one. Asserts nothing about time: `cargo bench -p stepmark-parse` is for reading.
//! `cargo bench -p stepmark-parse -- prose` takes one shape; a number of bytes after it reads that once, for a profiler.

#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "a benchmark reads the clock and prints"
)]

#[path = "../../tests/it/shapes.rs"]
mod shapes;

use std::hint::black_box;
use std::time::{Duration, Instant};

use pulldown_cmark::{Options, Parser};
use shapes::SHAPES;

const MEGABYTE: usize = 1_000_000;
/// Each figure is the best of this many.
const ROUNDS: usize = 3;

fn main() {
    let mut words = std::env::args()
        .skip(1)
        .filter(|word| !word.starts_with('-'));
    let wanted = words.next();
    let once = words.next().and_then(|bytes| bytes.parse().ok());
    let shapes = || {
        SHAPES
            .iter()
            .filter(|(name, _)| wanted.as_deref().is_none_or(|wanted| *name == wanted))
    };
    if let Some(bytes) = once {
        return shapes().for_each(|(_, make)| drop(black_box(read(&make(bytes)))));
    }
    println!("shape                1 MB ms   10 MB ms   growth   bare 10 MB ms   ratio    steps");
    for (name, make) in shapes() {
        let document = make(MEGABYTE);
        let small = best(|| read(&document));
        let document = make(10 * MEGABYTE);
        let large = best(|| read(&document));
        let bare = best(|| events(&document));
        println!(
            "{name:<18} {:>9.1} {:>10.1} {:>7.1}x {:>15.1} {:>6.2}x {:>8}",
            milliseconds(small),
            milliseconds(large),
            large.as_secs_f64() / small.as_secs_f64(),
            milliseconds(bare),
            large.as_secs_f64() / bare.as_secs_f64(),
            stepmark_parse::parse(document.as_bytes(), "bench")
                .plan
                .steps
                .len(),
        );
    }
    for (name, make) in shapes().take(3) {
        let document = make(50 * MEGABYTE);
        let (whole, bare) = (best(|| read(&document)), best(|| events(&document)));
        println!(
            "50 MB of {name}: {:.0} ms, bare {:.0} ms, {:.2}x (budget 1.6x)",
            milliseconds(whole),
            milliseconds(bare),
            whole.as_secs_f64() / bare.as_secs_f64()
        );
    }
    let small: Vec<String> = (0..2000).map(|_| SHAPES[0].1(1)).collect();
    let bytes: usize = small.iter().map(String::len).sum();
    let all = best(|| small.iter().for_each(|document| drop(read(document))));
    let bare = best(|| small.iter().for_each(|document| events(document)));
    println!(
        "2,000 runbooks of {} bytes: {:.0} ms, bare {:.0} ms (budget of `list`: 500 ms)",
        bytes / small.len(),
        milliseconds(all),
        milliseconds(bare)
    );
}

fn read(document: &str) -> stepmark_parse::Parsed {
    stepmark_parse::parse(black_box(document.as_bytes()), "bench")
}

fn events(document: &str) {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_GFM;
    Parser::new_ext(black_box(document), options)
        .into_offset_iter()
        .for_each(|event| {
            black_box(event);
        });
}

/// What is made is given back after the clock has stopped: who reads a runbook keeps it.
fn best<T>(work: impl Fn() -> T) -> Duration {
    (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            let made = black_box(work());
            let elapsed = start.elapsed();
            drop(made);
            elapsed
        })
        .min()
        .unwrap_or_default()
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
