//! The places of a text that are masked. Does not find them.

use std::ops::Range;

/// A stretch of text that is replaced by one label: occurrences of forms, each overlapping the next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Region {
    /// Where it stands.
    pub(super) range: Range<usize>,
    /// The form that names it: of those that begin first, the longest. None when its label has already been written.
    pub(super) form: Option<usize>,
}

/// Adds an occurrence that ends after, or where, those before it end.
pub(super) fn cover(regions: &mut Vec<Region>, range: Range<usize>, form: usize) {
    let mut new = Region {
        range,
        form: Some(form),
    };
    while let Some(last) = regions.pop_if(|last| last.range.end > new.range.start) {
        if last.range.start < new.range.start || last.form.is_none() {
            new.form = last.form;
        }
        new.range.start = new.range.start.min(last.range.start);
    }
    regions.push(new);
}
