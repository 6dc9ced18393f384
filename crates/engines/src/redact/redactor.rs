//! Knows a run's secrets and masks them in whole texts. Text that comes in pieces goes through [`Redacting`].

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use super::form::{FORM_BYTES_MIN, forms};
use super::redacting::{Redacting, judge};
use super::region::{Region, cover};
use super::searcher::Searcher;
use super::view::{Edge, View};

/// Where a text was cut, it ends with this.
const CUT: char = '…';

/// A run's secrets. Cheap to clone; shows no value when printed for debugging. Making one takes 0.1 ms a secret, and where a
/// value has 64 KiB, 0.3 s and 90 MB, of which 45 MB are kept.
#[derive(Clone, Default)]
pub struct Redactor(Arc<Secrets>);

#[derive(Default)]
struct Secrets {
    /// Names and values, in the order of their coming.
    given: Vec<(String, String)>,
    too_short: Vec<String>,
    /// None when there is nothing to look for.
    searcher: Option<Searcher>,
    /// What each form becomes.
    labels: Vec<Arc<str>>,
}

impl Redactor {
    /// A redactor for secrets given as name and value.
    pub fn new(secrets: impl IntoIterator<Item = (String, String)>) -> Self {
        Self(Arc::new(Secrets::new(secrets.into_iter().collect())))
    }

    /// The same with more secrets, each a name and a value. What is being redacted by [`Self::redacting`] of this one does not
    /// know them. Costs nothing when all of them are known.
    #[must_use]
    pub fn with_all(&self, more: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut known: HashSet<(String, String)> = self.0.given.iter().cloned().collect();
        let new: Vec<_> = more
            .into_iter()
            .filter(|one| known.insert(one.clone()))
            .collect();
        if new.is_empty() {
            return self.clone();
        }
        Self::new(self.0.given.iter().cloned().chain(new))
    }

    /// The names of secrets whose values are shorter than 4 bytes, line ends at their end not counted: they are masked nowhere,
    /// since that would mangle any text.
    pub fn too_short(&self) -> &[String] {
        &self.0.too_short
    }

    /// Begins the masking of one output.
    pub fn redacting(&self) -> Redacting {
        Redacting::new(self.clone())
    }

    /// `text` with every secret masked; borrowed when there is none in it. Before a `…` also the beginning of a secret, at
    /// least 4 bytes of it, is masked, since it may have been cut there.
    pub fn text<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let Some(searcher) = self.searcher() else {
            return Cow::Borrowed(text);
        };
        let view = View::of(text);
        let regions = regions(searcher, &view);
        if regions.is_empty() {
            return Cow::Borrowed(text);
        }
        let certain = view.text.len();
        Cow::Owned(view.masked(text, &regions, certain, |form| self.label(form)))
    }

    /// Whether a secret is in `text`, so that [`Self::text`] would change it.
    pub fn is_in(&self, text: &str) -> bool {
        self.searcher()
            .is_some_and(|searcher| !regions(searcher, &View::of(text)).is_empty())
    }

    pub(super) fn searcher(&self) -> Option<&Searcher> {
        self.0.searcher.as_ref()
    }

    /// What stands for an occurrence of the form.
    pub(super) fn label(&self, form: usize) -> &str {
        &self.0.labels[form]
    }
}

impl fmt::Debug for Redactor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.0.given.iter().map(|(name, _)| name);
        formatter.write_str("Redactor ")?;
        formatter.debug_list().entries(names).finish()
    }
}

impl Secrets {
    fn new(given: Vec<(String, String)>) -> Self {
        let mut known = HashSet::new();
        let (mut all, mut labels, mut too_short) = (Vec::new(), Vec::new(), Vec::new());
        for (name, value) in &given {
            let forms = forms(value);
            if forms.is_empty() {
                too_short.push(name.clone());
            }
            let label: Arc<str> = format!("‹{name}›").into();
            for form in forms {
                if known.insert(form.clone()) {
                    all.push(form);
                    labels.push(Arc::clone(&label));
                }
            }
        }
        Self {
            given,
            too_short,
            searcher: (!all.is_empty()).then(|| Searcher::new(all)),
            labels,
        }
    }
}

fn regions(searcher: &Searcher, view: &View) -> Vec<Region> {
    let text = &view.text;
    let mut found = Vec::new();
    searcher.search(text.as_bytes(), 0, searcher.start(), &mut |range, form| {
        // At the end of a text a word ends.
        if judge(view, &range) != Edge::Within {
            found.push((range, form));
        }
    });
    let mut state = searcher.start();
    let mut seen = 0;
    for (at, _) in text.match_indices(CUT) {
        state = searcher.skip(&text.as_bytes()[seen..at], state);
        seen = at;
        let start = at - searcher.pending(state);
        let is_begun = |form: &String| form.starts_with(&text[start..at]);
        if at - start >= FORM_BYTES_MIN {
            let form = searcher.forms().iter().position(is_begun);
            found.push((start..at, form.expect("a form has begun there")));
        }
    }
    found.sort_by_key(|(range, _)| (range.end, range.start));
    let mut regions = Vec::new();
    for (range, form) in found {
        cover(&mut regions, range, form);
    }
    regions
}
