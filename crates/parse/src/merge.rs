//! What the front matter of a runbook and of what it includes comes to. The runbook's own word stands; what it says nothing
//! about is taken over; what contradicts it is refused.

use std::collections::HashMap;

use stepmark_core::plan::{ConnectionSpec, InputSpec, RehearsalSpec, Requirements, Span};

use crate::diagnostics::Diagnostics;
use crate::front_matter::{FrontMatter, is_satisfiable};
use crate::include_path::folder_of;
use crate::{Code, Diagnostic, include_path, invisible};

/// Front matter in the making.
pub(crate) struct Merge {
    front: FrontMatter,
    inputs: HashMap<String, usize>,
    connections: HashMap<String, usize>,
    tools: HashMap<String, usize>,
    /// Whether the runbook itself says where its steps go.
    is_own_declared: bool,
    /// A file with steps and without connections.
    undeclared: Option<String>,
    /// A file that is included and has connections, and where.
    declaring: Option<(String, Span)>,
}

/// A file that is included: its path from the runbook's folder, where it is included, and whether it has steps that work
/// on something.
pub(crate) struct IncludedFile<'a> {
    pub(crate) path: &'a str,
    pub(crate) place: &'a Span,
    pub(crate) works: bool,
}

impl Merge {
    /// Begins with what the runbook itself says; `works` if it has steps of its own that work on something.
    pub(crate) fn new(front: FrontMatter, works: bool) -> Self {
        let plan = &front.plan;
        let is_own_declared = !plan.connections.is_empty();
        let inputs = plan.inputs.iter().map(|input| input.name.to_string());
        let connections = plan.connections.iter().map(|spec| spec.name.to_string());
        let tools = plan.requires.tools.iter().map(|(tool, _)| tool.clone());
        Self {
            inputs: numbered(inputs),
            connections: numbered(connections),
            tools: numbered(tools),
            is_own_declared,
            undeclared: (works && !is_own_declared).then(|| "this runbook".to_owned()),
            declaring: None,
            front,
        }
    }

    /// Takes in what an included file says.
    pub(crate) fn add(
        &mut self,
        front: FrontMatter,
        file: &IncludedFile<'_>,
        diagnostics: &mut Diagnostics<'_>,
    ) {
        let front = front.plan;
        match front.connections.is_empty() {
            true if file.works => {
                self.undeclared
                    .get_or_insert_with(|| format!("`{}`", file.path));
            }
            true => {}
            false => {
                let declaring = || (file.path.to_owned(), file.place.clone());
                self.declaring.get_or_insert_with(declaring);
            }
        }
        for spec in front.connections {
            self.connection(spec, diagnostics);
        }
        for input in front.inputs {
            self.input(input, diagnostics);
        }
        self.environment(front.environment, file, diagnostics);
        self.requires(front.requires, diagnostics);
        self.rehearsal(front.rehearsal, file.path);
    }

    /// What it all comes to.
    pub(crate) fn finish(self, diagnostics: &mut Diagnostics<'_>) -> FrontMatter {
        if let (false, Some(undeclared), Some((path, place))) =
            (self.is_own_declared, &self.undeclared, &self.declaring)
        {
            let message = format!(
                "`{path}` declares connections, and {undeclared} has steps and declares none"
            );
            diagnostics.report(
                Diagnostic::error(Code::IncludeConflict, place.clone(), message).with_help(
                    "declare `connections:` in the front matter of this runbook: it says where each step goes",
                ),
            );
        }
        self.front
    }

    fn connection(&mut self, spec: ConnectionSpec, diagnostics: &mut Diagnostics<'_>) {
        let known = &mut self.front.plan.connections;
        let Some(&at) = self.connections.get(spec.name.as_str()) else {
            self.connections.insert(spec.name.to_string(), known.len());
            known.push(spec);
            return;
        };
        let first = &known[at];
        let alike = ConnectionSpec {
            span: first.span.clone(),
            ..spec.clone()
        };
        if alike != *first {
            let message = format!("connection `{}` leads elsewhere in another file", spec.name);
            diagnostics.report(
                Diagnostic::error(Code::IncludeConflict, spec.span, message)
                    .with_related(first.span.clone(), "the other is here")
                    .with_help("write the same in both, or give one of them another name"),
            );
        }
    }

