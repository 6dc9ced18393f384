//! Turns the CopyData messages of a COPY TO STDOUT into rows of one column: many short ones of text into one row, since a
//! row costs tokio-postgres several allocations. Holds nothing back that came whole.

/// Lines are gathered up to about this many bytes.
const ROW_BYTES: usize = 32 * 1024;

/// The data on its way.
#[derive(Debug, Default)]
pub(super) struct CopyOut {
    /// Whether it is text, of which several messages may become one row.
    is_text: bool,
    data: Vec<u8>,
    /// Where messages end in it.
    ends: Vec<usize>,
}

impl CopyOut {
    /// A COPY begins.
    pub(super) fn begin(&mut self, is_text: bool) {
        self.is_text = is_text;
    }

    /// Takes a part of a message.
    pub(super) fn take(&mut self, bytes: &[u8]) {
        self.data.extend_from_slice(bytes);
    }

    /// The message under way is whole.
    pub(super) fn end_message(&mut self, out: &mut Vec<u8>) {
        self.ends.push(self.data.len());
        if !self.is_text || self.data.len() >= ROW_BYTES {
            self.give(out);
        }
    }

    /// Gives all whole messages. Should one of them be no UTF-8, each is a row of its own, so that the others can be read.
    pub(super) fn give(&mut self, out: &mut Vec<u8>) {
        let Some(&end) = self.ends.last() else {
            return;
        };
        if std::str::from_utf8(&self.data[..end]).is_ok() {
            row(&self.data[..end], out);
        } else {
            let mut start = 0;
            for &end in &self.ends {
                row(&self.data[start..end], out);
                start = end;
            }
        }
        self.ends.clear();
        self.data.drain(..end);
    }
}

/// A DataRow with one value.
fn row(value: &[u8], out: &mut Vec<u8>) {
    let length = u32::try_from(value.len()).unwrap_or(u32::MAX);
    out.push(b'D');
    out.extend_from_slice(&length.saturating_add(10).to_be_bytes());
    out.extend_from_slice(&1_u16.to_be_bytes());
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(value);
}
