//! Follows escape sequences through the stream, so that they can be dropped whole. Does not know what they mean, except
//! that it hands out the parameters of colour sequences (`ESC [ … m`).

/// A sequence that goes on longer than this many bytes is taken to have ended, so that a stray introducer cannot swallow a log.
const CONTROL_BYTES_MAX: usize = 256;
const STRING_BYTES_MAX: usize = 64 * 1024;

/// Where in an escape sequence the stream is.
#[derive(Debug, Default)]
pub(super) enum Sequence {
    /// In none.
    #[default]
    None,
    /// After ESC.
    Escape,
    /// After ESC and intermediate bytes, as in the choice of a character set.
    Intermediate(usize),
    /// In a control sequence, with its parameters so far.
    Control(String),
    /// In an operating system command, device control, application, privacy or start-of-string: bytes so far.
    Text(usize),
    /// In one of those, after an ESC that may begin its terminator.
    TextEscape(usize),
}

/// What a character did to the sequence it came in.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// It belongs to the sequence.
    Within,
    /// It ended the sequence, which was a colour sequence with these parameters.
    Colour(String),
    /// It does not belong to the sequence, which is over; the character counts for itself.
    Outside,
}

impl Sequence {
    /// Whether characters count for themselves.
    pub(super) fn is_none(&self) -> bool {
        matches!(self, Self::None)
    }

    /// Takes the next character while in a sequence.
    pub(super) fn take(&mut self, character: char) -> Step {
        match std::mem::take(self) {
            Self::None => Step::Outside,
            Self::Escape => self.after_escape(character),
            Self::Intermediate(length) => self.after_intermediate(character, length),
            Self::Control(parameters) => self.in_control(character, parameters),
            Self::Text(length) => self.in_text(character, length),
            Self::TextEscape(length) => match character {
                '\\' => Step::Within,
                _ => self.in_text(character, length),
            },
        }
    }

    fn after_escape(&mut self, character: char) -> Step {
        *self = match character {
            '[' => Self::Control(String::new()),
            ']' | 'P' | '_' | '^' | 'X' => Self::Text(0),
            '\x1b' => Self::Escape,
            ' '..='/' => Self::Intermediate(1),
            '0'..='~' => Self::None,
            _ => return Step::Outside,
        };
        Step::Within
    }

    fn after_intermediate(&mut self, character: char, length: usize) -> Step {
        match character {
            '0'..='~' => Step::Within,
            '\x1b' => {
                *self = Self::Escape;
                Step::Within
            }
            ' '..='/' if length < CONTROL_BYTES_MAX => {
                *self = Self::Intermediate(length + 1);
                Step::Within
            }
            _ => Step::Outside,
        }
    }

    fn in_control(&mut self, character: char, mut parameters: String) -> Step {
        match character {
            'm' if parameters
                .bytes()
                .all(|byte| byte.is_ascii_digit() || byte == b';' || byte == b':') =>
            {
                Step::Colour(parameters)
            }
            '@'..='~' => Step::Within,
            '\x1b' => {
                *self = Self::Escape;
                Step::Within
            }
            ' '..='?' if parameters.len() < CONTROL_BYTES_MAX => {
                parameters.push(character);
                *self = Self::Control(parameters);
                Step::Within
            }
            _ => Step::Outside,
        }
    }

    fn in_text(&mut self, character: char, length: usize) -> Step {
        match character {
            '\x07' | '\x18' | '\x1a' => Step::Within,
            '\n' | '\r' => Step::Outside,
            '\x1b' => {
                *self = Self::TextEscape(length + 1);
                Step::Within
            }
            _ if length < STRING_BYTES_MAX => {
                *self = Self::Text(length + character.len_utf8());
                Step::Within
            }
            _ => Step::Outside,
        }
    }
}
