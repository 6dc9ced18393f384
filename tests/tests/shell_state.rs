//! What shell steps leave to each other, through the binary: when that could not be kept it is said and recorded.

use std::fs;

use stepmark_tests::Home;

#[test]
fn a_step_whose_state_could_not_be_kept_says_so_and_the_next_starts_from_the_one_before() {
    for (text, because) in [
        ("export A=lost; exec true", "with exec"),
        ("export A=lost; trap 'echo bye' EXIT", "own EXIT trap"),
    ] {
        let home = Home::new();
        home.write(
            "book.md",
            &format!(
                "```bash {{name=zero}}\nexport A=before\n```\n\n```bash {{name=one}}\n{text}\n```\n\n\
                 ```bash {{name=two}}\necho $A > seen\n```\n"
            ),
        );
        home.stepmark(&["run", "book.md"]).exits(0).says(&[because]);
        let seen = fs::read_to_string(home.path().join("seen")).expect("it was written");
        assert_eq!(seen, "before\n");
        let journal = home.journal("book");
        let one = journal.of("step_finished").nth(1).expect("its outcome");
        let said = one["work"]["state_lost"].as_str().expect("why");
        assert!(said.contains(because), "{said}");
    }
}

#[test]
fn a_transcript_runs_its_commands_and_not_its_sample_output() {
    let home = Home::new();
    home.write(
        "book.md",
        "```console\n$ echo touched > seen\n$ cat \\\n> seen\ntouch never\n```\n",
    );
    home.stepmark(&["run", "book.md"])
        .exits(0)
        .says(&["touched"]);
    assert!(home.path().join("seen").exists());
    assert!(!home.path().join("never").exists());
}
