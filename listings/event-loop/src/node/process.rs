//! From the main script to the exit code (Node: src/api/embed_helpers.cc
//! `SpinEventLoopInternal`, src/api/hooks.cc `EmitProcessBeforeExit` and
//! `EmitProcessExitInternal`, lib/internal/process/per_thread.js `exit`).

use super::errors::EXIT_UNSETTLED_AWAIT;
use super::{EventLoop, Host, ProcessEvent, Thrown};
use crate::uv::{self, Phase, RunMode};
use std::io;

/// Where the process stands.
#[derive(Debug, Default)]
pub(crate) struct Process {
    /// `process.exitCode`
    exit_code: Option<i32>,
    /// `process._exiting`: 'exit' was emitted, or is being emitted.
    exiting: bool,
    /// `Environment::is_stopping`: nothing runs any more.
    stopping: bool,
    /// The main module's evaluation has not ended.
    unsettled_await: bool,
}

impl<H: Host> EventLoop<H> {
    /// Runs a whole program: `main`, then the loop, until nothing keeps it alive.
    /// Returns the exit code.
    ///
    /// # Errors
    /// Those of [`uv::Poll::poll`].
    pub fn run(
        &mut self,
        main: impl FnOnce(&mut Self) -> Result<(), Thrown<H::Error>>,
    ) -> io::Result<i32> {
        self.enter_phase(Phase::Main);
        self.callback_scope(|el| {
            // An error of the main script does not keep its ticks from running.
            let result = el.call_main(main);
            if let Err(thrown) = result {
                el.uncaught_or_exit(thrown);
            }
            Ok(())
        });
        let code = self.spin()?;
        self.note_exit(code);
        Ok(code)
    }

    // ANCHOR: spin
    /// Turns the loop until it is dry and 'beforeExit' does not revive it, then emits
    /// 'exit' (Node: `SpinEventLoopInternal`).
    fn spin(&mut self) -> io::Result<i32> {
        while !self.is_stopping() {
            if uv::run(self, RunMode::Default)? {
                continue;
            }
            self.emit_before_exit();
            if !self.uv.is_alive() {
                break;
            }
        }
        Ok(self.emit_natural_exit())
    }
    // ANCHOR_END: spin

    fn emit_before_exit(&mut self) {
        if self.is_stopping() {
            return;
        }
        self.enter_phase(Phase::BeforeExit);
        let code = self.exit_code().unwrap_or(0);
        self.callback_scope(|el| H::emit(el, ProcessEvent::BeforeExit(code)).map(drop));
    }

    fn emit_natural_exit(&mut self) -> i32 {
        if self.is_stopping() {
            return self.exit_code().unwrap_or(0);
        }
        let natural = match self.process.unsettled_await {
            true => EXIT_UNSETTLED_AWAIT,
            false => 0,
        };
        // An exit code of 0 counts as none here, even one that was set.
        let code = self
            .exit_code()
            .filter(|code| *code != 0)
            .unwrap_or(natural);
        if code != 0 {
            self.process.exit_code = Some(code);
        }
        self.process.exiting = true;
        // A scope: microtasks of the listeners still run. Ticks are no longer taken.
        self.callback_scope(|el| el.emit_exit(code));
        self.process.stopping = true;
        self.exit_code().unwrap_or(natural)
    }

    pub(super) fn emit_exit(&mut self, code: i32) -> Result<(), Thrown<H::Error>> {
        self.enter_phase(Phase::Exit);
        H::emit(self, ProcessEvent::Exit(code)).map(drop)
    }

    /// `process.exit(code)`: emits 'exit', then nothing runs any more. A callback
    /// passes the error on: `return el.exit(0)`.
    ///
    /// # Errors
    /// Always: [`Thrown::Terminated`], or what an 'exit' listener threw.
    pub fn exit(&mut self, code: i32) -> Result<(), Thrown<H::Error>> {
        self.process.exit_code = Some(code);
        if !self.process.exiting {
            self.process.exiting = true;
            self.emit_exit(code)?;
        }
        let code = self.exit_code().unwrap_or(code);
        self.really_exit(code);
        Err(Thrown::Terminated)
    }

    /// Ends the process here and now: no event, no callback (Node:
    /// `process.reallyExit`). A host that emits 'exit' itself ends with this.
    pub fn really_exit(&mut self, code: i32) {
        self.process.exit_code = Some(code);
        self.process.stopping = true;
        self.uv.stop();
    }

    /// `process.exitCode = code`
    pub fn set_exit_code(&mut self, code: i32) {
        self.process.exit_code = Some(code);
    }

    /// `process.exitCode`
    pub fn exit_code(&self) -> Option<i32> {
        self.process.exit_code
    }

    /// The host emits 'exit' itself, and begins now: ticks are no longer taken. As
    /// [`EventLoop::exit`] does first, for a host whose `process.exit` runs on top of
    /// the engine's stack, from where [`Host::emit`] cannot be called.
    pub fn begin_exit(&mut self, code: i32) {
        self.process.exiting = true;
        self.process.exit_code = Some(code);
    }

    /// Was 'exit' emitted, or is it being emitted (`process._exiting`)?
    pub fn is_exiting(&self) -> bool {
        self.process.exiting
    }

    /// Has the process ended? Then a host must not run anything.
    pub fn is_stopping(&self) -> bool {
        self.process.stopping
    }

    /// The host tells whether the main module still waits in a top-level await. If it
    /// does so when the loop has run dry, the exit code is
    /// [`EXIT_UNSETTLED_AWAIT`].
    pub fn set_unsettled_await(&mut self, unsettled: bool) {
        self.process.unsettled_await = unsettled;
    }
}
