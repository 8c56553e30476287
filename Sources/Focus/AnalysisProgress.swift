import Synchronization

/// How far an analysis is: counted by the workers, to be read by whoever draws a progress bar.
public final class AnalysisProgress: Sendable {
    private let finished = Atomic(0)
    private let planned = Atomic(0)

    /// Nothing is done yet.
    public init() {}

    /// The share that is done, from 0 to 1; a checkpoint's instances count one by one, whatever else is still to be done with it.
    public var fraction: Double {
        let planned = planned.load(ordering: .relaxed)
        return planned == 0 ? 0 : min(1, Double(finished.load(ordering: .relaxed)) / Double(planned))
    }

    /// The work of so many checkpoints begins.
    func begin(checkpoints: Int, instances: Int) {
        finished.store(0, ordering: .relaxed)
        planned.store(checkpoints * instances, ordering: .relaxed)
    }

    /// So many instances of a checkpoint are done.
    func advance(by instances: Int) { finished.add(instances, ordering: .relaxed) }
}
