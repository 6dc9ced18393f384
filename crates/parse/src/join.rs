//! A runbook and what it includes, put together as if all stood in one file. Knows paths and texts, and reads no file.

use std::collections::HashMap;

use stepmark_core::plan::{Container, SourceFile, Sources, Span, StepKind};

use crate::around::Around;
use crate::diagnostics::Diagnostics;
use crate::front_matter::{self, FrontMatter};
use crate::include::{Include, PlacedInclude};
use crate::include_path::{folder_of, resolve};
use crate::merge::{IncludedFile, Merge};
use crate::outline::Outline;
use crate::rest::Rest;
use crate::walker::Walker;
use crate::{BYTE_ORDER_MARK, Code, Diagnostic};

/// A runbook includes others, which include others, no deeper than this.
const DEPTH_MAX: usize = 8;
/// So many files are taken in, one that is included several times each time: each level can double them.
const INCLUDES_MAX: usize = 500;
/// What stands before an id, with all its dots, is no longer than this: names of files are made of ids.
const PREFIX_BYTES_MAX: usize = 64;

/// What a runbook and all it includes come to.
pub(crate) struct Joined {
    pub(crate) front: FrontMatter,
    pub(crate) outline: Outline,
    /// Files that are included and not there yet, by their paths from the runbook's folder.
    pub(crate) wanted: Vec<String>,
}

/// Reads the runbook in `sources` and takes in what it includes.
pub(crate) fn join<'s>(sources: &'s Sources, diagnostics: &mut Diagnostics<'s>) -> Joined {
    let (front, mut outline) = read(sources, sources.runbook(), diagnostics);
    let includes = std::mem::take(&mut outline.includes);
    if includes.is_empty() {
        return Joined {
            front,
            outline,
            wanted: Vec::new(),
        };
    }
    let works_itself = works(&outline);
    let mut join = Join {
        sources,
        known: HashMap::new(),
        merge: Merge::new(front, works_itself),
        joined: Outline {
            title: outline.title.take(),
            ..Outline::default()
        },
        path: vec![Stop {
            file: sources.runbook().path.clone(),
            place: 0..0,
        }],
        taken: HashMap::new(),
        count: 0,
        wanted: Vec::new(),
    };
    join.take(outline, includes, &Around::default(), diagnostics);
    Joined {
        front: join.merge.finish(diagnostics),
        outline: join.joined,
        wanted: join.wanted,
    }
}

/// Reads one file by itself.
fn read<'s>(
    sources: &'s Sources,
    file: &SourceFile,
    diagnostics: &mut Diagnostics<'s>,
) -> (FrontMatter, Outline) {
    let text = &sources.row()[..file.span.end];
    let start = match sources.text(file).starts_with(BYTE_ORDER_MARK) {
        true => file.span.start + BYTE_ORDER_MARK.len_utf8(),
        false => file.span.start,
    };
    let front = front_matter::read(text, start, diagnostics);
    let outline = Walker::new(text, front.marked, diagnostics).walk(front.end);
    (front, outline)
}

/// Whether something in `outline` works on something by itself.
fn works(outline: &Outline) -> bool {
    let mut drafts = outline.drafts.iter();
    drafts.any(|draft| draft.kind != StepKind::Manual)
}

/// A file on the way from the runbook to where an include stands.
struct Stop {
    file: String,
    /// Where it is included.
    place: Span,
}

struct Join<'a> {
    sources: &'a Sources,
    /// Files that were read, so that none is read twice.
    known: HashMap<String, Outline>,
    merge: Merge,
    joined: Outline,
    path: Vec<Stop>,
    /// Where each file was taken in under which prefix.
    taken: HashMap<(String, String), Span>,
    count: usize,
    wanted: Vec<String>,
}

impl<'a> Join<'a> {
    /// Puts `outline` behind what is joined so far, and each of `includes` in its place.
    fn take(
        &mut self,
        outline: Outline,
        includes: Vec<PlacedInclude>,
        around: &Around,
        diagnostics: &mut Diagnostics<'a>,
    ) {
        let mut rest = Rest::of(outline);
        for placed in includes {
            rest.move_to(
                placed.blocks,
                placed.drafts,
                placed.flow,
                around,
                &mut self.joined,
            );
            self.include(placed, &rest, around, diagnostics);
        }
        rest.move_to(usize::MAX, usize::MAX, usize::MAX, around, &mut self.joined);
    }

