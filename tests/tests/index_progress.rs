//! How far the build of an index is, on the screen: over real rows, of which there are two million in the soak.

use std::collections::BTreeSet;

use stepmark_tests::{Home, Pty, Server, found_out, soak};

/// The percentages that stand before ` %` behind a bar.
fn percent(contents: &str) -> Option<u32> {
    let (before, _) = contents.split_once(" %")?;
    let number = before.rsplit(|one: char| !one.is_ascii_digit()).next()?;
    number.parse().ok()
}

/// An index over a function that waits, a third and two thirds of its way through the rows, until there is a file.
fn setup(rows: u32) -> String {
    let wait = |name: &str, id: u32| {
        format!(
            "IF id = {id} THEN\n\
             WHILE (pg_stat_file('{name}', true)).size IS NULL LOOP PERFORM pg_sleep(0.01); END LOOP;\n\
             END IF;\n"
        )
    };
    let (first, second) = (wait("first", rows / 3), wait("second", rows * 2 / 3));
    format!(
        "CREATE TABLE orders AS SELECT n AS id, md5(n::text) AS note FROM generate_series(1, {rows}) AS n;\n\
         CREATE FUNCTION slow(id int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS\n\
         $$ BEGIN {first}{second}RETURN id; END $$;"
    )
}

#[test]
fn the_build_of_an_index_moves_on_the_screen() {
    let (home, server) = (Home::new(), Server::new());
    server.sql(&setup(soak(20_000, 2_000_000)));
    let folder = server.sql("SHOW data_directory");
    let lets_go = |name: &str| server.sql(&format!("COPY (SELECT 1) TO '{folder}/{name}'"));
    home.write(
        "book.md",
        "```sql {name=index}\nCREATE INDEX orders_slow ON orders (slow(id), note);\n```\n",
    );
    let mut command = home.command(&["run", "book.md"]);
    command.env("DATABASE_URL", server.url());
    let mut pty = Pty::start(command, 40, 120);
    pty.shows("[ Begin (Enter) ]");
    pty.press("\r");
    pty.shows("[ Run ]");
    pty.press("\r");
    let mut seen = BTreeSet::new();
    let mut shows = |percents: std::ops::Range<u32>| {
        pty.shows_such("a percentage on its way", |contents| {
            let percent = percent(contents).filter(|_| contents.contains("building index"));
            seen.extend(percent);
            percent.is_some_and(|percent| percents.contains(&percent))
        });
    };
    shows(20..45);
    lets_go("first");
    shows(55..80);
    lets_go("second");
    pty.shows("done in");
    pty.press("qq");
    assert_eq!(pty.ends().code(), Some(0));
    found_out(&format!("the screen showed {seen:?} percent"));
    assert!(seen.len() >= 2, "{seen:?}");
}
