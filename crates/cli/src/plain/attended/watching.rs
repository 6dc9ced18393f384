//! What is seen of the step under way, told as lines: who is in its way, how far the server says it is, what a wait saw.
//! Each is told when it changes, and how far at growing distances, so that a screen reader is not talked over.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use stepmark_core::report::duration;
use stepmark_core::runner::{Activity, Blocker, Glimpse, ServerProgress, Watch};

/// The first word on how far it is comes after so long, each next one after twice the time.
const FIRST: Duration = Duration::from_secs(10);
/// And then this often.
const MOST: Duration = Duration::from_secs(300);
/// Characters of a query that are told.
const QUERY_CHARACTERS_MAX: usize = 200;

/// What was told of the step under way.
pub(super) struct Watching {
    began: Option<Instant>,
    next: Duration,
    blockers: Vec<(i32, i32)>,
    seen: Option<String>,
}

impl Watching {
    /// Nothing is under way.
    pub(super) fn nothing() -> Self {
        Self {
            began: None,
            next: FIRST,
            blockers: Vec::new(),
            seen: None,
        }
    }

    /// What there is to tell of `glimpse` that was not told yet.
    pub(super) fn news(&mut self, glimpse: &Glimpse, now: Instant) -> String {
        if glimpse.activity == Activity::Idle {
            *self = Self::nothing();
            return String::new();
        }
        let began = *self.began.get_or_insert(now);
        let mut text = String::new();
        self.blocked(glimpse.watch.as_deref(), &mut text);
        self.waited(&glimpse.activity, &mut text);
        let since = now.saturating_duration_since(began);
        if since >= self.next {
            self.next = since + self.next.min(MOST);
            let so_far = duration(Duration::from_secs(since.as_secs()));
            let progress = glimpse
                .watch
                .as_ref()
                .and_then(|watch| watch.progress.as_ref());
            let far = progress.map_or_else(String::new, |found| format!(": {}", far(found)));
            let _ = writeln!(text, "  {so_far} so far{far}");
        }
        text
    }

    fn blocked(&mut self, watch: Option<&Watch>, text: &mut String) {
        let blockers = watch.map_or(&[][..], |watch| &watch.blockers);
        let now: Vec<(i32, i32)> = blockers.iter().map(|one| (one.pid, one.blocks)).collect();
        if now == self.blockers {
            return;
        }
        match watch {
            Some(watch) if !now.is_empty() => text.push_str(&in_the_way(watch)),
            Some(_) | None => text.push_str("  nobody is in the way any more\n"),
        }
        self.blockers = now;
    }

    fn waited(&mut self, activity: &Activity, text: &mut String) {
        let Activity::Waiting(wait) = activity else {
            return;
        };
        let seen = wait.seen.as_ref().map(|finding| finding.seen.clone());
        if seen.is_some() && seen != self.seen {
            let _ = writeln!(text, "  not yet: {}", seen.as_deref().unwrap_or_default());
            self.seen = seen;
        }
    }
}

/// Who is in the way, nearest first, each on a line.
pub(super) fn in_the_way(watch: &Watch) -> String {
    if watch.blockers.is_empty() {
        return "  nobody is seen to be in the way\n".to_owned();
    }
    let connection = &watch.connection;
    let mut text = match &watch.waits_for {
        Some(waits) => {
            let thing = waits
                .lock
                .clone()
                .unwrap_or_else(|| format!("{}: {}", waits.class, waits.event));
            let since = waits
                .since
                .map_or_else(String::new, |since| format!(" for {}", whole(since)));
            format!("  {connection} waits for {thing}{since}\n")
        }
        None => String::new(),
    };
    let listed = |pid: i32| pid != 0 && watch.blockers.iter().any(|other| other.pid == pid);
    for blocker in &watch.blockers {
        let whom = match listed(blocker.blocks) {
            true => format!("pid {}", blocker.blocks),
            false => connection.to_string(),
        };
        let _ = writeln!(text, "  {whom} is blocked by {}", one(blocker));
    }
    text
}

