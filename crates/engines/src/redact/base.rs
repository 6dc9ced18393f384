//! Base64 and base32 of a value, also where it stands inside of what was encoded as a whole. Does not search.

use super::form::LINE_BYTES_MIN;

/// The lengths of lines into which the encoded text is broken by PEM, and by MIME, coreutils and PostgreSQL.
const WRAPS: [usize; 2] = [64, 76];

/// A way to write bits as letters.
pub(super) struct Base {
    alphabet: &'static [u8],
    /// Bits of a letter.
    bits: usize,
    /// Bytes after which it begins anew.
    period: usize,
}

pub(super) const BASE64_STANDARD: Base = Base {
    alphabet: b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
    bits: 6,
    period: 3,
};
pub(super) const BASE64_URL: Base = Base {
    alphabet: b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_",
    ..BASE64_STANDARD
};
pub(super) const BASE32: Base = Base {
    alphabet: b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
    bits: 5,
    period: 5,
};

impl Base {
    /// Adds what becomes of `value` after any number of other bytes.
    pub(super) fn add(&self, value: &[u8], forms: &mut Vec<String>) {
        for before in 0..self.period {
            self.add_after(value, before, forms);
        }
    }

    /// A letter that also holds bits of what stands before cannot be foreseen; one at the end is when nothing follows.
    fn add_after(&self, value: &[u8], before: usize, forms: &mut Vec<String>) {
        let bit = |at: usize| {
            let byte = (at / 8).checked_sub(before).and_then(|at| value.get(at));
            byte.map_or(0, |byte| byte >> (7 - at % 8) & 1)
        };
        let letter = |at: usize| {
            let bits = at * self.bits..(at + 1) * self.bits;
            let number = bits.fold(0, |number, at| number << 1 | bit(at));
            char::from(self.alphabet[usize::from(number)])
        };
        let bits = (before + value.len()) * 8;
        let first = (before * 8).div_ceil(self.bits);
        let sure: String = (first..bits / self.bits).map(letter).collect();
        let mut ending = sure.clone();
        if !bits.is_multiple_of(self.bits) {
            ending.push(letter(bits / self.bits));
            forms.push(ending.clone());
        }
        let letters = bits.div_ceil(self.bits);
        let group = self.period * 8 / self.bits;
        ending.push_str(&"=".repeat(letters.next_multiple_of(group) - letters));
        if before == 0 {
            for wrap in WRAPS.into_iter().filter(|wrap| ending.len() > *wrap) {
                let lines = (0..ending.len()).step_by(wrap);
                let line = |at: usize| &ending[at..(at + wrap).min(ending.len())];
                let long = lines.map(line).filter(|line| line.len() >= LINE_BYTES_MIN);
                forms.extend(long.map(str::to_owned));
            }
        }
        forms.extend([sure, ending]);
    }
}
