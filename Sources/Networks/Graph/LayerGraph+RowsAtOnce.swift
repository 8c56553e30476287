extension LayerGraph {
    /// How many instances go through a network at once where there are many and nobody says how many.
    ///
    /// Few enough for the steps that the founding model records (2.3 MB) to be mostly in the second-level cache when the way back reads
    /// them, last first, and as many as its matrix products need to run at full speed. On an AMD EPYC 9004 with 1 MB of that cache,
    /// integrated gradients take 0.76, 0.70, 0.74, 0.82 and 0.92 s with 16, 24, 32, 48 and 64; 24 would divide 256 instances
    /// among two workers unevenly.
    public static let rowsAtOnce = 32
}
