//! Types into the small shell, on a terminal opened for the purpose, and prints what is
//! on the screen.

#[cfg(target_os = "linux")]
fn main() -> std::io::Result<()> {
    use std::process::Command;
    use std::time::Duration;
    use unix_notes::shell::{NAME, Shell, Source};
    use unix_notes::terminal::Pty;

    if std::env::args().nth(1).as_deref() == Some("--shell") {
        let status = Shell::new(&Source::Stdin)?.run(Source::Stdin)?;
        std::process::exit(status);
    }
    let guard = Duration::from_secs(30);
    let prompt = format!("{NAME}> ");
    let mut pty = Pty::open()?;
    let mut command = Command::new(std::env::current_exe()?);
    let mut shell = pty.spawn(command.arg("--shell"))?;
    let mut screen = prompt.clone();
    pty.expect(&prompt, guard)?;
    // What is typed, and what the screen shows when that has been understood.
    for (keys, shown) in [
        ("echo hello | tr a-z A-Z\n", prompt.as_str()),
        ("ls /no/such 2> /dev/null > /dev/null; echo it's\n", &prompt),
        ("cat\n", "cat\r\n"),
        ("a line\n", "a line\r\na line\r\n"),
        ("\x1a", &prompt),
        ("jobs\n", &prompt),
        ("fg\n", "cat\r\n"),
        ("\x03", &prompt),
        ("sleep 1000 | cat &\n", &prompt),
        ("bg | cat\n", &prompt),
        ("exit\n", "exit\r\n"),
    ] {
        pty.type_in(keys)?;
        screen += &pty.expect(shown, guard)?;
        screen += shown;
    }
    shell.wait()?;
    println!("{}", screen.replace('\r', "").trim_end());
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn main() {
    eprintln!("this example needs Linux");
}
