//! A journal's last sequence number and hash, as the file `head` holds them. Does not sign.

use serde::{Deserialize, Serialize};
use stepmark_core::record::FORMAT;
use stepmark_core::{Digest, RunId};

use crate::line::genesis;

/// The end of a chain: everything before it follows from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// Sequence number of the last record; 0 when there is none.
    pub seq: u64,
    /// Its hash; 64 zeros when there is none.
    pub hash: Digest,
}

#[derive(Serialize, Deserialize)]
struct Written {
    v: u32,
    run: RunId,
    seq: u64,
    hash: Digest,
}

impl Head {
    /// The head of a journal without records.
    pub fn genesis() -> Self {
        Self {
            seq: 0,
            hash: genesis(),
        }
    }

    /// The content of the file `head`: one line of JSON.
    pub(crate) fn text(&self, run: &RunId) -> String {
        let written = Written {
            v: FORMAT,
            run: run.clone(),
            seq: self.seq,
            hash: self.hash,
        };
        let mut text = serde_json::to_string(&written).expect("plain fields become JSON");
        text.push('\n');
        text
    }

    /// Reads what [`Head::text`] wrote for the same run.
    pub(crate) fn parse(text: &str, run: &RunId) -> Result<Self, String> {
        let written: Written = serde_json::from_str(text).map_err(|error| error.to_string())?;
        if written.v != FORMAT {
            return Err(format!("format version {} is not known", written.v));
        }
        if written.run != *run {
            return Err(format!("it belongs to run {}", written.run));
        }
        Ok(Self {
            seq: written.seq,
            hash: written.hash,
        })
    }
}
