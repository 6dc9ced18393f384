//! What is masked.
