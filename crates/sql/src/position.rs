//! Byte offsets against PostgreSQL's error positions, which count characters from 1.
//! Lines and columns are left to whoever draws them.

/// The 1-based character position of the byte `offset` in `text`, as PostgreSQL counts.
/// An offset inside a character means that character; one past the end means the end.
pub fn character_position(text: &str, offset: usize) -> usize {
    let offset = text.floor_char_boundary(offset);
    text[..offset].chars().count() + 1
}

/// The byte offset of a 1-based character position in `text`; the position after the last
/// character is the text's length, and zero or anything further is `None`.
pub fn byte_offset(text: &str, position: usize) -> Option<usize> {
    let before = position.checked_sub(1)?;
    text.char_indices()
        .map(|(offset, _)| offset)
        .chain([text.len()])
        .nth(before)
}
