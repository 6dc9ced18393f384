//! A server for one worker, and databases that are as a template made them: new, or shown to be as new.

use stepmark_scratch::{Cluster, ClusterOptions, Programs};

use crate::control::Control;
use crate::server_log;
use crate::state::State;

/// The version from which a database is copied quicker file by file, and only if asked for.
const STRATEGY_SINCE_MAJOR: u32 = 15;

/// A server nobody else uses, and the databases on it that nothing was done to.
pub(crate) struct Bench {
    control: Control,
    pub(crate) cluster: Cluster,
    /// What the state of a database is that nothing was done to.
    pub(crate) pristine: String,
    /// What is left of such a database after a reset.
    left: String,
    clean: Vec<String>,
    made: usize,
    /// The next transaction id when the last pair was taken.
    next_transaction: String,
    /// Whether there were transactions since that may have changed something.
    is_changing: bool,
}

impl Bench {
    pub(crate) fn new() -> Self {
        let options = ClusterOptions::default()
            .setting("lc_messages", "C")
            .setting("autovacuum", "off")
            .setting("max_wal_size", "4GB")
            .setting("log_statement", "all")
            .setting("log_line_prefix", server_log::PREFIX)
            .setting("statement_timeout", "120s");
        let cluster = Cluster::start(&Programs::find_here().unwrap(), options).unwrap();
        let mut bench = Self {
            control: Control::new(&cluster),
            cluster,
            pristine: String::new(),
            left: String::new(),
            clean: Vec::new(),
            made: 0,
            next_transaction: String::new(),
            is_changing: true,
        };
        let first = bench.take();
        let state = State::of(&bench.cluster, &first);
        (bench.pristine, bench.left) = (state.now, state.left);
        bench.clean.push(first);
        bench
    }

    /// Two databases that nothing was done to.
    pub(crate) fn pair(&mut self) -> (String, String) {
        let pair = (self.take(), self.take());
        if self.is_changing {
            self.next_transaction = self.control.next_transaction();
            self.is_changing = false;
        }
        pair
    }

    /// A database that nothing was done to.
    pub(crate) fn take(&mut self) -> String {
        self.clean.pop().unwrap_or_else(|| self.make())
    }

    /// The states of a pair, which is handed back. Where no transaction changed anything, they are known.
    pub(crate) fn put_pair_back(&mut self, (one, other): (String, String)) -> (String, String) {
        self.is_changing |= self.next_transaction != self.control.next_transaction();
        (self.put_back(one), self.put_back(other))
    }

    /// The state of a database that was taken, which is handed back: the next may have it if a reset leaves as much as of a new one.
    fn put_back(&mut self, database: String) -> String {
        if !self.is_changing {
            self.clean.push(database);
            return self.pristine.clone();
        }
        let state = State::of(&self.cluster, &database);
        if state.left == self.left {
            self.clean.push(database);
        } else {
            let drop = format!("DROP DATABASE {database} WITH (FORCE)");
            self.cluster.execute("postgres", &drop).unwrap();
        }
        state.now
    }

    fn make(&mut self) -> String {
        let database = format!("d{}", self.made);
        self.made += 1;
        self.is_changing = true;
        let strategy = match self.cluster.programs().version().major() >= STRATEGY_SINCE_MAJOR {
            true => " STRATEGY file_copy",
            false => "",
        };
        let create = format!("CREATE DATABASE {database} TEMPLATE template0{strategy}");
        self.cluster.execute("postgres", &create).unwrap();
        database
    }
}
