//! Going through a run that is read again: the records up to a place are told anew, and nothing else.

use std::sync::Arc;

use stepmark_core::progress::{Before, Progress};
use stepmark_core::record::Record;
use stepmark_core::runner::Glimpse;

use super::{news, view};
use crate::News;
use crate::page::PageAnchor;
use crate::replay::{Replay, Travel};
use crate::screen::{Screen, Stage};

/// Opens a run that is read again, at its end.
pub(crate) fn open(screen: &mut Screen, records: Vec<Arc<Record>>) {
    screen.replay = Some(Replay::new(records));
    screen.stage = Stage::Main;
    travel(screen, Travel::Last);
    view::show_selected(screen);
}

/// Goes to another record.
pub(super) fn travel(screen: &mut Screen, travel: Travel) {
    let Some(replay) = &screen.replay else {
        return;
    };
    let goal = replay.goal(travel);
    if goal < replay.at {
        forget(screen);
    }
    let Some(replay) = &mut screen.replay else {
        return;
    };
    let from = replay.at;
    replay.at = goal;
    let records = replay.records.get(from..goal).unwrap_or_default().to_vec();
    // Only the last one moves what is looked at.
    let Some((last, before)) = records.split_last() else {
        return;
    };
    let following = std::mem::replace(&mut screen.following, false);
    tell(screen, before.to_vec());
    screen.following = following;
    tell(screen, vec![Arc::clone(last)]);
    screen.notice = None;
    screen.unshown = false;
    screen.dialog = None;
}

fn tell(screen: &mut Screen, records: Vec<Arc<Record>>) {
    if let Some(last) = records.last() {
        screen.now = Some(last.at);
    }
    let news = News {
        records,
        glimpse: Glimpse::default(),
        over: false,
    };
    news::told(screen, news);
}

/// Forgets every fact, as if no record had been told.
fn forget(screen: &mut Screen) {
    screen.progress = Progress::new(&screen.opening.plan);
    screen.inputs.clear();
    screen.before = Before::default();
    screen.settled.clear();
    screen.sight = None;
    screen.last_started = None;
    screen.lent = None;
    screen.following = true;
    if let Some(replay) = &mut screen.replay {
        replay.at = 0;
    }
    if !screen.reading {
        screen.page_top = PageAnchor::default();
    }
}
