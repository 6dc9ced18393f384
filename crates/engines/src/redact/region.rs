//! The places of a text that are masked. Does not find them.

use std::ops::Range;

use super::view::View;

/// A stretch of text that is replaced by one label: occurrences of forms, each overlapping the next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Region {
    /// Where it stands, in the view.
    pub(super) range: Range<usize>,
    /// The form that names it: of those that begin first, the longest. None when its label has already been written.
    pub(super) form: Option<usize>,
}

impl Region {
    /// What is left of it when everything before `certain` was given out.
    pub(super) fn after(self, certain: usize) -> Option<Self> {
        let Range { start, end } = self.range;
        (end > certain).then(|| Self {
            range: start.saturating_sub(certain)..end - certain,
            form: self.form.filter(|_| start >= certain),
        })
    }
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

impl View {
    /// `original` up to the byte `certain` of the view, with a label for each region. The colours of what is masked stay, so
    /// that each still ends where it ended.
    pub(super) fn masked<'a>(
        &self,
        original: &str,
        regions: &[Region],
        certain: usize,
        label: impl Fn(usize) -> &'a str,
    ) -> String {
        let mut masked = String::with_capacity(original.len());
        let mut shown = 0;
        for region in regions.iter().take_while(|one| one.range.start < certain) {
            let Range { start, end } = region.range;
            let first = self.start(start);
            if first > shown {
                masked.push_str(&original[shown..first]);
            }
            masked.extend(region.form.map(&label));
            // What was left out just there is given out with what stands before it.
            let goes_on = end > certain;
            masked.extend(self.colours(original, start, if goes_on { certain + 1 } else { end }));
            shown = match goes_on {
                true => self.start(certain),
                false => self.end_of(end),
            };
        }
        masked.push_str(&original[shown.min(original.len())..]);
        masked
    }
}
