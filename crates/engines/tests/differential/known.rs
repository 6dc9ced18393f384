//! The cases in which we differ from psql, and why. A case that is listed must differ, in just what is listed.

/// What differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Aspect {
    /// We refuse the script before anything runs, and nothing is done.
    Refused,
    /// What is printed.
    Printed,
    /// What carets point at.
    Pointed,
    /// What the server logged: statements, errors, their codes.
    Logged,
    /// The code of the error.
    Sqlstate,
    /// Whether it stops before the end.
    Stopped,
    /// The database afterwards.
    State,
}

/// A case that differs.
pub(crate) struct Known {
    pub(crate) case: &'static str,
    pub(crate) aspects: &'static [Aspect],
    pub(crate) reason: &'static str,
    /// The last major version of psql with which it differs, if there is one.
    pub(crate) last: Option<u32>,
}

const fn known(case: &'static str, aspects: &'static [Aspect], reason: &'static str) -> Known {
    Known {
        case,
        aspects,
        reason,
        last: None,
    }
}

const UNSPLIT: &str = "what cannot be split is refused before anything runs";
const COMMAND: &str = "backslash commands need psql";
const VISIBLE: &str =
    "control characters from the server are made visible, so that they cannot act on the terminal";
const FORMAT: &str =
    "psql 15 gives format characters a column; psql since 16 and ours give them none";

/// All of them.
pub(crate) const KNOWN: &[Known] = &[
    known(
        "COPY and a statement on its line",
        &[Aspect::Refused],
        "psql runs the statement after the data, out of order on the page; the line must be told apart first",
    ),
    known(
        "COPY csv with the end marker quoted",
        &[Aspect::Printed, Aspect::Logged],
        "psql sends the closing line \\. as data too, which the server quotes back inside an open CSV quote",
    ),
    known(
        "COPY ended at the end of the text",
        &[
            Aspect::Printed,
            Aspect::Logged,
            Aspect::Sqlstate,
            Aspect::Stopped,
            Aspect::State,
        ],
        "psql wants a newline after the closing \\., which the last line of a fence need not have",
    ),
    known(
        "COPY without an end",
        &[Aspect::Refused],
        "psql takes the rest of the file for data; a forgotten \\. is found before anything runs",
    ),
    known("a backslash in the middle", &[Aspect::Refused], COMMAND),
    known("a psql command", &[Aspect::Refused], COMMAND),
    known(
        "a query sent by a psql command",
        &[Aspect::Refused],
        COMMAND,
    ),
    known("an unclosed comment", &[Aspect::Refused], UNSPLIT),
    known("an unclosed dollar quote", &[Aspect::Refused], UNSPLIT),
    known("an unclosed identifier", &[Aspect::Refused], UNSPLIT),
    known("an unclosed parenthesis", &[Aspect::Refused], UNSPLIT),
    known("an unclosed string", &[Aspect::Refused], UNSPLIT),
    known(
        "standard conforming strings off and an unclosed quote",
        &[Aspect::Refused],
        UNSPLIT,
    ),
    known(
        "standard conforming strings changed by a function",
        &[Aspect::Refused],
        "only SET, RESET and the ends of transactions are foreseen when a fence is split, and it is split before it runs",
    ),
    known(
        "standard conforming strings changed by a function unseen",
        &[
            Aspect::Printed,
            Aspect::Pointed,
            Aspect::Logged,
            Aspect::Sqlstate,
            Aspect::Stopped,
        ],
        "where splitting was not foreseen to change, the rest is not run rather than read wrongly",
    ),
    known(
        "a notice with control characters",
        &[Aspect::Printed],
        VISIBLE,
    ),
    known(
        "an error with control characters",
        &[Aspect::Printed],
        VISIBLE,
    ),
    known(
        "messages with carriage returns",
        &[Aspect::Printed],
        "a carriage return before a newline is left out: it would act on the terminal",
    ),
    known(
        "a vertical tab",
        &[Aspect::Printed, Aspect::Pointed],
        "control characters from the server are made visible, and are blanks above a caret",
    ),
    known(
        "bidirectional controls in cells",
        &[Aspect::Printed],
        "they reorder what a terminal shows, so they are made visible",
    ),
    known(
        "line separators in cells",
        &[Aspect::Printed],
        "some terminals break lines there, so they are made visible",
    ),
    known(
        "a session that is ended",
        &[Aspect::Printed],
        "a lost connection is told in our own words",
    ),
    known(
        "an escaped colon",
        &[Aspect::Pointed],
        "a caret points into the runbook, where the backslash still is",
    ),
    known(
        "joined statements with commit in between",
        &[Aspect::Printed],
        "psql prints a notice ahead of the result before it, since it looks one result ahead; ours come in the order sent",
    ),
    Known {
        last: Some(15),
        ..known("a zero width space in a name", &[Aspect::Printed], FORMAT)
    },
    Known {
        last: Some(15),
        ..known(
            "combining and joined characters",
            &[Aspect::Printed],
            FORMAT,
        )
    },
    Known {
        last: Some(15),
        ..known("soft hyphens and odd blanks", &[Aspect::Printed], FORMAT)
    },
    known(
        "COPY joined to another statement",
        &[Aspect::Refused],
        "which part the data are for cannot be told before it runs",
    ),
    known(
        "a function named begin",
        &[Aspect::Refused],
        "psql takes the name for the BEGIN of a body and never finds its end; so do we, and say it",
    ),
    known(
        "a marker of COPY outside of COPY",
        &[Aspect::Refused],
        COMMAND,
    ),
    known(
        "an error after combining characters",
        &[Aspect::Pointed],
        "libpq gives a combining character a column of its own, and its caret is off by it",
    ),
    known(
        "an error after many rows",
        &[Aspect::Printed],
        "psql keeps all rows in memory until the last; after a thousand ours are shown as they come",
    ),
    known(
        "later rows that are wider",
        &[Aspect::Printed],
        "columns are measured by the first thousand rows, so that the rest can be shown as they come",
    ),
    known(
        "an open transaction that failed is not committed by a joined commit",
        &[Aspect::Pointed],
        "a caret points into the runbook, where the backslash still is",
    ),
    Known {
        last: Some(15),
        ..known(
            "a byte order mark in the middle",
            &[Aspect::Printed],
            FORMAT,
        )
    },
];
