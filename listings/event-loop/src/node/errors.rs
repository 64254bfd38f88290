//! Errors that nobody caught, rejections that nobody handled (Node:
//! lib/internal/process/execution.js `createOnGlobalUncaughtException`,
//! lib/internal/process/promises.js; src/node_errors.cc `TriggerUncaughtException`).

use super::{EventLoop, Host, Origin, ProcessEvent, PromiseId, Task, Thrown};
use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};

/// An error that nobody caught (Node: `ExitCode::kGenericUserError`).
pub const EXIT_UNCAUGHT: i32 = 1;
/// An error thrown by an 'uncaughtException' listener (Node:
/// `ExitCode::kExceptionInFatalExceptionHandler`).
pub const EXIT_HANDLER_THREW: i32 = 7;
/// A top-level await that nothing can settle any more (Node:
/// `ExitCode::kUnsettledTopLevelAwait`).
pub const EXIT_UNSETTLED_AWAIT: i32 = 13;

pub(crate) struct Rejections<E> {
    /// `pendingUnhandledRejections`: a number each, in the order of rejection.
    unhandled: BTreeMap<u64, (PromiseId, E)>,
    /// The numbers, to find one of many thousand at once.
    numbers: HashMap<PromiseId, u64>,
    next_number: u64,
    /// `maybeUnhandledPromises`: reported as unhandled.
    reported: HashSet<PromiseId>,
    /// `asyncHandledRejections`: reported, and handled since.
    handled_late: VecDeque<PromiseId>,
    /// `tickInfo[kHasRejectionToWarn]`
    pending: bool,
}

impl<E> Rejections<E> {
    pub(crate) fn new() -> Self {
        Rejections {
            unhandled: BTreeMap::new(),
            numbers: HashMap::new(),
            next_number: 0,
            reported: HashSet::new(),
            handled_late: VecDeque::new(),
            pending: false,
        }
    }

    pub(super) fn is_pending(&self) -> bool {
        self.pending
    }

    pub(super) fn set_pending(&mut self, pending: bool) {
        self.pending = pending;
    }
}

impl<H: Host> EventLoop<H> {
    /// The host tells that a promise was rejected and has no handler (V8:
    /// `kPromiseRejectWithNoHandler`).
    pub fn rejected_without_handler(&mut self, promise: PromiseId, reason: H::Error) {
        let rejections = &mut self.rejections;
        let number = rejections.next_number;
        rejections.next_number += 1;
        rejections.unhandled.insert(number, (promise, reason));
        rejections.numbers.insert(promise, number);
        rejections.pending = true;
    }

    /// The host tells that a promise got its first handler after its rejection (V8:
    /// `kPromiseHandlerAddedAfterReject`). Says whether the loop still knew of it: not
    /// when it stands behind another in the batch that is being reported.
    pub fn handled_after_rejection(&mut self, promise: PromiseId) -> bool {
        let rejections = &mut self.rejections;
        if let Some(number) = rejections.numbers.remove(&promise) {
            rejections.unhandled.remove(&number);
            true
        } else if rejections.reported.remove(&promise) {
            rejections.handled_late.push_back(promise);
            rejections.pending = true;
            true
        } else {
            false
        }
    }

    /// The host tells that a promise is gone, so nobody can handle it any more.
    pub fn forget_promise(&mut self, promise: PromiseId) {
        self.rejections.reported.remove(&promise);
    }

    /// How many rejections were reported and neither handled nor forgotten since.
    pub fn reported_rejections(&self) -> usize {
        self.rejections.reported.len()
    }

    /// Emits what both queues left unhandled. Says whether anything may have been
    /// queued (Node: `processPromiseRejections`, in the mode `throw`).
    pub(super) fn process_rejections(&mut self) -> Result<bool, Thrown<H::Error>> {
        if !self.rejections.pending {
            return Ok(false);
        }
        let mut emitted = !self.rejections.handled_late.is_empty();
        while let Some(promise) = self.rejections.handled_late.pop_front() {
            H::emit(self, ProcessEvent::RejectionHandled(promise))?;
        }
        let unhandled = std::mem::take(&mut self.rejections.unhandled);
        self.rejections.numbers.clear();
        for (promise, reason) in unhandled.into_values() {
            // One by one: a listener may handle what stands behind.
            self.rejections.reported.insert(promise);
            emitted = true;
            let event = ProcessEvent::UnhandledRejection(reason.clone(), promise);
            if !H::emit(self, event)? {
                self.uncaught(H::unhandled(reason), Origin::UnhandledRejection);
            }
            if self.is_stopping() {
                return Err(Thrown::Terminated);
            }
        }
        Ok(emitted || !self.rejections.unhandled.is_empty())
    }

    /// Nobody caught this error: asks the 'uncaughtException' listeners, and ends the
    /// process if there are none (Node: `TriggerUncaughtException`).
    pub fn uncaught(&mut self, error: H::Error, origin: Origin) {
        if self.is_stopping() {
            return;
        }
        self.note_thrown();
        match H::emit(self, ProcessEvent::UncaughtException(error, origin)) {
            // So that the ticks that wait for the next scope get one.
            Ok(true) => {
                let no_op = H::no_op(self);
                self.schedule_immediate(Task::new(no_op).labeled("no-op"));
            }
            Ok(false) => self.die(EXIT_UNCAUGHT),
            Err(Thrown::Exception(_)) => self.really_exit(EXIT_HANDLER_THREW),
            Err(Thrown::Terminated) => {}
        }
    }

    pub(super) fn uncaught_or_exit(&mut self, thrown: Thrown<H::Error>) {
        if let Thrown::Exception(error) = thrown {
            self.uncaught(*error, Origin::UncaughtException);
        }
    }

    /// Emits 'exit' unless that happened, then ends the process.
    fn die(&mut self, code: i32) {
        if !self.is_exiting() {
            self.begin_exit(code);
            // What an 'exit' listener throws now is lost.
            let _ = self.emit_exit(code);
        }
        let code = self.exit_code().unwrap_or(code);
        self.really_exit(code);
    }
}
