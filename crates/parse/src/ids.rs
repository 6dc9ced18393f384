//! Gives every step an id: the named ones first, then slugs that avoid them.

use std::collections::HashMap;

use stepmark_core::StepId;
use stepmark_core::plan::IdOrigin;

use crate::diagnostics::Diagnostics;
use crate::draft::Draft;
use crate::{Code, Diagnostic};

/// A slug is cut here, so that it and its number are an id. What an include has put before it stays whole.
const SLUG_BYTES_MAX: usize = 54;

/// The ids of the drafts.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ids {
    /// One for each draft, all different.
    pub(crate) of: Vec<(StepId, IdOrigin)>,
    /// Which draft has which `name=`.
    pub(crate) named: HashMap<String, usize>,
}

impl Ids {
    /// Names `drafts`; where two have one name the first keeps it and the other gets a slug of it.
    pub(crate) fn assign(drafts: &[Draft], diagnostics: &mut Diagnostics<'_>) -> Self {
        let mut named: HashMap<String, usize> = HashMap::new();
        for (at, draft) in drafts.iter().enumerate() {
            let Some((name, span)) = &draft.attributes.name else {
                continue;
            };
            if let Some(first) = named
                .get(name)
                .and_then(|&first| drafts[first].attributes.name.as_ref())
            {
                diagnostics.report(
                    Diagnostic::error(
                        Code::DuplicateId,
                        span.clone(),
                        format!("two steps are named `{name}`"),
                    )
                    .with_related(first.1.clone(), "the first is here")
                    .with_help("give one of them another name"),
                );
                continue;
            }
            named.insert(name.clone(), at);
        }
        let mut derived = Slugs {
            named: &named,
            next: HashMap::new(),
        };
        let of = drafts
            .iter()
            .enumerate()
            .map(|(at, draft)| match &draft.attributes.name {
                Some((name, _)) if named.get(name) == Some(&at) => {
                    (StepId::new(name.as_str()), IdOrigin::Named)
                }
                Some((name, _)) => (derived.unique(name), IdOrigin::Derived),
                None => (derived.unique(&draft.slug), IdOrigin::Derived),
            })
            .collect();
        Self { of, named }
    }
}

struct Slugs<'a> {
    named: &'a HashMap<String, usize>,
    /// For each slug met, the number its next id tries; those below it are taken.
    next: HashMap<String, usize>,
}

impl Slugs<'_> {
    fn unique(&mut self, slug: &str) -> StepId {
        let base = if slug.is_empty() { "step" } else { slug };
        let own = base.rfind('.').map_or(0, |dot| dot + 1);
        let base = &base[..base.len().min(own + SLUG_BYTES_MAX)];
        let Some(&next) = self.next.get(base) else {
            let first = if self.is_taken(base) { 2 } else { 1 };
            self.next.insert(base.to_owned(), first);
            return self.numbered(base, first);
        };
        self.numbered(base, next)
    }

    /// The first free id of `base` from `number` on.
    fn numbered(&mut self, base: &str, mut number: usize) -> StepId {
        let id = loop {
            let id = match number {
                1 => base.to_owned(),
                _ => format!("{base}-{number}"),
            };
            number += 1;
            if number == 2 || !self.is_taken(&id) {
                break id;
            }
        };
        if let Some(next) = self.next.get_mut(base) {
            *next = number;
        }
        StepId::new(id)
    }

    /// Whether `id` is a name, or was made of another slug. What was made need not be kept: it is a slug that was met, or
    /// one with a number below that slug's next.
    fn is_taken(&self, id: &str) -> bool {
        self.named.contains_key(id)
            || self.next.contains_key(id)
            || id.rsplit_once('-').is_some_and(|(base, number)| {
                number.parse().is_ok_and(|number: usize| {
                    number > 1
                        && self.next.get(base).is_some_and(|&next| number < next)
                        && id.len() == base.len() + 1 + digits(number)
                })
            })
    }
}

/// How many digits `number`, which is not 0, is written with.
fn digits(number: usize) -> usize {
    number.ilog10() as usize + 1
}
