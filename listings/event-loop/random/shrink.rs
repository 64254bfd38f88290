//! Makes a program small while something stays true of it.

use super::program::{
    Async, Block, End, Kind, Program, Segment, Source, Statement, Step,
};

/// The smallest program that still `fails`, found by taking away one thing after the
/// other, in at most `most` calls of `fails`.
pub fn shrink(
    mut program: Program,
    most: usize,
    mut fails: impl FnMut(&Program) -> bool,
) -> Program {
    let mut calls = 0;
    loop {
        let smaller = reductions(&program).into_iter().find(|candidate| {
            calls += 1;
            calls <= most && fails(candidate)
        });
        match smaller {
            Some(smaller) => program = smaller,
            None => return program,
        }
    }
}

/// Programs that are one step simpler, the boldest steps first.
fn reductions(program: &Program) -> Vec<Program> {
    let mut all = Vec::new();
    all.extend(asynchronous(&program.main).into_iter().map(|main| Program {
        main,
        ..program.clone()
    }));
    let slots: [fn(&mut Program) -> &mut Option<Block>; 5] = [
        |p| &mut p.listeners.before_exit,
        |p| &mut p.listeners.exit,
        |p| &mut p.listeners.uncaught,
        |p| &mut p.listeners.unhandled,
        |p| &mut p.listeners.handled,
    ];
    for slot in slots {
        let Some(old) = slot(&mut program.clone()).take() else {
            continue;
        };
        let new = block(&old).into_iter().map(Some);
        for new in std::iter::once(None).chain(new) {
            let mut smaller = program.clone();
            *slot(&mut smaller) = new;
            all.push(smaller);
        }
    }
    if program.kind == Kind::Module && program.main.rest.is_empty() {
        all.push(Program {
            kind: Kind::Script,
            ..program.clone()
        });
    }
    all
}

/// Lists that are one step simpler: without an element, or with a simpler one.
fn list<T: Clone>(old: &[T], simpler: impl Fn(&T) -> Vec<T>) -> Vec<Vec<T>> {
    let without = (0..old.len()).map(|i| [&old[..i], &old[i + 1..]].concat());
    let with = old.iter().enumerate().flat_map(|(i, element)| {
        simpler(element).into_iter().map(move |new| {
            let mut all = old.to_vec();
            all[i] = new;
            all
        })
    });
    without.chain(with).collect()
}

fn block(old: &Block) -> Vec<Block> {
    let with_body = |body| Block {
        body,
        ..old.clone()
    };
    let with_end = |end| Block { end, ..old.clone() };
    let mut all: Vec<_> = list(&old.body, statement)
        .into_iter()
        .map(with_body)
        .collect();
    all.extend(
        (0..old.body.len())
            .filter_map(|i| hoisted(&old.body, i))
            .map(with_body),
    );
    if old.end != End::Fall {
        all.push(with_end(End::Fall));
    }
    if let End::Return(returned) = &old.end {
        let returned = source(returned).into_iter();
        all.extend(returned.map(|s| with_end(End::Return(Box::new(s)))));
    }
    all
}

/// Puts what a callback does where the callback is scheduled.
fn hoisted(body: &[Statement], at: usize) -> Option<Vec<Statement>> {
    let inner = match &body[at] {
        Statement::Tick(block)
        | Statement::Microtask(block)
        | Statement::Timeout(_, _, block)
        | Statement::Interval(_, _, _, block)
        | Statement::Immediate(_, block)
        | Statement::Stat(_, block)
        | Statement::Promise {
            source: Source::Executor(block) | Source::Thenable(block),
            ..
        } => &block.body,
        Statement::Promise {
            source: Source::Async(body),
            ..
        } => &body.start.body,
        Statement::Promise { steps, .. } => &steps.first()?.block().body,
        _ => return None,
    };
    (!inner.is_empty()).then(|| [&body[..at], inner, &body[at + 1..]].concat())
}

fn statement(old: &Statement) -> Vec<Statement> {
    match old.clone() {
        Statement::Tick(b) => map(block(&b), Statement::Tick),
        Statement::Microtask(b) => map(block(&b), Statement::Microtask),
        Statement::Timeout(slot, ms, b) => {
            let mut all = map(block(&b), |b| Statement::Timeout(slot, ms, b));
            if ms != 1.0 {
                all.push(Statement::Timeout(slot, 1.0, b));
            }
            all
        }
        Statement::Interval(slot, ms, times, b) => {
            let new = |b| Statement::Interval(slot, ms, times, b);
            let mut all = vec![Statement::Timeout(slot, ms, b.clone())];
            if times > 1 {
                all.push(Statement::Interval(slot, ms, times - 1, b.clone()));
            }
            all.extend(map(block(&b), new));
            all
        }
        Statement::Immediate(slot, b) => {
            map(block(&b), |b| Statement::Immediate(slot, b))
        }
        Statement::Stat(file, b) => map(block(&b), |b| Statement::Stat(file, b)),
        Statement::Promise {
            slot,
            source,
            steps,
        } => promise(slot, &source, &steps),
        _ => Vec::new(),
    }
}

fn promise(slot: Option<u8>, first: &Source, steps: &[Step]) -> Vec<Statement> {
    let new = |slot, source: &Source, steps: &[Step]| Statement::Promise {
        slot,
        source: source.clone(),
        steps: steps.to_vec(),
    };
    let one = steps.first().filter(|_| steps.len() == 1);
    let one = one.map(|step| Statement::Microtask(step.block().clone()));
    let mut all = Vec::from_iter(one);
    all.extend(map(list(steps, step), |steps| new(slot, first, &steps)));
    all.extend(map(source(first), |first| new(slot, &first, steps)));
    if slot.is_some() {
        all.push(new(None, first, steps));
    }
    all
}

fn step(old: &Step) -> Vec<Step> {
    match old {
        Step::Then(b) => map(block(b), Step::Then),
        Step::Catch(b) => map(block(b), Step::Catch),
        Step::Finally(b) => map(block(b), Step::Finally),
    }
}

fn source(old: &Source) -> Vec<Source> {
    let mut all = match old {
        Source::Value(_) => return Vec::new(),
        Source::Resolved(_) => return vec![Source::Value(0)],
        _ => vec![Source::Resolved(0)],
    };
    all.extend(match old {
        Source::Thenable(b) => map(block(b), Source::Thenable),
        Source::Executor(b) => map(block(b), Source::Executor),
        Source::Async(body) => {
            map(asynchronous(body), |body| Source::Async(Box::new(body)))
        }
        Source::All(sources) => map(list(sources, source), Source::All),
        Source::Race(sources) => map(list(sources, source), Source::Race),
        _ => Vec::new(),
    });
    all
}

fn asynchronous(old: &Async) -> Vec<Async> {
    let rest = map(list(&old.rest, segment), |rest| Async {
        rest,
        ..old.clone()
    });
    let start = map(block(&old.start), |start| Async {
        start,
        ..old.clone()
    });
    [start, rest].concat()
}

fn segment(old: &Segment) -> Vec<Segment> {
    let awaited = map(source(&old.awaited), |awaited| Segment {
        awaited,
        ..old.clone()
    });
    let block = map(block(&old.block), |block| Segment {
        block,
        ..old.clone()
    });
    [awaited, block].concat()
}

fn map<T, U>(old: Vec<T>, new: impl Fn(T) -> U) -> Vec<U> {
    old.into_iter().map(new).collect()
}
