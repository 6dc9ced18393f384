//! `stepmark rehearse` of each runbook: there, all the way back, and to the end, with every undo proven.

use stepmark_tests::{Home, soak};

use crate::clusters::{shortened, text_of};

const FIXTURES: [&str; 3] = ["shop.sql", "live-shop.sql", "live-shop-roles.sql"];

/// Rehearses the runbook called `stem`; each step that declares an undo has it proven, in the soak also half-way.
fn check(stem: &str) {
    let home = Home::new();
    std::fs::create_dir(home.path().join("fixtures")).expect("our own folder");
    for fixture in FIXTURES.map(|name| format!("fixtures/{name}")) {
        home.write(&fixture, &text_of(&fixture));
    }
    let text = shortened(&text_of(&format!("{stem}.md")));
    let undone: std::collections::BTreeSet<&str> = text
        .split(" rollback=")
        .skip(1)
        .filter_map(|rest| rest.split([' ', '}']).next())
        .collect();
    let name = format!("{stem}.md");
    home.write(&name, &text);
    let size = format!("size={}", soak(2_000, 1_000_000));
    let mut arguments = vec!["rehearse", &name, "--set", &size];
    if soak(0, 1) == 1 {
        arguments.push("--every-step");
    }
    let proven = format!(
        "the rehearsal holds, undo proven for {0} of {0}",
        undone.len()
    );
    home.stepmark(&arguments).exits(0).says(&[&proven]);
}

#[test]
fn every_undo_of_the_migration_steps_is_proven() {
    check("postgres-migration-steps");
}

#[test]
fn every_undo_of_the_production_change_is_proven() {
    check("production-change");
}

#[test]
fn every_undo_of_the_move_through_postgres_fdw_is_proven() {
    check("fdw-move");
}

#[test]
fn every_undo_of_the_move_by_logical_replication_is_proven() {
    check("logical-replication-move");
}
