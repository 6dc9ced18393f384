//! The real binary, killed, starved and doubled: what it acknowledged is kept, nothing is done twice or beside itself, and
//! every run can be taken up. Counts are small; `STEPMARK_SOAK=1` raises them.

mod dead_at_the_edges;
mod full_disk;
mod killed_at_random;
mod many_runners;
mod oracle;
mod orphaned;
mod power_cut;
mod traced;
