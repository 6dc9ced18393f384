//! Transcripts, case by case: which lines are commands, and which are refused.

use stepmark_core::plan::Sources;

use super::*;

/// The commands in `transcript`, and the lines refused as unclear.
fn read(transcript: &str) -> (String, Vec<String>) {
    let sources = Sources::new("file.md", transcript.into());
    let mut diagnostics = Diagnostics::new(&sources);
    let mut body = BodyText::default();
    body.push(transcript, &(0..transcript.len()), transcript);
    let commands = commands(&body, &mut diagnostics);
    for (line, start) in commands.source_lines() {
        assert_eq!(&transcript[start..start + line.len()], line);
    }
    let unclear = diagnostics
        .finish()
        .into_iter()
        .map(|diagnostic| transcript[diagnostic.span].to_owned())
        .collect();
    (commands.text().to_owned(), unclear)
}

#[test]
fn commands_are_the_prompted_lines_and_what_bash_would_wait_for() {
    let cases = [
        ("$ ls\na\nb\n$ pwd\n/\n", "ls\npwd\n"),
        ("output only\n# not a command\n", ""),
        (
            "$ pg_dump \\\n> --format=custom\ndone\n",
            "pg_dump \\\n--format=custom\n",
        ),
        ("$ echo 'a\n> b'\na\nb\n", "echo 'a\nb'\n"),
        ("$ echo \"it's\n> here\"\n", "echo \"it's\nhere\"\n"),
        ("$ cat <<EOF\n> one\n> EOF\none\n", "cat <<EOF\none\nEOF\n"),
        (
            "$ cat <<-'EOF' | sort\n> one\n>\n> EOF\n",
            "cat <<-'EOF' | sort\none\n\nEOF\n",
        ),
        (
            "$ for i in 1 2; do\n>   echo $i\n> done\n1\n2\n",
            "for i in 1 2; do\n  echo $i\ndone\n",
        ),
        (
            "$ for i in 1 2\n> do echo $i\n> done\n",
            "for i in 1 2\ndo echo $i\ndone\n",
        ),
        (
            "$ if true; then\n> echo y\n> fi\n",
            "if true; then\necho y\nfi\n",
        ),
        ("$ f() {\n> echo x\n> }\n", "f() {\necho x\n}\n"),
        ("$ (cd /\n> pwd)\n", "(cd /\npwd)\n"),
        ("$ true |\n> cat\n", "true |\ncat\n"),
        ("$ true &&\n> cat\n", "true &&\ncat\n"),
        ("$ psql -c \"select\n> 1\"\n 1\n", "psql -c \"select\n1\"\n"),
        ("$ ls\n\n> quoted output\n", "ls\n"),
        ("    $ indented\n", ""),
        ("$no blank\n", ""),
    ];
    for (transcript, expected) in cases {
        assert_eq!(
            read(transcript),
            (expected.to_owned(), Vec::new()),
            "{transcript}"
        );
    }
}

#[test]
fn a_line_that_may_be_output_is_refused_and_never_run() {
    let cases = [
        ("$ diff a b\n> rm -rf /\n", "diff a b\n", "> rm -rf /"),
        ("$ echo done if for {\n> x\n", "echo done if for {\n", "> x"),
        ("$ echo 'a' # it's\n> x\n", "echo 'a' # it's\n", "> x"),
        ("$ cat <<< EOF\n> x\n", "cat <<< EOF\n", "> x"),
        ("$ cat <<EOF\n> EOF\n> x\n", "cat <<EOF\nEOF\n", "> x"),
        (
            "$ for i in 1; do echo; done\n> x\n",
            "for i in 1; do echo; done\n",
            "> x",
        ),
        ("$ sleep 1 &\n> x\n", "sleep 1 &\n", "> x"),
        ("$ echo a\\ b\n> x\n", "echo a\\ b\n", "> x"),
    ];
    for (transcript, commands, unclear) in cases {
        assert_eq!(
            read(transcript),
            (commands.to_owned(), vec![unclear.to_owned()]),
            "{transcript}"
        );
    }
}
