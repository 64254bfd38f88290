//! A program as the JavaScript text that Node runs.

use super::program::{
    Async, Block, End, File, Handle, Kind, Listeners, Program, Segment, Settle, Source,
    Statement, Step, When,
};
use std::collections::BTreeSet;
use std::fmt::Write;

/// Printing without `console.log`: its stream would put ticks of its own into the
/// queue. `fs.writeSync` puts nothing anywhere.
const LOG: &str = "\
const log = (...args) => fs.writeSync(1, `${args.map(show).join(' ')}\\n`);
const show = (v) => v instanceof fs.Stats ? 'stats'
  : v instanceof Error ? v.code ?? v.message
  : Array.isArray(v) ? v.map(show).join() : String(v);
";

/// Blocks the thread, and with it the loop. It sleeps: a thread that spins takes the
/// processor from the pool thread whose answer it is waiting for.
const WAIT: &str = "\
const cell = new Int32Array(new SharedArrayBuffer(4));
const wait = (ms) => Atomics.wait(cell, 0, 0, ms);
";

/// The text of a program, ready to be run: what it does not use is left out.
pub fn emit(program: &Program) -> String {
    let mut draft = Emitter::default();
    draft.program(program);
    let mut out = Emitter {
        assigned: Some(draft.used),
        ..Emitter::default()
    };
    out.program(program);
    format!("{}{}", prelude(program.kind, &out), out.text)
}

fn prelude(kind: Kind, out: &Emitter) -> String {
    let mut text = match kind {
        Kind::Script => "const fs = require('node:fs');\n".to_string(),
        Kind::Module => "import fs from 'node:fs';\n".to_string(),
    };
    if out.used.contains("stat") {
        // Loaded here: its getter takes milliseconds when it is used first.
        text.push_str("const { stat } = fs.promises;\n");
    }
    text.push_str(LOG);
    if out.used.contains("wait") {
        text.push_str(WAIT);
    }
    for name in &out.used {
        let _ = match name.as_bytes() {
            [b't' | b'i' | b'p', b'0'..=b'9'] => writeln!(text, "let {name};"),
            [b'r', b'0'..=b'9'] => writeln!(text, "let {name} = 0;"),
            _ => Ok(()),
        };
    }
    text
}

