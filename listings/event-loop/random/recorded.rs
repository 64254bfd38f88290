//! Programs with what Node made of them: random/recorded.json.

use super::Outcome;
use super::program::Program;
use serde::{Deserialize, Serialize};

/// Where the file lies, from the listing's folder.
pub const PATH: &str = "random/recorded.json";

/// The file.
#[derive(Debug, Serialize, Deserialize)]
pub struct Recorded {
    /// `process.version` of the Node that ran the programs.
    pub node: String,
    /// The seed that they were drawn with: program k is case k.
    pub seed: u64,
    /// The programs.
    pub programs: Vec<Entry>,
}

/// A program with its outcome.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// The program.
    pub program: Program,
    /// What Node printed, and its exit code.
    pub node: Outcome,
}

impl Recorded {
    /// The text of the file: JSON, a program a line, so that a diff shows which.
    ///
    /// # Errors
    /// Those of the serializer.
    pub fn to_text(&self) -> serde_json::Result<String> {
        let node = serde_json::to_string(&self.node)?;
        let seed = self.seed;
        let entries = self.programs.iter().map(serde_json::to_string);
        let entries = entries.collect::<Result<Vec<_>, _>>()?.join(",\n");
        Ok(format!(
            "{{\"node\":{node},\"seed\":{seed},\"programs\":[\n{entries}\n]}}\n"
        ))
    }

    /// Reads it.
    ///
    /// # Errors
    /// Those of the parser.
    pub fn from_text(text: &str) -> serde_json::Result<Self> {
        serde_json::from_str(text)
    }
}