    fn include(
        &mut self,
        placed: PlacedInclude,
        rest: &Rest,
        around: &Around,
        diagnostics: &mut Diagnostics<'a>,
    ) {
        let include = placed.include;
        let prefix = match &include.name {
            Some(name) => format!("{}{name}.", around.prefix),
            None => around.prefix.clone(),
        };
        let file = match self.find(&include, &prefix, diagnostics) {
            Ok(Some(file)) => file,
            Ok(None) => return,
            Err(diagnostic) => return diagnostics.report(*diagnostic),
        };
        let path = file.path.clone();
        let mut outline = match self.known.get(&path) {
            Some(outline) => outline.clone(),
            None => {
                let (front, outline) = read(self.sources, file, diagnostics);
                let file = IncludedFile {
                    path: &path,
                    place: &include.path.1,
                    works: works(&outline),
                };
                self.merge.add(front, &file, diagnostics);
                self.known.insert(path.clone(), outline.clone());
                outline
            }
        };
        let containers = placed
            .containers
            .iter()
            .cloned()
            .map(|container| match container {
                Container::Item { marker, .. } => Container::Item {
                    marker,
                    first: false,
                },
                Container::Quote => Container::Quote,
            });
        let headings = placed.headings.iter().map(|&heading| rest.block(heading));
        let inside = Around {
            file: Some(path.as_str().into()),
            prefix,
            on: include.on.or_else(|| around.on.clone()),
            headings: around.headings.iter().copied().chain(headings).collect(),
            level: around.level.saturating_add(placed.level),
            containers: around
                .containers
                .iter()
                .cloned()
                .chain(containers)
                .collect(),
        };
        self.path.push(Stop {
            file: path,
            place: include.path.1,
        });
        let includes = std::mem::take(&mut outline.includes);
        self.take(outline, includes, &inside, diagnostics);
        self.path.pop();
    }

    /// The file that `include` leads to; nothing when it was not asked for before, and is from now on.
    fn find(
        &mut self,
        include: &Include,
        prefix: &str,
        diagnostics: &mut Diagnostics<'a>,
    ) -> Result<Option<&'a SourceFile>, Box<Diagnostic>> {
        let (written, span) = &include.path;
        let error = |code, message: String| Diagnostic::error(code, span.clone(), message);
        let here = self.path.last().map_or("", |stop| stop.file.as_str());
        let path = resolve(folder_of(here), written).map_err(|(why, help)| {
            error(Code::IncludeRefused, format!("`{written}` {why}")).with_help(help)
        })?;
        if let Some(first) = self.path.iter().position(|stop| stop.file == path) {
            return Err(Box::new(self.circle(first, &path, span)));
        }
        if self.path.len() > DEPTH_MAX {
            let message = format!("files include each other more than {DEPTH_MAX} deep");
            return Err(error(Code::IncludeRefused, message)
                .with_help("include the files directly where they are needed")
                .into());
        }
        self.count += 1;
        if self.count > INCLUDES_MAX {
            if self.count > INCLUDES_MAX + 1 {
                return Ok(None);
            }
            let message = format!("more than {INCLUDES_MAX} files are included");
            return Err(error(Code::IncludeRefused, message)
                .with_help("split the runbook; each can be run by itself")
                .into());
        }
        if prefix.len() > PREFIX_BYTES_MAX {
            let message = format!("`{prefix}` is too long to stand before an id");
            return Err(error(Code::IncludeRefused, message)
                .with_help(format!("names of includes in each other have at most {PREFIX_BYTES_MAX} characters together"))
                .into());
        }
        let key = (path.clone(), prefix.to_owned());
        if let Some(first) = self.taken.get(&key) {
            return Err(error(Code::DuplicateId, format!("`{path}` is included twice, and its steps would have the same ids"))
                .with_related(first.clone(), "the first is here")
                .with_help("give each include a `name=`, which stands before the ids: `name=first` makes `first.STEP`")
                .into());
        }
        self.taken.insert(key, span.clone());
        self.readable(&path, span, diagnostics)
    }

    fn readable(
        &mut self,
        path: &str,
        span: &Span,
        diagnostics: &mut Diagnostics<'a>,
    ) -> Result<Option<&'a SourceFile>, Box<Diagnostic>> {
        let sources = self.sources;
        let error = |message| Diagnostic::error(Code::IncludeUnreadable, span.clone(), message);
        let Some(at) = sources.find(path) else {
            if !self.wanted.iter().any(|wanted| wanted == path) {
                self.wanted.push(path.to_owned());
            }
            diagnostics.report(error(format!("`{path}` was not read")).with_help(
                "give the runbook to `stepmark` as a file, so that others can be found beside it",
            ));
            return Ok(None);
        };
        let file = &sources.files()[at];
        if let Some(why) = &file.objection {
            return Err(error(format!("`{path}` {why}"))
                .with_help("the path is read from the folder of the file that it stands in")
                .into());
        }
        if let Some((at, byte)) = file.not_utf8 {
            return Err(
                error(format!("`{path}` is not UTF-8: byte {at} is 0x{byte:02x}"))
                    .with_help("save that file as UTF-8; nothing in it was read")
                    .into(),
            );
        }
        Ok(Some(file))
    }

    /// The circle that an include at `span` closes, every include of it shown.
    fn circle(&self, first: usize, path: &str, span: &Span) -> Diagnostic {
        let on_the_way = &self.path[first..];
        let chain: Vec<&str> = on_the_way
            .iter()
            .map(|stop| stop.file.as_str())
            .chain([path])
            .collect();
        let message = format!("files include each other: {}", chain.join(" -> "));
        let circle = Diagnostic::error(Code::Cycle, span.clone(), message)
            .with_help("take one of the includes out; what both need can be a third file");
        on_the_way.iter().skip(1).fold(circle, |circle, stop| {
            circle.with_related(
                stop.place.clone(),
                format!("`{}` is included here", stop.file),
            )
        })
    }
}