/// A JavaScript string. JSON is a part of JavaScript since ES2019, U+2028 included.
pub fn quote(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[derive(Default)]
struct Emitter {
    text: String,
    depth: usize,
    /// Variables and helpers that are read.
    used: BTreeSet<String>,
    /// Variables that are worth an assignment; all, if it is not known yet.
    assigned: Option<BTreeSet<String>>,
}

impl Emitter {
    fn program(&mut self, program: &Program) {
        self.listeners(&program.listeners);
        self.log(&program.main.start.label, "");
        self.rest_of_async(&program.main);
    }

    fn uses(&mut self, name: &str) {
        self.used.insert(name.to_string());
    }

    /// `name = `, unless nobody reads it.
    fn assign(&self, name: &str) -> String {
        match &self.assigned {
            Some(assigned) if !assigned.contains(name) => String::new(),
            _ => format!("{name} = "),
        }
    }

    fn line(&mut self, line: &str) {
        let indent = "  ".repeat(self.depth);
        let _ = writeln!(self.text, "{indent}{line}");
    }

    fn nested(&mut self, open: &str, body: impl FnOnce(&mut Self), close: &str) {
        self.line(open);
        self.depth += 1;
        body(self);
        self.depth -= 1;
        self.line(close);
    }

    /// `more` are further arguments.
    fn log(&mut self, label: &str, more: &str) {
        self.line(&format!("log({}{more});", quote(label)));
    }

    fn block(&mut self, block: &Block, more: &str) {
        self.log(&block.label, more);
        self.rest_of_block(block);
    }

    fn rest_of_block(&mut self, block: &Block) {
        for statement in &block.body {
            self.statement(statement);
        }
        match &block.end {
            End::Fall => {}
            End::Throw => {
                let message = quote(&thrown_by(&block.label));
                self.line(&format!("throw new Error({message});"));
            }
            End::Exit(code) => self.line(&format!("process.exit({code});")),
            End::Return(source) => self.source("return ", source, ";"),
        }
    }

    fn callback(&mut self, open: &str, block: &Block, close: &str) {
        self.nested(open, |out| out.block(block, ""), close);
    }

    fn statement(&mut self, statement: &Statement) {
        match statement {
            Statement::Log(label) => self.log(label, ""),
            Statement::Tick(block) => {
                self.callback("process.nextTick(() => {", block, "});")
            }
            Statement::Microtask(block) => {
                self.callback("queueMicrotask(() => {", block, "});");
            }
            Statement::Promise {
                slot,
                source,
                steps,
            } => self.promise(*slot, source, steps),
            Statement::Timeout(slot, ms, block) => {
                let name = self.assign(&format!("t{slot}"));
                let open = format!("{name}setTimeout(() => {{");
                self.callback(&open, block, &format!("}}, {ms});"));
            }
            Statement::Interval(slot, ms, times, block) => {
                self.interval(*slot, *ms, *times, block);
            }
            Statement::Immediate(slot, block) => {
                let name = self.assign(&format!("i{slot}"));
                self.callback(&format!("{name}setImmediate(() => {{"), block, "});");
            }
            Statement::Timer(slot, handle) => {
                self.handle("t", "Timeout", *slot, *handle)
            }
            Statement::Check(slot, handle) => {
                self.handle("i", "Immediate", *slot, *handle);
            }
            Statement::Wait(ms) => {
                self.uses("wait");
                self.line(&format!("wait({ms});"));
            }
            Statement::Stat(file, block) => self.nested(
                &format!("fs.stat({}, (e) => {{", path(*file)),
                |out| out.block(block, ", e?.code ?? 'ok'"),
                "});",
            ),
            Statement::ExitCode(code) => {
                self.line(&format!("process.exitCode = {code};"))
            }
        }
    }

    fn interval(&mut self, slot: u8, ms: f64, times: u32, block: &Block) {
        let body = |out: &mut Self| {
            out.line("let n = 0;");
            let body = |out: &mut Self| {
                out.line(&format!("if (++n === {times}) clearInterval(this);"));
                out.block(block, "");
            };
            let name = out.assign(&format!("t{slot}"));
            let open = format!("{name}setInterval(function () {{");
            out.nested(&open, body, &format!("}}, {ms});"));
        };
        self.nested("{", body, "}");
    }

    fn handle(&mut self, letter: &str, class: &str, slot: u8, handle: Handle) {
        let name = format!("{letter}{slot}");
        self.uses(&name);
        if handle == Handle::Refresh {
            self.uses(&format!("r{slot}"));
        }
        self.line(&match handle {
            Handle::Clear => format!("clear{class}({name});"),
            Handle::Unref => format!("{name}?.unref();"),
            Handle::Ref => format!("{name}?.ref();"),
            Handle::HasRef => format!("log('{name}', {name}?.hasRef());"),
            Handle::Refresh => format!("if (r{slot}++ < 2) {name}?.refresh();"),
        });
    }

    fn promise(&mut self, slot: Option<u8>, source: &Source, steps: &[Step]) {
        let mut open = match slot {
            Some(slot) => self.assign(&format!("p{slot}")),
            None => String::new(),
        };
        // A line that begins with a parenthesis is an argument list of the line above.
        if open.is_empty() && matches!(source, Source::Async(_)) {
            open.push_str("void ");
        }
        // Only promises have `then` and `catch`.
        let close = match source {
            Source::Value(_) | Source::Thenable(_) | Source::Slot(_) => {
                open.push_str("Promise.resolve(");
                ")"
            }
            _ => "",
        };
        if steps.is_empty() {
            return self.source(&open, source, &format!("{close};"));
        }
        // `void a.then()` is `void (a.then())`.
        self.source(&open, source, close);
        self.depth += 1;
        for (i, step) in steps.iter().enumerate() {
            let (open, more) = match step {
                Step::Then(_) => (".then((v) => {", ", v"),
                Step::Catch(_) => (".catch((e) => {", ", e"),
                Step::Finally(_) => (".finally(() => {", ""),
            };
            let close = if i + 1 == steps.len() { "});" } else { "})" };
            self.nested(open, |out| out.block(step.block(), more), close);
        }
        self.depth -= 1;
    }

    /// An expression, between two pieces of text.
    fn source(&mut self, before: &str, source: &Source, after: &str) {
        match source {
            Source::Value(number) => self.line(&format!("{before}{number}{after}")),
            Source::Resolved(number) => {
                self.line(&format!("{before}Promise.resolve({number}){after}"));
            }
            Source::Rejected(label) => {
                let error = format!("new Error({})", quote(label));
                self.line(&format!("{before}Promise.reject({error}){after}"));
            }
            Source::Thenable(block) => self.resolving(
                &format!("{before}{{ then(resolve) {{"),
                block,
                &format!("}} }}{after}"),
            ),
            Source::Executor(block) => self.resolving(
                &format!("{before}new Promise((resolve) => {{"),
                block,
                &format!("}}){after}"),
            ),
            Source::Later(when, settle, label) => {
                self.later(before, *when, *settle, label, after);
            }
            Source::Async(body) => self.nested(
                &format!("{before}(async () => {{"),
                |out| out.asynchronous(body),
                &format!("}})(){after}"),
            ),
            Source::All(sources) => self.list("all", before, sources, after),
            Source::Race(sources) => self.list("race", before, sources, after),
            Source::Stat(file) => {
                self.uses("stat");
                self.line(&format!("{before}stat({}){after}", path(*file)));
            }
            Source::Slot(slot) => {
                self.uses(&format!("p{slot}"));
                self.line(&format!("{before}p{slot}{after}"));
            }
            Source::Never => {
                self.line(&format!("{before}new Promise(() => {{}}){after}"))
            }
        }
    }

    /// A function whose block ends in `resolve(…)` instead of `return …`.
    fn resolving(&mut self, open: &str, block: &Block, close: &str) {
        let body = |out: &mut Self| {
            let End::Return(source) = &block.end else {
                return out.block(block, "");
            };
            let statements = Block {
                end: End::Fall,
                ..block.clone()
            };
            out.block(&statements, "");
            out.source("resolve(", source, ");");
        };
        self.nested(open, body, close);
    }

    fn later(
        &mut self,
        before: &str,
        when: When,
        how: Settle,
        label: &str,
        after: &str,
    ) {
        let label = quote(label);
        let settle = match how {
            Settle::Resolve => format!("resolve({label})"),
            Settle::Reject => format!("reject(new Error({label}))"),
        };
        let call = match when {
            When::Tick => format!("process.nextTick(() => {settle})"),
            When::Microtask => format!("queueMicrotask(() => {settle})"),
            When::Immediate => format!("setImmediate(() => {settle})"),
            When::Timeout(ms) => format!("setTimeout(() => {settle}, {ms})"),
        };
        self.nested(
            &format!("{before}new Promise((resolve, reject) => {{"),
            |out| out.line(&format!("{call};")),
            &format!("}}){after}"),
        );
    }

    fn list(&mut self, name: &str, before: &str, sources: &[Source], after: &str) {
        let body = |out: &mut Self| {
            for source in sources {
                out.source("", source, ",");
            }
        };
        let open = format!("{before}Promise.{name}([");
        self.nested(&open, body, &format!("]){after}"));
    }

    fn asynchronous(&mut self, body: &Async) {
        self.log(&body.start.label, "");
        self.rest_of_async(body);
    }

    fn rest_of_async(&mut self, body: &Async) {
        self.rest_of_block(&body.start);
        for segment in &body.rest {
            self.segment(segment);
        }
    }

    fn segment(&mut self, segment: &Segment) {
        let label = quote(&segment.block.label);
        if segment.catches {
            let print = |out: &mut Self| {
                out.source(&format!("log({label}, await "), &segment.awaited, ");");
            };
            self.nested("try {", print, "} catch (e) {");
            self.depth += 1;
            self.line(&format!("log({label}, 'caught', e);"));
            self.depth -= 1;
            self.line("}");
        } else {
            self.source(&format!("log({label}, await "), &segment.awaited, ");");
        }
        self.rest_of_block(&segment.block);
    }

    fn listeners(&mut self, listeners: &Listeners) {
        let all = [
            ("beforeExit", "code", &listeners.before_exit),
            ("exit", "code", &listeners.exit),
            ("uncaughtException", "e, origin", &listeners.uncaught),
            ("unhandledRejection", "e", &listeners.unhandled),
            ("rejectionHandled", "", &listeners.handled),
        ];
        for (event, arguments, block) in all {
            if let Some(block) = block {
                self.listener(event, arguments, block);
            }
        }
    }

    fn listener(&mut self, event: &str, arguments: &str, block: &Block) {
        let more = match arguments {
            "" => format!(", '{event}'"),
            _ => format!(", '{event}', {arguments}"),
        };
        let body = |out: &mut Self| {
            out.line("let n = 0;");
            let open = format!("process.on('{event}', ({arguments}) => {{");
            let body = |out: &mut Self| {
                out.log(&block.label, &more);
                out.line(&format!("if (++n > {}) return;", Listeners::TIMES));
                out.rest_of_block(block);
            };
            out.nested(&open, body, "});");
        };
        self.nested("{", body, "}");
    }
}

/// The message of the error that a block throws.
pub fn thrown_by(label: &str) -> String {
    format!("thrown by {label}")
}

fn path(file: File) -> &'static str {
    match file {
        File::There => "'.'",
        File::Missing => "'no such file'",
    }
}
