//! The colours and weights in force, so that each line can be closed and the next one opened again. Knows no colour
//! values; concealment (`8`) and unknown parameters are dropped, since hidden text is not for a log.

use std::fmt::Write;

const PARAMETER_BYTES_MAX: usize = 32;
const SLOTS: usize = 11;

/// What is in force, one slot for each property, holding the parameter that set it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Style([Option<String>; SLOTS]);

impl Style {
    /// Whether nothing is in force.
    pub(super) fn is_plain(&self) -> bool {
        self.0.iter().all(Option::is_none)
    }

    /// Applies the parameters of one colour sequence, `1;38;5;9`.
    pub(super) fn apply(&mut self, parameters: &str) {
        let mut rest = parameters.split(';');
        while let Some(parameter) = rest.next() {
            if parameter.contains(':') {
                self.apply_with_colons(parameter);
                continue;
            }
            let Ok(number) = (if parameter.is_empty() { "0" } else { parameter }).parse::<u16>()
            else {
                continue;
            };
            match number {
                0 => *self = Self::default(),
                38 | 48 | 58 => match extended_colour(number, &mut rest) {
                    Some(colour) => {
                        self.0[slot_of(number).expect("colours have a slot")] = Some(colour);
                    }
                    None => return,
                },
                _ => self.apply_simple(number),
            }
        }
    }

    /// Writes the sequence that leads from `applied` to this style; nothing when they are the same.
    pub(super) fn write_after(&self, applied: &Self, text: &mut String) {
        if self == applied {
            return;
        }
        text.push_str("\x1b[");
        let mut first = true;
        if !applied.is_plain() || self.is_plain() {
            text.push('0');
            first = false;
        }
        for parameter in self.0.iter().flatten() {
            let separator = if first { "" } else { ";" };
            write!(text, "{separator}{parameter}").expect("writing to a String never fails");
            first = false;
        }
        text.push('m');
    }

    fn apply_simple(&mut self, number: u16) {
        if let Some(slot) = slot_of(number) {
            self.0[slot] = Some(number.to_string());
            return;
        }
        match number {
            22 => (self.0[0], self.0[1]) = (None, None),
            23 => self.0[2] = None,
            24 => self.0[3] = None,
            25 => self.0[4] = None,
            27 => self.0[5] = None,
            29 => self.0[6] = None,
            39 => self.0[7] = None,
            49 => self.0[8] = None,
            55 => self.0[9] = None,
            59 => self.0[10] = None,
            _ => {}
        }
    }

    fn apply_with_colons(&mut self, parameter: &str) {
        let head = parameter.split(':').next().unwrap_or_default();
        let Ok(number) = head.parse::<u16>() else {
            return;
        };
        if number == 4 && parameter == "4:0" {
            self.0[3] = None;
        } else if matches!(number, 4 | 38 | 48 | 58) && parameter.len() <= PARAMETER_BYTES_MAX {
            let slot = slot_of(number).expect("underline and colours have a slot");
            self.0[slot] = Some(parameter.to_owned());
        }
    }
}

fn slot_of(number: u16) -> Option<usize> {
    match number {
        1 => Some(0),
        2 => Some(1),
        3 => Some(2),
        4 | 21 => Some(3),
        5 | 6 => Some(4),
        7 => Some(5),
        9 => Some(6),
        30..=38 | 90..=97 => Some(7),
        40..=48 | 100..=107 => Some(8),
        53 => Some(9),
        58 => Some(10),
        _ => None,
    }
}

fn extended_colour<'a>(number: u16, rest: &mut impl Iterator<Item = &'a str>) -> Option<String> {
    let kind = rest.next()?.parse::<u8>().ok()?;
    let count = match kind {
        5 => 1,
        2 => 3,
        _ => return None,
    };
    let mut colour = format!("{number};{kind}");
    for _ in 0..count {
        let component = match rest.next()? {
            "" => 0,
            text => text.parse::<u8>().ok()?,
        };
        write!(colour, ";{component}").expect("writing to a String never fails");
    }
    Some(colour)
}
