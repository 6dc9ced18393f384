//! `rehearsal:` of front matter: what stands for the real servers. Starts nothing and reads no file.

use stepmark_core::ConnectionName;
use stepmark_core::plan::{ConnectionSpec, RehearsalCluster, RehearsalSpec};

use super::connections::unknown_connection;
use super::entries::Entries;
use super::yaml::Node;
use crate::diagnostics::Diagnostics;
use crate::{Code, Diagnostic, invisible};

/// The rehearsal in `node`, for the connections of a runbook; `default` where it declares none.
pub(super) fn read(
    node: &Node,
    connections: &[ConnectionSpec],
    diagnostics: &mut Diagnostics<'_>,
) -> RehearsalSpec {
    let entries = Entries::free(
        node,
        "`rehearsal`",
        "`CONNECTION: { setup: schema.sql }`",
        diagnostics,
    );
    let mut rehearsal = RehearsalSpec::default();
    for entry in entries.iter() {
        if entry.key == "ignore" {
            let tables = entries.texts("ignore", diagnostics);
            rehearsal.ignore = tables.into_iter().map(|(table, _)| table).collect();
            continue;
        }
        let declared = connections
            .iter()
            .find(|spec| spec.name.as_str() == entry.key);
        if declared.is_none() && !(connections.is_empty() && entry.key == "default") {
            let known = connections.iter().map(|spec| spec.name.as_str());
            let default = connections.is_empty().then_some("default");
            diagnostics.report(unknown_connection(
                &entry.key,
                entry.key_span.clone(),
                known.chain(default),
            ));
            continue;
        }
        if let Some(like) = declared.and_then(|spec| spec.like.as_ref()) {
            diagnostics.report(
                Diagnostic::error(
                    Code::FrontMatterValue,
                    entry.key_span.clone(),
                    format!(
                        "connection `{}` has no server of its own",
                        invisible::shown(&entry.key)
                    ),
                )
                .with_help(format!(
                    "it is like `{like}`: give that one's cluster the settings"
                )),
            );
            continue;
        }
        let what = format!("rehearsal of `{}`", entry.key);
        let keys = Entries::of(&entry.node, &what, &["setup", "settings"], diagnostics);
        rehearsal.clusters.push(RehearsalCluster {
            connection: ConnectionName::new(entry.key.clone()),
            setup: keys.text("setup", diagnostics).map(|(text, _)| text),
            settings: keys.settings("settings", diagnostics),
            span: entry.key_span.clone(),
        });
    }
    rehearsal
}
