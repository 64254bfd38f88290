//! Prints the system calls of a program, of its threads and of its children.
//!
//! `mini-strace [OPTIONS] PROGRAM [ARGUMENT…]`. The lines go to standard error, each when
//! its call is left. `mini-strace` ends as the program did.

use std::process::ExitCode;

#[cfg(not(target_os = "linux"))]
fn main() -> ExitCode {
    os_basics::needs_linux()
}

#[cfg(target_os = "linux")]
fn main() -> ExitCode {
    linux::main()
}

#[cfg(target_os = "linux")]
mod linux {
    use lexopt::prelude::*;
    use os_basics::process::{Ending, Program};
    use os_basics::report::Report;
    use std::ffi::OsString;
    use std::fs::File;
    use std::io::{self, BufWriter};
    use std::process::ExitCode;

    const USAGE: &str = "\
Usage: mini-strace [OPTIONS] PROGRAM [ARGUMENT…]
  -e NAME,NAME       only these calls
  --between FROM TO  only from a line with FROM in it to one with TO
  --names            the name of the thread before each line
  -c                 only how often each call was made
  -o FILE            into this file";

    #[derive(Default)]
    struct Options {
        report: Report,
        output: Option<OsString>,
        command: Vec<OsString>,
    }

    pub fn main() -> ExitCode {
        let options = match options() {
            Ok(Some(options)) => options,
            Ok(None) => {
                println!("{USAGE}");
                return ExitCode::SUCCESS;
            }
            Err(wrong) => {
                eprintln!("mini-strace: {wrong}; `mini-strace --help` tells how");
                return ExitCode::from(2);
            }
        };
        match run(&options) {
            Ok(Ending::Exited(code)) => ExitCode::from(code as u8),
            Ok(Ending::Killed(signal)) => ExitCode::from(128 + signal as u8),
            Err(error) => {
                eprintln!("mini-strace: {error}");
                ExitCode::FAILURE
            }
        }
    }

    fn run(options: &Options) -> io::Result<Ending> {
        let program = Program::new(&options.command[0]).args(&options.command[1..]);
        match &options.output {
            Some(file) => {
                let file = BufWriter::new(File::create(file)?);
                options.report.run(program, file)
            }
            None => options.report.run(program, io::stderr()),
        }
    }

    /// What was asked for; nothing if it is help.
    fn options() -> Result<Option<Options>, lexopt::Error> {
        let mut options = Options::default();
        let report = &mut options.report;
        let mut parser = lexopt::Parser::from_env();
        while let Some(argument) = parser.next()? {
            match argument {
                Short('e') => {
                    let names = parser.value()?.string()?;
                    report.only = names.split(',').map(str::to_string).collect();
                }
                Long("between") => {
                    let from = parser.value()?.string()?;
                    report.between = Some((from, parser.value()?.string()?));
                }
                Long("names") => report.names = true,
                Short('c') => report.count = true,
                Short('o') => options.output = Some(parser.value()?),
                Short('h') | Long("help") => return Ok(None),
                Value(program) => {
                    options.command.push(program);
                    options.command.extend(parser.raw_args()?);
                }
                other => return Err(other.unexpected()),
            }
        }
        if options.command.is_empty() {
            return Err("which program?".into());
        }
        Ok(Some(options))
    }
}