    fn input(&mut self, input: InputSpec, diagnostics: &mut Diagnostics<'_>) {
        let known = &mut self.front.plan.inputs;
        let Some(&at) = self.inputs.get(input.name.as_str()) else {
            self.inputs.insert(input.name.to_string(), known.len());
            known.push(input);
            return;
        };
        let first = &known[at];
        let alike = InputSpec {
            description: first.description.clone(),
            default: first.default.clone(),
            span: first.span.clone(),
            ..input.clone()
        };
        if alike != *first {
            let message = format!("input `{}` is another one in another file", input.name);
            diagnostics.report(
                Diagnostic::error(Code::IncludeConflict, input.span, message)
                    .with_related(first.span.clone(), "the other is here")
                    .with_help("write the same type, pattern, choices, secret and env in both, or give one of them another name; the default is the including runbook's"),
            );
        }
    }

    fn environment(
        &mut self,
        environment: Option<String>,
        file: &IncludedFile<'_>,
        diagnostics: &mut Diagnostics<'_>,
    ) {
        let known = &mut self.front.plan.environment;
        match (environment, known.as_deref()) {
            (Some(other), Some(known)) if other != known => {
                let message = format!(
                    "`{}` is for environment `{}`, and what includes it for `{}`",
                    file.path,
                    invisible::shown(&other),
                    invisible::shown(known)
                );
                diagnostics.report(
                    Diagnostic::error(Code::IncludeConflict, file.place.clone(), message)
                        .with_help("write the same `environment:` in both, or leave it out of the included file"),
                );
            }
            (Some(other), None) => *known = Some(other),
            (Some(_) | None, _) => {}
        }
    }

    fn requires(&mut self, requires: Requirements, diagnostics: &mut Diagnostics<'_>) {
        let known = &mut self.front.plan.requires;
        let bounds = requires.postgres.into_iter();
        let more: Vec<_> = bounds
            .filter(|bound| !known.postgres.contains(bound))
            .collect();
        known.postgres.extend(more);
        if let Some(span) = requires.postgres_span {
            if !is_satisfiable(&known.postgres) {
                let message = "no version of PostgreSQL is what all files require".to_owned();
                let conflict = Diagnostic::error(Code::IncludeConflict, span.clone(), message)
                    .with_help("change one of the bounds");
                diagnostics.report(match &known.postgres_span {
                    Some(first) => conflict.with_related(first.clone(), "the other is here"),
                    None => conflict,
                });
                known.postgres.clear();
            }
            known.postgres_span.get_or_insert(span);
        }
        for (tool, span) in requires.tools {
            if !self.tools.contains_key(&tool) {
                self.tools.insert(tool.clone(), known.tools.len());
                known.tools.push((tool, span));
            }
        }
    }

    /// A cluster that the runbook has for a connection stands; paths of the others are from its folder, too.
    fn rehearsal(&mut self, rehearsal: RehearsalSpec, path: &str) {
        let known = &mut self.front.plan.rehearsal;
        for mut cluster in rehearsal.clusters {
            let mut others = known.clusters.iter();
            if others.any(|other| other.connection == cluster.connection) {
                continue;
            }
            if let Some(setup) = &mut cluster.setup
                && let Ok(path) = include_path::resolve(folder_of(path), setup)
            {
                *setup = path;
            }
            known.clusters.push(cluster);
        }
        for table in rehearsal.ignore {
            if !known.ignore.contains(&table) {
                known.ignore.push(table);
            }
        }
    }
}

fn numbered(names: impl Iterator<Item = String>) -> HashMap<String, usize> {
    names.enumerate().map(|(at, name)| (name, at)).collect()
}
