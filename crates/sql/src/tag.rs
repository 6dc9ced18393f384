//! The command tag a statement would be answered with, as far as its keywords tell.
//! Row counts, and the tags of what a rule or EXECUTE puts in its place, are the server's.

use crate::Statement;
use crate::piece::Piece;

/// Words between the verb and the object that a tag leaves out.
const MODIFIERS: [&str; 11] = [
    "or",
    "replace",
    "local",
    "global",
    "temp",
    "temporary",
    "unlogged",
    "unique",
    "recursive",
    "trusted",
    "procedural",
];

/// Objects of more than one word.
const LONG_OBJECTS: [&[&str]; 17] = [
    &["materialized", "view"],
    &["foreign", "table"],
    &["foreign", "data", "wrapper"],
    &["event", "trigger"],
    &["text", "search", "configuration"],
    &["text", "search", "dictionary"],
    &["text", "search", "parser"],
    &["text", "search", "template"],
    &["operator", "class"],
    &["operator", "family"],
    &["access", "method"],
    &["user", "mapping"],
    &["default", "privileges"],
    &["large", "object"],
    &["foreign", "schema"],
    &["constraint", "trigger"],
    &["default", "conversion"],
];

impl Statement {
    /// The tag of its first part, in capitals: `CREATE TABLE`, `INSERT`, `BEGIN`. Empty if it
    /// does not start with a word.
    pub fn tag(&self, source: &str) -> String {
        self.pieces(source).first().map(tag).unwrap_or_default()
    }
}

fn tag(piece: &Piece<'_>) -> String {
    let at = piece
        .lexemes()
        .iter()
        .position(|lexeme| lexeme.text != "(")
        .unwrap_or(0);
    let verb = match piece.get(at) {
        Some(first) if first.kind == crate::TokenKind::Word => first.text.to_ascii_uppercase(),
        _ => return String::new(),
    };
    match verb.as_str() {
        "CREATE" | "ALTER" | "DROP" | "IMPORT" => format!("{verb}{}", object(piece, at + 1)),
        "WITH" => with(piece),
        "END" => "COMMIT".to_owned(),
        "ABORT" => "ROLLBACK".to_owned(),
        "VALUES" | "TABLE" => "SELECT".to_owned(),
        "ANALYSE" => "ANALYZE".to_owned(),
        "TRUNCATE" | "LOCK" => format!("{verb} TABLE"),
        "DECLARE" | "CLOSE" => format!("{verb} CURSOR"),
        "START" | "SAVEPOINT" | "RELEASE" | "PREPARE" | "COMMIT" | "ROLLBACK" | "REFRESH"
        | "DISCARD" => continued(piece, at, verb),
        _ => verb,
    }
}

fn object(piece: &Piece<'_>, from: usize) -> String {
    let lexemes = piece.lexemes();
    let at = (from..lexemes.len())
        .find(|&at| !lexemes[at].is_any(&MODIFIERS))
        .unwrap_or(lexemes.len());
    let words: Vec<&str> = match LONG_OBJECTS.iter().find(|words| piece.are(at, words)) {
        Some(["constraint" | "default", last @ ("trigger" | "conversion")]) => vec![*last],
        Some(words) => words.to_vec(),
        None => piece
            .get(at)
            .map(|lexeme| lexeme.text)
            .into_iter()
            .collect(),
    };
    let spelled = |word: &&str| match word.to_ascii_uppercase().as_str() {
        "USER" if words.len() == 1 => " ROLE".to_owned(),
        "GROUP" => " ROLE".to_owned(),
        word => format!(" {word}"),
    };
    words.iter().map(spelled).collect()
}

fn continued(piece: &Piece<'_>, at: usize, verb: String) -> String {
    const SECOND: [(&str, &str); 6] = [
        ("START", "transaction"),
        ("PREPARE", "transaction"),
        ("COMMIT", "prepared"),
        ("ROLLBACK", "prepared"),
        ("REFRESH", "materialized"),
        ("DISCARD", "all"),
    ];
    let second = SECOND
        .iter()
        .find(|&&(first, second)| first == verb && piece.is(at + 1, second));
    match second {
        Some(("REFRESH", _)) => "REFRESH MATERIALIZED VIEW".to_owned(),
        Some((_, second)) => format!("{verb} {}", second.to_ascii_uppercase()),
        None => verb,
    }
}

fn with(piece: &Piece<'_>) -> String {
    piece
        .lexemes()
        .iter()
        .find(|lexeme| {
            lexeme.depth == 0
                && lexeme.is_any(&["select", "insert", "update", "delete", "merge", "values"])
        })
        .map(|lexeme| lexeme.text.to_ascii_uppercase())
        .filter(|verb| verb != "VALUES")
        .unwrap_or_else(|| "SELECT".to_owned())
}
