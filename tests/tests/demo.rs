//! The demo, without a terminal, as `make demo </dev/null` runs it.

use stepmark_tests::Home;

#[test]
fn the_demo_runs_to_its_end_and_leaves_a_log_that_verifies() {
    let home = Home::new();
    home.stepmark(&["demo"])
        .exits(0)
        .says(&["the schemas are the same", "26 of 26 steps"]);
    home.stepmark(&["verify", "last"]).exits(0);
    home.stepmark(&["report", "last"])
        .exits(0)
        .says(&["## Timeline", "repair-sequences"]);
}
