//! The corpus: scripts in files, several a file, each after a line `-- case: NAME`. `[crlf]` after the name has every
//! line end with a carriage return, `[unended]` takes away the last newline.

const LINE_END: [char; 2] = ['\r', '\n'];
/// What begins a case.
const MARKER: &str = "-- case: ";

/// A script with a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) script: String,
}

/// The files, each a subject.
const FILES: [&str; 12] = [
    include_str!("corpus/quoting.sql"),
    include_str!("corpus/splitting.sql"),
    include_str!("corpus/copying.sql"),
    include_str!("corpus/tables.sql"),
    include_str!("corpus/types.sql"),
    include_str!("corpus/errors.sql"),
    include_str!("corpus/transactions.sql"),
    include_str!("corpus/session.sql"),
    include_str!("corpus/definitions.sql"),
    include_str!("corpus/notices.sql"),
    include_str!("corpus/odd.sql"),
    include_str!("corpus/wide.sql"),
];

/// Every case of the corpus that is written down.
pub(crate) fn written() -> Vec<Case> {
    FILES.iter().flat_map(|file| in_file(file)).collect()
}

fn in_file(file: &str) -> Vec<Case> {
    let mut cases: Vec<(Case, Vec<&str>)> = Vec::new();
    for line in file.split_inclusive('\n') {
        match (line.strip_prefix(MARKER), cases.last_mut()) {
            (Some(heading), _) => cases.push(headed(heading)),
            (None, Some((case, _))) => case.script += line,
            (None, None) => {}
        }
    }
    cases
        .into_iter()
        .map(|(case, flags)| flagged(case, &flags))
        .collect()
}

fn headed(heading: &str) -> (Case, Vec<&str>) {
    let mut words = heading.trim().split(" [");
    let case = Case {
        name: words.next().unwrap_or_default().to_owned(),
        script: String::new(),
    };
    (case, words.collect())
}

fn flagged(mut case: Case, flags: &[&str]) -> Case {
    for flag in flags {
        match *flag {
            "crlf]" => case.script = case.script.replace('\n', "\r\n"),
            "unended]" => case
                .script
                .truncate(case.script.trim_end_matches(LINE_END).len()),
            other => panic!("{}: [{other} is no flag", case.name),
        }
    }
    case
}

#[test]
fn cases_have_names_of_their_own_and_flags_change_their_line_ends() {
    let mut names: Vec<_> = written().into_iter().map(|case| case.name).collect();
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count);
    let cases = in_file("-- heading\n-- case: a b [crlf] [unended]\nx\ny\n-- case: c\nz\n");
    let seen: Vec<_> = cases
        .iter()
        .map(|case| (&*case.name, &*case.script))
        .collect();
    assert_eq!(seen, [("a b", "x\r\ny"), ("c", "z\n")]);
}
