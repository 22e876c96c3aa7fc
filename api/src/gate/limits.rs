//! How much one document may ask for.

/// The bounds of one request. The defaults leave room for a page of a rich client and for the
/// introspection query of the usual tools, and no more than a fraction of a second of work.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Length of the document in bytes: the first question, asked before anything reads it.
    pub bytes: usize,
    /// Words and signs of the document, the white space between them included: the parser stops there.
    pub tokens: usize,
    /// Brackets within brackets, in selections, values and types: the parser stops there.
    pub recursion: usize,
    /// Selection sets within selection sets, spreads and inline fragments included. Not above 32,
    /// where async-graphql stops by itself with a poorer answer.
    pub nesting: usize,
    /// Fields within fields. The introspection query of the usual tools goes 15 deep.
    pub depth: usize,
    /// Operations in one document, of which one is run.
    pub operations: usize,
    /// Aliases written in the document: how often the same thing may be asked for side by side.
    pub aliases: usize,
    /// Selections once every fragment is written out where it is spread. The executor expands
    /// fragments without memory, so this is what it would really walk through.
    pub selections: u64,
    /// Fields at the root of the operation, fragments expanded.
    pub root_fields: usize,
    /// The cost of the operation with the values at hand, see [`cost`](super::cost).
    pub cost: u64,
    /// Errors told about one document; the rest are left out.
    pub errors: usize,
    /// Memory for the verdicts on documents seen before, in bytes; an estimate.
    pub memory: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 100_000,
            tokens: 15_000,
            recursion: 64,
            nesting: 32,
            depth: 15,
            operations: 50,
            aliases: 100,
            selections: 20_000,
            root_fields: 20,
            cost: 60_000,
            errors: 10,
            memory: 64 << 20,
        }
    }
}
