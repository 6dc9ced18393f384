//! The runbooks of this repository on real clusters: from end to end and back, live, killed at every boundary, and each
//! failure that their sources would have passed over. Sizes are small; `STEPMARK_SOAK=1` raises them.

mod change_failures;
mod clusters;
mod first_copy;
mod kept_by_undo;
mod killed;
mod live_move;
mod move_failures;
mod rehearsed;
mod there_and_back;
mod writers;
