//! Files read without holding more of them than was agreed. Does not write.

use std::io::{self, Read};
use std::path::Path;

use stepmark_core::Digest;

use crate::disk::FileDisk;

/// Length and SHA-256 of a file of any size.
pub(crate) fn digest_of(path: &Path) -> io::Result<(u64, Digest)> {
    let mut file = FileDisk::read(path)?;
    let mut stream = Digest::stream();
    let mut block = vec![0; 256 * 1024];
    let mut length = 0;
    loop {
        match file.read(&mut block)? {
            0 => return Ok((length, stream.finish())),
            taken => {
                stream.update(&block[..taken]);
                length += taken as u64;
            }
        }
    }
}

/// The whole of a file that has at most `bytes_max` bytes.
pub(crate) fn read_at_most(path: &Path, bytes_max: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    FileDisk::read(path)?
        .take(bytes_max + 1)
        .read_to_end(&mut bytes)?;
    if bytes.len() as u64 > bytes_max {
        let what = format!("it is longer than the {bytes_max} bytes that it may have");
        return Err(io::Error::other(what));
    }
    Ok(bytes)
}
