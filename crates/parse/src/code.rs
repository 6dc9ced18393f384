//! The kinds of diagnostic, each with a word that stays the same across versions.

use std::fmt;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $word:literal,)*) => {
        /// What kind of thing a diagnostic is about.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $($(#[$doc])* $name,)*
        }

        impl Code {
            /// Every code, in order of the stages that find them.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The kebab-case word for it.
            pub fn word(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)*
                }
            }
        }
    };
}

codes! {
    /// The file is not UTF-8.
    InvalidUtf8 = "invalid-utf8",
    /// Front matter in another form than is read here: TOML, or a key of Runme's.
    FrontMatterUnsupported = "front-matter-unsupported",
    /// A front matter key that means nothing.
    FrontMatterUnknown = "front-matter-unknown",
    /// A front matter key given twice.
    FrontMatterDuplicate = "front-matter-duplicate",
    /// A value of front matter that its key cannot have.
    FrontMatterValue = "front-matter-value",
    /// Front matter that is not YAML, or not keys with values.
    FrontMatterSyntax = "front-matter-syntax",
    /// Front matter without its closing `---`.
    FrontMatterUnclosed = "front-matter-unclosed",
    /// A fence without its closing line.
    FenceUnclosed = "fence-unclosed",
    /// Words after a fence's language that say it should not run, but not in a way that stops it.
    FenceUnclear = "fence-unclear",
    /// Words after a fence's language that have no effect.
    FenceTextIgnored = "fence-text-ignored",
    /// A fence in a language that looks as if it would run, and does not.
    LanguageNotRun = "language-not-run",
    /// A step whose text is longer than the log can hold.
    StepTooLong = "step-too-long",
    /// A step with nothing to do.
    StepEmpty = "step-empty",
    /// A console transcript without a `$ ` line.
    ConsoleWithoutCommand = "console-without-command",
    /// A `> ` line of a transcript that may be output as well as more of the command.
    ConsoleUnclear = "console-unclear",
    /// A task that is ticked already.
    TaskTicked = "task-ticked",
    /// A box before a table, which Markdown does not read as a task.
    TaskUnread = "task-unread",
    /// An attribute list that cannot be read.
    AttributeSyntax = "attribute-syntax",
    /// An attribute given twice.
    AttributeDuplicate = "attribute-duplicate",
    /// An attribute nobody knows.
    AttributeUnknown = "attribute-unknown",
    /// An attribute on a kind of step it means nothing for.
    AttributeNotApplicable = "attribute-not-applicable",
    /// A word of Runme's that has another form here.
    AttributeUnsupported = "attribute-unsupported",
    /// An attribute with a value of the wrong form.
    AttributeValue = "attribute-value",
    /// Attributes on something that is no step.
    AttributesWithoutStep = "attributes-without-step",
    /// Attributes that contradict each other.
    AttributeConflict = "attribute-conflict",
    /// A connection that is not declared.
    UnknownConnection = "unknown-connection",
    /// A SQL step that names none of several connections.
    ConnectionUnnamed = "connection-unnamed",
    /// A fence in Runme's notation that gets no terminal here.
    RunmeInteractive = "runme-interactive",
    /// An include that leads nowhere it may: not to a relative path, too deep, without its link.
    IncludeRefused = "include-refused",
    /// An included file that is not there, or is no text.
    IncludeUnreadable = "include-unreadable",
    /// Front matter of an included file that contradicts what includes it.
    IncludeConflict = "include-conflict",
    /// Two things that would be one variable.
    DuplicateVariable = "duplicate-variable",
    /// Two steps with one `name=`.
    DuplicateId = "duplicate-id",
    /// A step id that no step has as its `name=`.
    UnknownId = "unknown-id",
    /// A reference to a step that has the wrong part in the flow for it.
    WrongRole = "wrong-role",
    /// Steps that need each other.
    Cycle = "cycle",
    /// More edges between steps than any runbook has.
    GraphTooLarge = "graph-too-large",
    /// A bidirectional control or a character without width in a step.
    InvisibleCharacter = "invisible-character",
    /// A control character in a step.
    ControlCharacter = "control-character",
    /// A backslash command in a `sql` fence.
    MetaCommand = "meta-command",
    /// A statement that cannot stand in a `transaction`.
    TransactionControl = "transaction-control",
    /// SQL that does not end where the fence does, or cannot be cut into statements.
    SqlUnfinished = "sql-unfinished",
    /// A statement that takes away what stands before it in the same fence.
    UpAndDown = "up-and-down",
    /// A step that loses data and that no step undoes.
    DestructiveWithoutRollback = "destructive-without-rollback",
    /// A password that is written down in a step.
    SecretInRunbook = "secret-in-runbook",
    /// A shell check that says other than it seems to.
    CheckInverted = "check-inverted",
    /// A variable that is not declared, or not there yet.
    UndeclaredVariable = "undeclared-variable",
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}
