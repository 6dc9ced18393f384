//! The one thread that starts every step's process. A process asks to die with the thread that started it, so that thread has
//! to live as long as the run does.

use std::io;
use std::sync::mpsc::{self, Sender};
use std::thread;

use tokio::sync::oneshot;

use super::launch::{self, Launched};
use super::shell_work::ShellWork;
use super::tree::Marks;
use super::unstartable::Unstartable;

/// Reaches the thread; it ends when the last of these is dropped.
#[derive(Clone, Debug)]
pub(super) struct Spawner(Sender<Request>);

#[derive(Debug)]
struct Request {
    work: ShellWork,
    tag: String,
    reply: oneshot::Sender<Result<Launched, Unstartable>>,
}

impl Spawner {
    /// Starts the thread.
    pub(super) fn start() -> io::Result<Self> {
        let (sender, requests) = mpsc::channel::<Request>();
        let marks = Marks::new();
        thread::Builder::new()
            .name("shell-spawner".to_owned())
            .spawn(move || {
                for request in requests {
                    let launched = launch::launch(request.work, &request.tag, marks.next());
                    if let Err(Ok(unheard)) = request.reply.send(launched) {
                        unheard.tree.signal_group(rustix::process::Signal::KILL);
                    }
                }
            })?;
        Ok(Self(sender))
    }

    /// Starts the process of `work`.
    pub(super) async fn launch(
        &self,
        work: ShellWork,
        tag: String,
    ) -> Result<Launched, Unstartable> {
        let (reply, launched) = oneshot::channel();
        if self.0.send(Request { work, tag, reply }).is_err() {
            return Err(Unstartable::Stopping);
        }
        launched.await.unwrap_or(Err(Unstartable::Stopping))
    }
}
