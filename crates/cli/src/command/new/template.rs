//! The runbooks that are built in. Does not write them.

use std::path::Path;

/// The name of the template that is taken when none is named.
pub(super) const BLANK: &str = "blank";

/// A runbook to begin with.
pub(super) struct Template {
    pub(super) name: &'static str,
    /// What it is for, in one line.
    pub(super) meaning: &'static str,
    text: &'static str,
    /// What it refers to, by paths from its own folder.
    pub(super) files: &'static [(&'static str, &'static str)],
}

/// A command line around the runbook's path.
pub(super) struct Typed {
    pub(super) before: &'static str,
    pub(super) after: &'static str,
}

const fn typed(before: &'static str, after: &'static str) -> Typed {
    Typed { before, after }
}

/// What to type next, and why.
pub(super) const NEXT: &[(Typed, &str)] = &[
    (typed("check", ""), "is anything wrong with it?"),
    (
        typed("rehearse", ""),
        "prove it, and its way back, on throwaway servers",
    ),
    (typed("run", " --scratch"), "walk through it there yourself"),
    (typed("list", ""), "its steps"),
];

const SHOP: (&str, &str) = (
    "fixtures/shop.sql",
    include_str!("../../../../../runbooks/fixtures/shop.sql"),
);
const LIVE_SHOP: (&str, &str) = (
    "fixtures/live-shop.sql",
    include_str!("../../../../../runbooks/fixtures/live-shop.sql"),
);
const LIVE_SHOP_ROLES: (&str, &str) = (
    "fixtures/live-shop-roles.sql",
    include_str!("../../../../../runbooks/fixtures/live-shop-roles.sql"),
);

/// Every template there is.
pub(super) const TEMPLATES: &[Template] = &[
    Template {
        name: BLANK,
        meaning: "a check, a change with its undo and its proof, a task: to be filled",
        text: include_str!("blank.md"),
        files: &[],
    },
    Template {
        name: "postgres-migration-steps",
        meaning: "the seven stages that most migrations share, on a small shop database",
        text: include_str!("../../../../../runbooks/postgres-migration-steps.md"),
        files: &[SHOP],
    },
    Template {
        name: "production-change",
        meaning: "a window, a way back, a backup that was read, a change in small steps, checks that can fail",
        text: include_str!("../../../../../runbooks/production-change.md"),
        files: &[SHOP],
    },
    Template {
        name: "logical-replication-move",
        meaning: "a live database to another server, writers standing still for seconds",
        text: include_str!("../../../../../runbooks/logical-replication-move.md"),
        files: &[LIVE_SHOP, LIVE_SHOP_ROLES],
    },
    Template {
        name: "fdw-move",
        meaning: "a database to another server by SQL alone, writers standing still for the copy",
        text: include_str!("../../../../../runbooks/fdw-move.md"),
        files: &[LIVE_SHOP, LIVE_SHOP_ROLES],
    },
];

impl Template {
    /// The text for a runbook at `path`: a blank one is called as its file is.
    pub(super) fn text_for(&self, path: &Path) -> String {
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        let title: String = stem
            .chars()
            .map(|sign| if matches!(sign, '-' | '_') { ' ' } else { sign })
            .filter(|sign| sign.is_alphanumeric() || matches!(sign, ' ' | '.'))
            .collect();
        let mut signs = title.trim().chars();
        let title: String = match signs.next() {
            Some(first) => first.to_uppercase().chain(signs).collect(),
            None => "Title".to_owned(),
        };
        self.text.replace(TITLE, &title)
    }
}

/// Stands for the title in the blank template.
const TITLE: &str = "{{title}}";

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn templates_pass_the_check_as_they_are_and_bring_what_they_refer_to() {
        for template in TEMPLATES {
            let text = template.text_for(Path::new("add-status.md"));
            let parsed = stepmark_parse::parse(text.as_bytes(), "add-status");
            assert_eq!(parsed.diagnostics, [], "{}", template.name);
            let setups = parsed.plan.front.rehearsal.clusters.iter();
            let wanted: BTreeSet<&str> = setups.filter_map(|one| one.setup.as_deref()).collect();
            let brought: BTreeSet<&str> = template.files.iter().map(|(name, _)| *name).collect();
            assert!(wanted.is_subset(&brought), "{}: {wanted:?}", template.name);
        }
    }

    #[test]
    fn a_blank_runbook_is_called_as_its_file_is() {
        let title = |path: &str| {
            let text = TEMPLATES[0].text_for(Path::new(path));
            stepmark_parse::parse(text.as_bytes(), "file").plan.title
        };
        assert_eq!(title("x/add-status_2.md"), "Add status 2");
        assert_eq!(title("`<b>`.md"), "B");
        assert_eq!(title("-.md"), "Title");
    }

    #[test]
    fn every_runbook_of_the_repository_is_a_template() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../runbooks");
        let files = std::fs::read_dir(folder).unwrap();
        let files = files.map(|file| file.unwrap().path());
        let pages = files.filter(|path| path.extension().is_some_and(|end| end == "md"));
        let stems: BTreeSet<String> = pages
            .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
            .collect();
        let names = TEMPLATES.iter().map(|template| template.name.to_owned());
        let names: BTreeSet<String> = names.filter(|name| name != BLANK).collect();
        assert_eq!(names, stems);
    }
}
