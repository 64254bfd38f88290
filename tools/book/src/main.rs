//! What a reader can ask of the book; without a command it is built and served.

use anyhow::{Context, Result};
use book::{
    Usage, chapter, check, compare, copy, epub, oracle, preprocess, site, skeleton,
    trail,
};
use clap::error::ErrorKind;
use clap::{Parser, Subcommand};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Node, Rebuilt: build, serve, check and measure the book.
#[derive(Parser)]
#[command(name = "cargo run --", disable_help_subcommand = true)]
struct Cli {
    #[command(subcommand)]
    command: Option<Task>,
}

#[derive(Subcommand)]
enum Task {
    /// Build the pages and serve them on 127.0.0.1, following changes (the default)
    Serve {
        /// The port to listen on
        #[arg(long, default_value_t = 3000)]
        port: u16,
    },
    /// Build the pages into book/
    Build,
    /// Build the EPUB
    Epub {
        /// The file to write; by default book/node-rebuilt.epub
        file: Option<PathBuf>,
    },
    /// Check every rule of the book; all findings are reported together
    Check,
    /// Run the oracle programs on the pinned Node and compare with what is recorded
    Oracle {
        /// Only this listing
        listing: Option<String>,
        /// Record what Node prints, after 20 equal runs
        #[arg(long, conflicts_with = "fuzz")]
        record: bool,
        /// Run this many random programs on Node and on the rebuild
        #[arg(long, value_name = "N")]
        fuzz: Option<u32>,
        /// The seed of the random programs
        #[arg(long, requires = "fuzz")]
        seed: Option<u64>,
    },
    /// Measure the same job by a listing, by Node and by its peers, in turn
    Compare {
        /// Only this listing
        listing: Option<String>,
        /// Only this job; may be given several times
        #[arg(long = "job", value_name = "NAME")]
        jobs: Vec<String>,
        /// How many rounds to measure
        #[arg(long, value_name = "N")]
        rounds: Option<u32>,
    },
    /// Copy a listing, with what it builds on, as a project of its own
    Copy { listing: String, dir: PathBuf },
    /// Make the skeleton of a chapter or a listing
    #[command(subcommand)]
    New(New),
    /// What book.toml has mdBook call; not for readers
    #[command(hide = true)]
    Preprocess {
        #[command(subcommand)]
        question: Option<Question>,
    },
    /// The same, after mdBook's own renderer
    #[command(hide = true)]
    Render,
}

#[derive(Subcommand)]
enum New {
    /// A chapter: PART/NAME below src/, as in 02-core-modules/events, and its title
    Chapter { place: String, title: String },
    /// A listing, and the chapter (PART/NAME) that shows it
    Listing { name: String, chapter: String },
}

#[derive(Subcommand)]
enum Question {
    /// mdBook asks whether the preprocessor changes anything for a renderer
    Supports { renderer: String },
}

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return refuse(error),
    };
    match run(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            let usage = error.downcast_ref::<Usage>().is_some();
            ExitCode::from(if usage { 2 } else { 1 })
        }
    }
}

/// One line that says what is wrong and what is right.
fn refuse(error: clap::Error) -> ExitCode {
    if matches!(
        error.kind(),
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
    ) {
        print!("{error}");
        return ExitCode::SUCCESS;
    }
    let text = error.to_string();
    let words: Vec<&str> = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with("For more information"))
        .collect();
    eprintln!("{}", words.join(" "));
    ExitCode::from(2)
}

fn run(cli: Cli) -> Result<()> {
    let root = root()?;
    match cli.command.unwrap_or(Task::Serve { port: 3000 }) {
        Task::Serve { port } => site::serve(&root, port),
        Task::Build => {
            println!("The pages are in {}.", site::build(&root, None)?.display());
            Ok(())
        }
        Task::Epub { file } => epub::run(&root, file.as_deref()),
        Task::Check => check::run(&root),
        Task::Oracle {
            listing,
            record,
            fuzz,
            seed,
        } => {
            oracle::run(
                &root,
                &oracle::Options {
                    listing,
                    record,
                    fuzz,
                    seed,
                },
            )?;
            if fuzz.is_some() {
                Ok(())
            } else {
                trail::verify(&root)
            }
        }
        Task::Compare {
            listing,
            jobs,
            rounds,
        } => {
            let options = compare::Options {
                listing,
                jobs,
                rounds,
            };
            compare::run(&root, &options)
        }
        Task::Copy { listing, dir } => copy::run(&root, &listing, &dir),
        Task::New(New::Chapter { place, title }) => {
            skeleton::chapter(&root, &place, &title)
        }
        Task::New(New::Listing { name, chapter }) => {
            skeleton::listing(&root, &name, &chapter)?;
            skeleton::refresh_lock(&root)
        }
        Task::Preprocess { question: None } => preprocess::command(),
        // mdBook reads the answer from the exit status.
        Task::Preprocess {
            question: Some(Question::Supports { renderer }),
        } => std::process::exit((renderer == chapter::RENDERER).into()),
        Task::Render => site::command(),
    }
}

/// The folder of the book: this one or the nearest above it with a book.toml.
fn root() -> Result<PathBuf> {
    let here = std::env::current_dir().context("there is no current folder")?;
    let book = here.ancestors().find(|dir| dir.join("book.toml").is_file());
    book.map(Path::to_path_buf).with_context(|| {
        format!(
            "{} is not inside the book: no book.toml here or above",
            here.display()
        )
    })
}
