//! PostgreSQL text as psql reads it: lexer, statement splitter and statement kinds.
//!
//! [`split`] cuts a script into the statements psql would send, byte for byte, and reports what
//! keeps it from being run statement by statement. Everything else answers questions about one
//! such [`Statement`]. Nothing here parses SQL grammar, resolves names, knows a server, or does I/O.

mod change;
mod class;
mod conformance;
mod copy_data;
mod foreseen;
mod highlight;
mod keywords;
mod lexeme;
mod lexer;
mod lock_mode;
mod names;
mod object;
mod percent;
mod piece;
mod position;
mod problem;
mod problem_kind;
mod risk;
mod secret_literal;
mod sent;
mod session_state;
mod split;
mod splitter;
mod statement;
mod statement_kind;
mod steps;
mod table_lock;
mod tag;
mod token;
mod token_kind;
mod transaction_block;
mod variable;
mod variable_form;

pub use change::{Change, ChangeKind};
pub use class::Class;
pub use highlight::highlight;
pub use lexer::Lexer;
pub use lock_mode::LockMode;
pub use names::{names_in_sql, names_in_text};
pub use object::{Object, ObjectKind};
pub use percent::percent_decoded;
pub use position::{byte_offset, character_position};
pub use problem::Problem;
pub use problem_kind::ProblemKind;
pub use secret_literal::{
    SecretLiteral, masked_secret, secrets_in_sql, secrets_in_text, without_secrets,
};
pub use sent::Sent;
pub use session_state::SessionState;
pub use split::{Split, split};
pub use statement::Statement;
pub use statement_kind::StatementKind;
pub use table_lock::{TableLock, TableWork};
pub use token::Token;
pub use token_kind::TokenKind;
pub use variable::Variable;
pub use variable_form::VariableForm;
