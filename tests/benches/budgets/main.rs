//! Prints what the whole program costs beside its budget, and beside a peer that does the same work in the same round; the
//! screen has no peer. Asserts nothing about time. `make bench` runs it; `cargo bench -p stepmark-tests --bench budgets -- --scale 0.05
//! --rounds 3 copy` runs what is called so, small. What a sync costs is the disk's and not ours: how many there are is asserted by
//! `crates/driver/tests/syncs.rs`, and peers write and sync as often.

mod appends;
mod comparison;
mod plan;
mod screen;
mod shell;
mod sql;

use plan::Plan;

fn main() {
    let plan = Plan::of(std::env::args().skip(1));
    println!("{plan}");
    println!("{}", comparison::HEADING);
    sql::compare(&plan);
    shell::compare(&plan);
    screen::measure(&plan);
}
