//! Draws programs.

use super::program::{
    Async, Block, End, File, Handle, Kind, Listeners, Program, SLOTS, Segment, Settle,
    Source, Statement, Step, When,
};
use super::steady::steady_outcome;
use super::{Outcome, twin};

/// Blocked after arming a timer of a few ms, in ms: longer than any of
/// [`SHORT`], so that it is due afterwards.
pub const SHORT_WAIT: u64 = 6;
/// Blocked after a request, in ms: longer than any answer takes.
pub const LONG_WAIT: u64 = 20;
/// Durations of a few ms: they come down to two lists, 1 ms and 2 ms.
const SHORT: [f64; 7] = [0.0, 0.5, 1.0, 1.0, 1.9, 2.0, 2.7];
/// Durations that are far apart.
const LONG: [f64; 3] = [25.0, 50.0, 75.0];
/// A program prints at least so many lines, else it is not worth a process.
const MIN_LINES: usize = 5;
/// Ends of labels that an emitter must escape.
pub const AWKWARD: [&str; 5] = [
    " 'q' \"q\"",
    " \\ \\n",
    " ${x} `",
    " \n",
    " é \u{2028} \u{1f980}",
];

/// SplitMix64. Of our own, so that a seed means the same programs with every version
/// of every library.
pub struct Rng(u64);

impl Rng {
    /// A stream for a seed, and one of many cases.
    pub fn new(seed: u64, case: u64) -> Self {
        let mut rng = Rng(seed);
        let mixed = rng.next();
        Rng(mixed ^ case.wrapping_mul(0xd134_2543_de82_ef95))
    }

    /// The next number.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }

    fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[self.below(from.len() as u64) as usize].clone()
    }

    /// An index, drawn by weight.
    fn weighted(&mut self, weights: &[u64]) -> usize {
        let mut at = self.below(weights.iter().sum());
        for (i, weight) in weights.iter().enumerate() {
            if at < *weight {
                return i;
            }
            at -= weight;
        }
        0
    }
}

/// A program with the outcome that the rebuild gives it.
pub struct Case {
    /// The program.
    pub program: Program,
    /// Its outcome on the rebuild, the same on every machine.
    pub expected: Outcome,
    /// How many programs were drawn before it and thrown away: racy, endless, dull.
    pub rejected: u32,
}

/// The program number `case` of a seed: the first one drawn that is steady.
pub fn case(seed: u64, case: u64) -> Case {
    let mut rng = Rng::new(seed, case);
    let mut rejected = 0;
    loop {
        let program = Generator::program(&mut rng);
        let lines = twin::run(&program).output.lines().count();
        let steady = match lines >= MIN_LINES {
            true => steady_outcome(&program),
            false => None,
        };
        if let Some(expected) = steady {
            return Case {
                program,
                expected,
                rejected,
            };
        }
        rejected += 1;
    }
}

struct Generator<'a> {
    rng: &'a mut Rng,
    /// How many statements may still be drawn.
    budget: u32,
    labels: u32,
    throws: u64,
}

