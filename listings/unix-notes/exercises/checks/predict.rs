//! Predictions: the lines against what the pinned Node printed.

pub const UNIX_SOCKET: &str = include_str!("../../oracle/unix-socket.out");
pub const ZOMBIE: &str = include_str!("../../oracle/zombie.out");

/// Compares without telling what is right: the reader wants to find out.
pub fn check(prediction: &[&str], recorded: &str) -> Result<(), String> {
    let recorded: Vec<&str> = recorded.lines().collect();
    let pairs = prediction.iter().zip(&recorded);
    let right = pairs.take_while(|(mine, node)| mine == node).count();
    if right == prediction.len() && right == recorded.len() {
        return Ok(());
    }
    let (line, node) = (right + 1, recorded.len());
    Err(match prediction.get(right) {
        Some(mine) if right < node => {
            format!("Line {line} is another one than: {mine}")
        }
        Some(_) => format!("Node prints {node} lines, not {}.", prediction.len()),
        None => format!("All of your lines are right, but Node prints {node}."),
    })
}
