//! How the C library keeps the memory of chunks of output. Allocates nothing itself.

/// The chunks of a flood are made by one thread and freed by another. As glibc is set up, each of them is mapped anew or given
/// back at once, and the kernel clears every page again: a fifth of the time of such a step. To be called before there are
/// threads; does nothing with another C library.
pub fn keep_chunk_memory() {
    #[cfg(target_env = "gnu")]
    {
        /// Larger pieces are mapped by themselves, in bytes.
        const MAPPED_FROM: libc::c_int = 4 << 20;
        /// So much may lie unused at the end of a thread's memory before it is given back, in bytes.
        const UNUSED_MAX: libc::c_int = 16 << 20;
        /// So much more than is needed is asked of the kernel at once, in bytes.
        const GROWN_BY: libc::c_int = 1 << 20;
        for (option, bytes) in [
            (libc::M_MMAP_THRESHOLD, MAPPED_FROM),
            (libc::M_TRIM_THRESHOLD, UNUSED_MAX),
            (libc::M_TOP_PAD, GROWN_BY),
        ] {
            // SAFETY: mallopt(3) takes numbers only, and no other thread allocates yet. What it refuses stays as it was.
            unsafe {
                libc::mallopt(option, bytes);
            }
        }
    }
}