impl Generator<'_> {
    fn program(rng: &mut Rng) -> Program {
        let catches = rng.chance(65);
        let budget = 5 + rng.below(20) as u32;
        let mut generator = Generator {
            rng,
            budget,
            labels: 0,
            throws: if catches { 14 } else { 3 },
        };
        let kind = match generator.rng.chance(30) {
            true => Kind::Module,
            false => Kind::Script,
        };
        let main = generator.main(kind);
        let listeners = generator.listeners(catches);
        Program {
            kind,
            listeners,
            main,
        }
    }

    fn main(&mut self, kind: Kind) -> Async {
        let mut main = match kind {
            Kind::Module => self.asynchronous(0),
            Kind::Script => Async {
                start: self.block(0, 6),
                rest: Vec::new(),
            },
        };
        // A module has no `return`, and a main that ends at once is dull.
        let rest = main.rest.iter_mut().map(|segment| &mut segment.block);
        for block in rest.chain([&mut main.start]) {
            if matches!(block.end, End::Return(_) | End::Exit(_)) {
                block.end = End::Fall;
            }
        }
        main
    }

    fn listeners(&mut self, catches: bool) -> Listeners {
        self.budget += 4;
        Listeners {
            before_exit: self.listener(30, 2),
            exit: self.listener(60, 1),
            uncaught: self.listener(if catches { 100 } else { 0 }, 2),
            unhandled: self.listener(35, 2),
            handled: self.listener(25, 1),
        }
    }

    fn listener(&mut self, percent: u64, most: u64) -> Option<Block> {
        self.rng.chance(percent).then(|| {
            let throws = std::mem::replace(&mut self.throws, 3);
            let block = self.block(2, most);
            self.throws = throws;
            block
        })
    }

    fn label(&mut self) -> String {
        self.labels += 1;
        let awkward = match self.rng.chance(2) {
            true => self.rng.pick(&AWKWARD),
            false => "",
        };
        format!("{}{awkward}", self.labels)
    }

    fn slot(&mut self) -> u8 {
        self.rng.below(u64::from(SLOTS)) as u8
    }

    fn ms(&mut self) -> f64 {
        match self.rng.chance(80) {
            true => self.rng.pick(&SHORT),
            false => self.rng.pick(&LONG),
        }
    }

    fn file(&mut self) -> File {
        match self.rng.chance(75) {
            true => File::There,
            false => File::Missing,
        }
    }

    fn block(&mut self, depth: u32, most: u64) -> Block {
        let label = self.label();
        let least = u64::from(depth == 0) * 2;
        let mut body = Vec::new();
        for _ in 0..least + self.rng.below(most + 1 - least) {
            if self.budget == 0 || depth > 4 {
                break;
            }
            self.budget -= 1;
            body.push(self.statement(depth));
        }
        self.wait_for(&mut body);
        let end = match self.rng.below(100) {
            roll if roll < self.throws => End::Throw,
            99 => End::Exit(self.rng.below(3) as i32),
            _ => End::Fall,
        };
        Block { label, body, end }
    }

    /// See `steady` for why.
    fn wait_for(&mut self, body: &mut Vec<Statement>) {
        if body.iter().any(asks) && self.rng.chance(75) {
            body.push(Statement::Wait(LONG_WAIT));
        } else if body.iter().any(arms) && self.rng.chance(85) {
            body.push(Statement::Wait(SHORT_WAIT));
        }
    }

    /// The body of a function whose result matters.
    fn returning(&mut self, depth: u32, most: u64) -> Block {
        let mut block = self.block(depth, most);
        if block.end == End::Fall && self.rng.chance(40) {
            block.end = End::Return(Box::new(self.source(depth + 1)));
        }
        block
    }

    fn statement(&mut self, depth: u32) -> Statement {
        let deeper = depth + 1;
        match self
            .rng
            .weighted(&[4, 16, 12, 26, 16, 5, 16, 9, 7, 2, 7, 1])
        {
            0 => Statement::Log(self.label()),
            1 => Statement::Tick(self.block(deeper, 3)),
            2 => Statement::Microtask(self.block(deeper, 3)),
            3 => self.promise(deeper),
            4 => Statement::Timeout(self.slot(), self.ms(), self.block(deeper, 4)),
            5 => {
                let times = 1 + self.rng.below(3) as u32;
                let block = self.block(deeper, 3);
                Statement::Interval(self.slot(), self.ms(), times, block)
            }
            6 => Statement::Immediate(self.slot(), self.block(deeper, 4)),
            7 => Statement::Timer(self.slot(), self.timer_method()),
            8 => Statement::Check(self.slot(), self.check_method()),
            9 => Statement::Wait(self.rng.pick(&[SHORT_WAIT, 40, 65])),
            10 => Statement::Stat(self.file(), self.block(deeper, 4)),
            _ => Statement::ExitCode(self.rng.below(4) as i32),
        }
    }

    fn timer_method(&mut self) -> Handle {
        self.rng.pick(&[
            Handle::Clear,
            Handle::Clear,
            Handle::Unref,
            Handle::Unref,
            Handle::Ref,
            Handle::HasRef,
            Handle::Refresh,
            Handle::Refresh,
        ])
    }

    fn check_method(&mut self) -> Handle {
        self.rng.pick(&[
            Handle::Clear,
            Handle::Clear,
            Handle::Unref,
            Handle::Ref,
            Handle::HasRef,
        ])
    }

    fn promise(&mut self, depth: u32) -> Statement {
        let source = self.source(depth);
        let mut steps = Vec::new();
        for _ in 0..self.rng.weighted(&[15, 45, 25, 15]) {
            steps.push(match self.rng.weighted(&[60, 28, 12]) {
                0 => Step::Then(self.returning(depth, 2)),
                1 => Step::Catch(self.returning(depth, 2)),
                _ => Step::Finally(self.returning(depth, 1)),
            });
        }
        let slot = self.rng.chance(30).then(|| self.slot());
        Statement::Promise {
            slot,
            source,
            steps,
        }
    }

    fn source(&mut self, depth: u32) -> Source {
        let deep = depth > 3 || self.budget < 3;
        let nested = if deep { 0 } else { 10 };
        let lists = if deep { 0 } else { 4 };
        let weights = [
            8,
            24,
            12,
            nested,
            nested,
            14,
            nested * 2,
            lists,
            lists,
            5,
            9,
            1,
        ];
        match self.rng.weighted(&weights) {
            0 => Source::Value(self.rng.below(10) as i32),
            1 => Source::Resolved(self.rng.below(10) as i32),
            2 => Source::Rejected(format!("error {}", self.label())),
            3 => Source::Thenable(self.resolving(depth)),
            4 => Source::Executor(self.resolving(depth)),
            5 => self.later(),
            6 => Source::Async(Box::new(self.asynchronous(depth))),
            7 => Source::All(self.sources(depth)),
            8 => Source::Race(self.sources(depth)),
            9 => Source::Stat(self.file()),
            10 => Source::Slot(self.slot()),
            _ => Source::Never,
        }
    }

    fn resolving(&mut self, depth: u32) -> Block {
        let mut block = self.block(depth + 1, 2);
        if block.end == End::Fall {
            block.end = End::Return(Box::new(self.source(depth + 1)));
        }
        block
    }

    fn later(&mut self) -> Source {
        let when = match self.rng.below(4) {
            0 => When::Tick,
            1 => When::Microtask,
            2 => When::Immediate,
            _ => When::Timeout(self.ms()),
        };
        let settle = match self.rng.chance(70) {
            true => Settle::Resolve,
            false => Settle::Reject,
        };
        Source::Later(when, settle, format!("later {}", self.label()))
    }

    /// Elements of `Promise.all`. Thenables are left out: the rebuild's `all` takes
    /// promises, and turning a thenable into one is a microtask at another moment.
    fn sources(&mut self, depth: u32) -> Vec<Source> {
        let mut sources = Vec::new();
        while (sources.len() as u64) < self.rng.below(4) {
            let source = self.source(depth + 2);
            if !matches!(source, Source::Thenable(_)) {
                sources.push(source);
            }
        }
        sources
    }

    fn asynchronous(&mut self, depth: u32) -> Async {
        let start = self.returning(depth, 4);
        let mut rest = Vec::new();
        for _ in 0..self.rng.weighted(&[15, 45, 30, 10]) {
            self.budget = self.budget.saturating_sub(1);
            rest.push(Segment {
                awaited: self.source(depth + 1),
                catches: self.rng.chance(40),
                block: self.returning(depth + 1, 2),
            });
        }
        Async { start, rest }
    }
}

/// Does this statement arm a timer of a few ms, right now?
fn arms(statement: &Statement) -> bool {
    match statement {
        Statement::Timeout(_, ms, _) | Statement::Interval(_, ms, _, _) => {
            *ms < LONG[0]
        }
        Statement::Timer(_, Handle::Refresh) => true,
        Statement::Promise { source, .. } => source_arms(source),
        _ => false,
    }
}

fn source_arms(source: &Source) -> bool {
    match source {
        Source::Later(_, _, _) => true,
        Source::All(sources) | Source::Race(sources) => sources.iter().any(source_arms),
        _ => false,
    }
}

/// Does this statement start a request, right now?
fn asks(statement: &Statement) -> bool {
    match statement {
        Statement::Stat(..) => true,
        Statement::Promise { source, .. } => matches!(source, Source::Stat(_)),
        _ => false,
    }
}
