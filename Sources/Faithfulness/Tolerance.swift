import Metrics

/// How much an output may change and still count as the same.
enum Tolerance {
    /// What is asked for; else 0.05 for probabilities (Jain & Wallace 2019), and for regression 5 % of the outputs' standard deviation over
    /// the probe set (the mean over outputs). Nil where the outputs are constant.
    static func value(_ asked: Double?, _ subject: Subject) throws -> Double? {
        if let asked { return asked }
        guard subject.outputKind == .regression else { return 0.05 }
        let outputs = try subject.outputs()
        let size = outputs.tensor.count / max(subject.count, 1)
        let deviations = (0..<size).map { output in
            standardDeviation((0..<subject.count).map { Double(outputs.tensor.values[$0 * size + output]) })
        }
        let mean = deviations.reduce(0, +) / Double(max(size, 1))
        return mean > 0 && mean.isFinite ? 0.05 * mean : nil
    }

    private static func standardDeviation(_ values: [Double]) -> Double {
        guard values.count > 1 else { return 0 }
        let mean = values.reduce(0, +) / Double(values.count)
        return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)).squareRoot()
    }
}
