//! The grammar: a program is a tree of statements.
//!
//! Every block prints its label when it begins, and no label occurs twice. So a line
//! of output names the callback that ran, and a first different line the place to look.

use serde::{Deserialize, Serialize};

/// How many slots there are for each kind of handle: `t0`, `i0`, `p0` and so on.
pub const SLOTS: u8 = 3;

/// A whole program.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Program {
    /// Script or module.
    pub kind: Kind,
    /// Listeners of `process`, installed before anything else.
    pub listeners: Listeners,
    /// The top level. Only that of a module awaits.
    pub main: Async,
}

/// How Node loads the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// CommonJS, a file `.cjs`.
    Script,
    /// An ES module, a file `.mjs`.
    Module,
}

/// Listeners of `process`. Each prints its arguments every time, but runs its block
/// only the first [`Listeners::TIMES`] times: a program must end.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Listeners {
    /// 'beforeExit'
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before_exit: Option<Block>,
    /// 'exit'
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exit: Option<Block>,
    /// 'uncaughtException'
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uncaught: Option<Block>,
    /// 'unhandledRejection'
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unhandled: Option<Block>,
    /// 'rejectionHandled'
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handled: Option<Block>,
}

impl Listeners {
    /// How often a listener runs its block.
    pub const TIMES: u32 = 2;
}

/// The body of a function: prints its label, runs its statements, ends.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Block {
    /// Unique in the program.
    pub label: String,
    /// The statements.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub body: Vec<Statement>,
    /// What comes after them.
    #[serde(default, skip_serializing_if = "End::is_fall")]
    pub end: End,
}

/// The last statement of a block.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub enum End {
    /// Nothing: the function returns `undefined`.
    #[default]
    Fall,
    /// `throw new Error('thrown by LABEL')`
    Throw,
    /// `process.exit(code)`
    Exit(i32),
    /// `return source`
    Return(Box<Source>),
}

impl End {
    fn is_fall(&self) -> bool {
        *self == End::Fall
    }
}

/// A statement. Slots are indices below [`SLOTS`]; an empty one is skipped, as `?.`
/// does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Statement {
    /// `log(label)`
    Log(String),
    /// `process.nextTick`
    Tick(Block),
    /// `queueMicrotask`
    Microtask(Block),
    /// `p = source.then(…).catch(…)`
    Promise {
        /// Where the last promise of the chain is kept.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        slot: Option<u8>,
        /// The first promise of the chain.
        source: Source,
        /// What is chained to it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        steps: Vec<Step>,
    },
    /// `t = setTimeout`
    Timeout(u8, f64, Block),
    /// `t = setInterval`, which clears itself when it fires for the nth time.
    Interval(u8, f64, u32, Block),
    /// `i = setImmediate`
    Immediate(u8, Block),
    /// A method of a timer.
    Timer(u8, Handle),
    /// A method of an immediate.
    Check(u8, Handle),
    /// Blocks the loop for this many ms.
    Wait(u64),
    /// `fs.stat` with a callback.
    Stat(File, Block),
    /// `process.exitCode = code`
    ExitCode(i32),
}

/// What can be done with a handle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Handle {
    /// `clearTimeout`, `clearImmediate`
    Clear,
    /// `.unref()`
    Unref,
    /// `.ref()`
    Ref,
    /// `log(handle.hasRef())`
    HasRef,
    /// `.refresh()`, at most twice a slot: a timer may refresh itself. Timers only.
    Refresh,
}

/// The path of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum File {
    /// A path that exists.
    There,
    /// A path that does not.
    Missing,
}

/// A step of a promise chain. Its block prints what it is called with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Step {
    /// `.then(…)`
    Then(Block),
    /// `.catch(…)`
    Catch(Block),
    /// `.finally(…)`
    Finally(Block),
}

/// An expression: a value, or something to wait for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Source {
    /// A number.
    Value(i32),
    /// `Promise.resolve(number)`
    Resolved(i32),
    /// `Promise.reject(new Error(label))`
    Rejected(String),
    /// `{ then(resolve) { …; resolve(end) } }`; its block's end may throw instead.
    Thenable(Block),
    /// `new Promise((resolve) => { …; resolve(end) })`, likewise.
    Executor(Block),
    /// A promise that a later callback settles.
    Later(When, Settle, String),
    /// `(async () => …)()`
    Async(Box<Async>),
    /// `Promise.all([…])`
    All(Vec<Source>),
    /// `Promise.race([…])`
    Race(Vec<Source>),
    /// `fs.promises.stat`
    Stat(File),
    /// A promise that was kept.
    Slot(u8),
    /// `new Promise(() => {})`
    Never,
}

/// The callback that settles [`Source::Later`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum When {
    /// `process.nextTick`
    Tick,
    /// `queueMicrotask`
    Microtask,
    /// `setImmediate`
    Immediate,
    /// `setTimeout`, with its ms.
    Timeout(f64),
}

/// How [`Source::Later`] is settled: with its label.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Settle {
    /// `resolve(label)`
    Resolve,
    /// `reject(new Error(label))`
    Reject,
}

/// The body of an async function, cut at its awaits.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Async {
    /// Until the first `await`.
    pub start: Block,
    /// From each `await` to the next.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rest: Vec<Segment>,
}

/// An `await` and what follows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Segment {
    /// What is awaited.
    pub awaited: Source,
    /// Is a rejection caught (and printed)?
    pub catches: bool,
    /// What follows. Prints the value.
    pub block: Block,
}

impl Program {
    /// How many statements, steps, segments and listeners it has: what shrinking makes
    /// small.
    pub fn size(&self) -> usize {
        let listeners = &self.listeners;
        let blocks = [
            &listeners.before_exit,
            &listeners.exit,
            &listeners.uncaught,
            &listeners.unhandled,
            &listeners.handled,
        ];
        let blocks = blocks.into_iter().flatten();
        blocks.map(|b| 1 + b.size()).sum::<usize>() + self.main.size()
    }
}

impl Block {
    fn size(&self) -> usize {
        let end = match &self.end {
            End::Fall => 0,
            End::Throw | End::Exit(_) => 1,
            End::Return(source) => 1 + source.size(),
        };
        end + self.body.iter().map(Statement::size).sum::<usize>()
    }
}

impl Statement {
    fn size(&self) -> usize {
        1 + match self {
            Statement::Tick(block)
            | Statement::Microtask(block)
            | Statement::Timeout(_, _, block)
            | Statement::Interval(_, _, _, block)
            | Statement::Immediate(_, block)
            | Statement::Stat(_, block) => block.size(),
            Statement::Promise { source, steps, .. } => {
                let steps = steps.iter().map(|step| 1 + step.block().size());
                source.size() + steps.sum::<usize>()
            }
            _ => 0,
        }
    }
}

impl Step {
    /// Its block.
    pub fn block(&self) -> &Block {
        match self {
            Step::Then(block) | Step::Catch(block) | Step::Finally(block) => block,
        }
    }
}

impl Source {
    fn size(&self) -> usize {
        match self {
            Source::Thenable(block) | Source::Executor(block) => block.size(),
            Source::Async(body) => body.size(),
            Source::All(sources) | Source::Race(sources) => {
                sources.iter().map(|source| 1 + source.size()).sum()
            }
            _ => 0,
        }
    }
}

impl Async {
    fn size(&self) -> usize {
        let rest = self.rest.iter();
        let rest = rest.map(|s| 1 + s.awaited.size() + s.block.size());
        self.start.size() + rest.sum::<usize>()
    }
}
