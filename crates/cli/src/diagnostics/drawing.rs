//! With which signs diagnostics are drawn.

use annotate_snippets::renderer::DecorStyle;

/// With which signs the lines around an excerpt are drawn; what stands in the runbook is shown as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Drawing {
    /// ASCII only.
    Ascii,
    /// Box-drawing characters.
    Unicode,
}

impl Drawing {
    pub(super) fn decor(self) -> DecorStyle {
        match self {
            Self::Ascii => DecorStyle::Ascii,
            Self::Unicode => DecorStyle::Unicode,
        }
    }
}