fn one(blocker: &Blocker) -> String {
    let mut parts = vec![match blocker.pid {
        0 => "a prepared transaction".to_owned(),
        pid => format!("pid {pid}"),
    }];
    let named = |what: &str, name: &Option<String>| {
        let name = name.as_ref().filter(|name| !name.is_empty())?;
        Some(format!("{what}{name}"))
    };
    parts.extend(named("user ", &blocker.user));
    parts.extend(named("application ", &blocker.application));
    parts.extend(named("from ", &blocker.client));
    parts.extend(blocker.state.as_ref().map(|state| match blocker.state_age {
        Some(age) => format!("{state} for {}", whole(age)),
        None => state.clone(),
    }));
    parts.extend(
        blocker
            .transaction_age
            .map(|age| format!("transaction {} old", whole(age))),
    );
    if let Some(query) = &blocker.query {
        let words: Vec<&str> = query.split_whitespace().collect();
        let query: String = words.join(" ").chars().take(QUERY_CHARACTERS_MAX).collect();
        parts.push(format!("query: {query}"));
    }
    parts.join(", ")
}

fn far(progress: &ServerProgress) -> String {
    let on = progress.relation.as_ref();
    let on = on.map_or_else(String::new, |relation| format!(" on {relation}"));
    let phase = progress.phase.as_ref();
    let phase = phase.map_or_else(String::new, |phase| format!(", {phase}"));
    let part = progress.permille();
    let part = part.map_or_else(String::new, |part| format!(", {} %", part / 10));
    format!("{}{on}{phase}{part}", progress.command)
}

fn whole(length: Duration) -> String {
    match length.as_secs() {
        seconds @ 0..60 => format!("{seconds} s"),
        seconds => duration(Duration::from_secs(seconds)),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use stepmark_core::runner::{ProgressUnit, WaitsFor};
    use stepmark_core::{ConnectionName, StepIndex};

    use super::*;

    fn watched(blockers: Vec<Blocker>, progress: Option<ServerProgress>) -> Glimpse {
        Glimpse {
            activity: Activity::Running(StepIndex(0)),
            watch: Some(Arc::new(Watch {
                connection: ConnectionName::new("shop"),
                waits_for: Some(WaitsFor {
                    class: "Lock".to_owned(),
                    event: "relation".to_owned(),
                    lock: Some("AccessExclusiveLock on public.orders".to_owned()),
                    since: Some(Duration::from_secs(3)),
                }),
                blockers,
                progress,
            })),
            ..Glimpse::default()
        }
    }

    fn blocker(pid: i32, blocks: i32) -> Blocker {
        Blocker {
            pid,
            blocks,
            user: Some("app".to_owned()),
            application: Some("worker".to_owned()),
            client: None,
            state: Some("idle in transaction".to_owned()),
            state_age: Some(Duration::from_secs(75)),
            transaction_age: None,
            query: Some("SELECT *\n FROM orders".to_owned()),
        }
    }

    #[test]
    fn who_is_in_the_way_is_told_once_and_that_they_are_gone() {
        let (mut watching, start) = (Watching::nothing(), Instant::now());
        let blocked = watched(vec![blocker(7, 5), blocker(8, 7)], None);
        assert_eq!(
            watching.news(&blocked, start),
            "  shop waits for AccessExclusiveLock on public.orders for 3 s
  shop is blocked by pid 7, user app, application worker, idle in transaction for 1 m 15 s, query: SELECT * FROM orders
  pid 7 is blocked by pid 8, user app, application worker, idle in transaction for 1 m 15 s, query: SELECT * FROM orders
"
        );
        assert_eq!(watching.news(&blocked, start), "");
        let free = watched(Vec::new(), None);
        assert_eq!(
            watching.news(&free, start),
            "  nobody is in the way any more\n"
        );
    }

    #[test]
    fn how_far_it_is_is_told_at_growing_distances() {
        let progress = ServerProgress {
            command: "CREATE INDEX".to_owned(),
            phase: Some("building index".to_owned()),
            relation: Some("public.orders".to_owned()),
            done: 45,
            total: Some(100),
            unit: ProgressUnit::Blocks,
        };
        let (mut watching, start) = (Watching::nothing(), Instant::now());
        let glimpse = watched(Vec::new(), Some(progress));
        let told: Vec<u64> = (0..200)
            .filter(|second| {
                let now = start + Duration::from_secs(*second);
                let text = watching.news(&glimpse, now);
                assert!(
                    text.is_empty()
                        || text.ends_with(
                            " so far: CREATE INDEX on public.orders, building index, 45 %\n"
                        )
                );
                !text.is_empty()
            })
            .collect();
        assert_eq!(told, [10, 20, 40, 80, 160]);
    }
}
