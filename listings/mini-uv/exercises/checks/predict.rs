//! Predictions: the lines against what the pinned Node printed.

pub const CLOSING_NESTED: &str = include_str!("../../oracle/closing-nested.out");
pub const ACCEPT_ONE: &str = include_str!("../../oracle/accept-one.out");

/// Compares without telling what is right: the reader wants to find out.
pub fn check(prediction: &[&str], recorded: &str) -> Result<(), String> {
    let recorded: Vec<&str> = recorded.lines().collect();
    let pairs = prediction.iter().zip(&recorded);
    let right = pairs.take_while(|(mine, node)| mine == node).count();
    if right == prediction.len() && right == recorded.len() {
        return Ok(());
    }
    Err(match prediction.get(right) {
        Some(mine) if right < recorded.len() => {
            format!("Line {} is another one than: {mine}", right + 1)
        }
        _ => format!(
            "Node prints {} lines, not {}.",
            recorded.len(),
            prediction.len()
        ),
    })
}
