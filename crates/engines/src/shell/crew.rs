//! Threads that jobs of steps are done on, each with a runtime. A process asks to die with the thread that started it, so none
//! of them ends before the job that did; they are used again, since a new one for each step costs more than the step's own work.

use std::io;
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::thread;

use tokio::runtime::{Builder, Runtime};

type Job = Box<dyn FnOnce(&Runtime) + Send>;

/// The threads of a run's steps. They end with their jobs once the last of these is dropped.
#[derive(Clone, Debug, Default)]
pub(super) struct Crew(Arc<Mutex<Vec<Sender<Assignment>>>>);

/// A thread that has nothing to do and is nobody else's. Dropped without a job, it waits for the next who asks.
#[derive(Debug)]
pub(super) struct Hand {
    /// None once it has its job.
    jobs: Option<Sender<Assignment>>,
    crew: Weak<Mutex<Vec<Sender<Assignment>>>>,
}

/// A job, and the hand that does it, to be let go of after it.
struct Assignment(Job, Hand);

impl Crew {
    /// A thread that is idle, or a new one.
    ///
    /// # Errors
    /// The system refuses a thread, or what its runtime needs.
    pub(super) fn hand(&self) -> io::Result<Hand> {
        let idle = self.0.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let jobs = idle.map_or_else(start, Ok)?;
        Ok(Hand {
            jobs: Some(jobs),
            crew: Arc::downgrade(&self.0),
        })
    }
}

impl Hand {
    /// Has it do `job`.
    pub(super) fn does(mut self, job: impl FnOnce(&Runtime) + Send + 'static) {
        let jobs = self.jobs.take();
        let jobs = jobs.expect("a hand gets one job");
        let own = Self {
            jobs: Some(jobs.clone()),
            crew: self.crew.clone(),
        };
        // It listens as long as a sender is there.
        let _ = jobs.send(Assignment(Box::new(job), own));
    }
}

impl Drop for Hand {
    fn drop(&mut self) {
        if let (Some(jobs), Some(crew)) = (self.jobs.take(), self.crew.upgrade()) {
            crew.lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(jobs);
        }
    }
}

fn start() -> io::Result<Sender<Assignment>> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let (jobs, given) = mpsc::channel();
    thread::Builder::new()
        .name("shell".to_owned())
        .spawn(move || serve(&runtime, &given))?;
    Ok(jobs)
}

fn serve(runtime: &Runtime, given: &Receiver<Assignment>) {
    while let Ok(Assignment(job, hand)) = given.recv() {
        job(runtime);
        drop(hand);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::thread::{self, ThreadId};

    use super::{Crew, Hand};

    fn done_by(hand: Hand) -> ThreadId {
        let (tell, told) = mpsc::channel();
        hand.does(move |_| tell.send(thread::current().id()).unwrap());
        told.recv().unwrap()
    }

    /// Waits until `crew` has `count` idle threads: a hand is let go of after its job was seen done.
    fn rests(crew: &Crew, count: usize) {
        while crew.0.lock().unwrap().len() != count {
            thread::yield_now();
        }
    }

    #[test]
    fn a_thread_is_used_again_and_two_jobs_at_once_have_two() {
        let crew = Crew::default();
        let first = done_by(crew.hand().unwrap());
        rests(&crew, 1);
        drop(crew.hand().unwrap());
        let (one, other) = (crew.hand().unwrap(), crew.hand().unwrap());
        let (one, other) = (done_by(one), done_by(other));
        assert_eq!(one, first);
        assert_ne!(one, other);
        rests(&crew, 2);
    }

    #[test]
    fn a_job_outlives_the_crew_and_its_thread_ends_with_it() {
        let crew = Crew::default();
        let (go, gone) = mpsc::channel::<()>();
        let (tell, told) = mpsc::channel();
        crew.hand().unwrap().does(move |runtime| {
            let _ = gone.recv();
            runtime.block_on(async { tell.send(()).unwrap() });
        });
        drop(crew);
        drop(go);
        told.recv().unwrap();
        // Its sender went with the thread's closure.
        assert!(told.recv().is_err());
    }
}
