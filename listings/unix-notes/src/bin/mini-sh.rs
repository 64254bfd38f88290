//! The small shell: `mini-sh`, or `mini-sh -c 'one line'`.

#[cfg(target_os = "linux")]
fn main() -> std::process::ExitCode {
    use std::process::ExitCode;
    use unix_notes::shell::{NAME, Shell, Source};

    let args: Vec<String> = std::env::args().skip(1).collect();
    let source = match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => Source::Stdin,
        ["-c", text] => Source::Text(text.to_string()),
        _ => {
            eprintln!("usage: {NAME}, or {NAME} -c 'COMMANDS'");
            return ExitCode::from(2);
        }
    };
    match Shell::new(&source).and_then(|mut shell| shell.run(source)) {
        Ok(status) => ExitCode::from(status as u8),
        Err(error) => {
            eprintln!("{NAME}: {error}");
            ExitCode::from(2)
        }
    }
}

#[cfg(not(target_os = "linux"))]
fn main() {
    eprintln!("mini-sh needs Linux");
    std::process::exit(2);
}
