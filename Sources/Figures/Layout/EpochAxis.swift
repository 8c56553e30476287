import Foundation

/// The axis of epochs: logarithmic where a run spans much, with epoch 0, which has no logarithm, apart at the left.
struct EpochAxis: Sendable {
    /// Whether the axis is logarithmic.
    let isLogarithmic: Bool
    /// Where epoch 0 is drawn on a logarithmic axis.
    let zero: Double?
    let range: ClosedRange<Double>
    /// The last epoch.
    let last: Double
    private let smallest: Double

    /// The axis of some epochs; `automatic` is logarithmic for 4 epochs and more that span a factor of 20.
    init(_ epochs: [Int], scale: FigureStyle.EpochScale = .automatic) {
        let positive = epochs.filter { $0 > 0 }.map(Double.init)
        let first = positive.first ?? 1
        last = Double(epochs.last ?? 1)
        smallest = first
        isLogarithmic =
            switch scale {
            case .automatic: positive.count >= 4 && last / first >= 20
            case .logarithmic: last > first
            case .linear: false
            }
        if isLogarithmic {
            let whole = log10(last / first)
            let hasZero = epochs.contains { $0 <= 0 }
            zero = hasZero ? first / pow(10, 0.14 * whole) : nil
            range = first / pow(10, (hasZero ? 0.19 : 0.03) * whole)...last
        } else {
            zero = nil
            let start = Double(epochs.first ?? 0)
            range = last > start ? start...last : (start - 0.5)...(start + 0.5)
        }
    }

    /// Where an epoch is drawn, in the axis' own numbers.
    func position(_ epoch: Int) -> Double { epoch <= 0 ? zero ?? Double(epoch) : Double(epoch) }

    /// How far along the axis a position lies, from 0 to 1.
    func fraction(_ position: Double) -> Double {
        isLogarithmic
            ? log(position / range.lowerBound) / log(range.upperBound / range.lowerBound)
            : (position - range.lowerBound) / (range.upperBound - range.lowerBound)
    }

    /// The labelled ticks for an axis of the given length in inches, ascending.
    func ticks(length: Double) -> [(label: String, at: Double)] {
        var wanted: [(label: String, at: Double)] = []
        if let zero { wanted.append(("0", zero)) }
        wanted.append(("\(Int(last))", last))
        if isLogarithmic {
            wanted.append(("\(Int(smallest))", smallest))
            for mantissa in [1, 3] {
                wanted += decades.map { $0 * mantissa }.filter { Double($0) > smallest && Double($0) < last }
                    .map { ("\($0)", Double($0)) }
            }
        } else {
            let step = Self.niceStep(range.upperBound - range.lowerBound, count: max(2, Int(length / 0.32)))
            var tick = (range.lowerBound / step).rounded(.up) * step
            while tick <= range.upperBound {
                wanted.append(("\(Int(tick))", tick))
                tick += step
            }
        }
        var chosen: [(label: String, at: Double)] = []
        for tick in wanted {
            let isFree = chosen.allSatisfy { other in
                let needed = (labelWidth(tick.label) + labelWidth(other.label)) / 2 + 0.06
                return abs(fraction(tick.at) - fraction(other.at)) * length >= needed
            }
            if isFree { chosen.append(tick) }
        }
        return chosen.sorted { $0.at < $1.at }
    }

    /// The small ticks without label of a logarithmic axis.
    var minorTicks: [Double] {
        guard isLogarithmic else { return [] }
        return decades.flatMap { decade in (1...9).map { Double(decade * $0) } }.filter { $0 >= smallest && $0 <= last }
    }

    /// The commands of the axis.
    func commands(length: Double, hasLabels: Bool = true) -> [String] {
        let labelled = ticks(length: length).map { "'\(hasLabels ? $0.label : "")' \(decimal($0.at, places: 4))" }
        let small = minorTicks.map { "'' \(decimal($0, places: 4)) 1" }
        return [
            isLogarithmic ? "set logscale x" : "unset logscale x",
            "set xrange [\(decimal(range.lowerBound, places: 4)):\(decimal(range.upperBound, places: 4))]",
            "set xtics (" + (labelled + small).joined(separator: ", ") + ")",
        ]
    }

    /// A step of 1, 2 or 5 times a power of ten that cuts a length into at most `count` parts.
    static func niceStep(_ length: Double, count: Int) -> Double {
        let raw = max(length / Double(max(1, count)), 1)
        let power = pow(10, log10(raw).rounded(.down))
        return power * ([1.0, 2, 5, 10].first { $0 * power >= raw * 0.999 } ?? 10)
    }

    private var decades: [Int] {
        var decades: [Int] = []
        var decade = 1
        while Double(decade) <= last, decades.count < 12 {
            decades.append(decade)
            decade *= 10
        }
        return decades
    }

    private func labelWidth(_ label: String) -> Double { TextMetrics.width(label, size: FigureStyle.tickSize) }
}
