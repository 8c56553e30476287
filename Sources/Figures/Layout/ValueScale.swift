import Foundation
import Metrics

/// The vertical scale of a panel of lines: its range, its ticks, and the way from a value to a height.
struct ValueScale: Sendable {
    let isLogarithmic: Bool
    let range: ClosedRange<Double>
    let ticks: [(label: String, at: Double)]

    /// Shares, from 0 to 1.
    static let shares = ValueScale(
        isLogarithmic: false, range: 0...1, ticks: [0, 0.25, 0.5, 0.75, 1].map { (decimal($0, places: 2), $0) })

    /// A linear scale from 0 (or the next round number below the smallest value) to the next above the largest.
    static func linear(_ values: [Double]) -> ValueScale {
        let finite = values.filter(\.isFinite)
        let (least, most) = (min(0, finite.min() ?? 0), max(0, finite.max() ?? 1))
        let span = most > least ? most - least : 1
        let power = pow(10, log10(span / 4).rounded(.down))
        let step = power * ([1.0, 2, 2.5, 5, 10].first { $0 * power * 4.5 >= span } ?? 10)
        let (first, last) = ((least / step - 1e-9).rounded(.up), (most / step + 1e-9).rounded(.down))
        let ticks = stride(from: first, through: last, by: 1).map { (label($0 * step), $0 * step) }
        return ValueScale(
            isLogarithmic: false, range: (least < 0 ? least - 0.04 * span : 0)...(max(most, last * step) + 0.04 * span),
            ticks: ticks)
    }

    /// A logarithmic scale that holds the positive values with some room; nil if there are none.
    static func logarithmic(_ values: [Double]) -> ValueScale? {
        let positive = values.filter { $0.isFinite && $0 > 0 }
        guard let least = positive.min(), let most = positive.max() else { return nil }
        // Values that hardly differ get an axis with two labels at least.
        let room = most / least < 2 ? 2 : max(1.12, pow(most / least, 0.04))
        let (low, high) = (least / room, most * room)
        let decades = Int(log10(low).rounded(.down))...Int(log10(high).rounded(.up))
        let mantissas: [Double] = high / low > 300 ? [1] : high / low > 12 ? [1, 3] : [1, 2, 3, 5, 7]
        let every = max(1, decades.count / 7)
        let ticks = decades.filter { $0 % every == 0 || mantissas.count > 1 }
            .flatMap { decade in mantissas.map { $0 * pow(10, Double(decade)) } }
            .filter { $0 >= low && $0 <= high }.map { (label($0), $0) }
        return ValueScale(isLogarithmic: true, range: low...high, ticks: ticks)
    }

    /// How far up a value lies, from 0 to 1; values outside lie at the edge.
    func fraction(_ value: Double) -> Double {
        let value = min(range.upperBound, max(range.lowerBound, value))
        return isLogarithmic
            ? log(value / range.lowerBound) / log(range.upperBound / range.lowerBound)
            : (value - range.lowerBound) / (range.upperBound - range.lowerBound)
    }

    /// The width of the widest tick label in inches.
    var labelWidth: Double {
        ticks.map { TextMetrics.width($0.label, size: FigureStyle.tickSize) }.max() ?? 0
    }

    /// The commands of the axis.
    func write(to writer: inout ScriptWriter) {
        writer.add(isLogarithmic ? "set logscale y" : "unset logscale y")
        writer.add("set yrange [\(Self.number(range.lowerBound)):\(Self.number(range.upperBound))]")
        writer.ticks(
            "y", ticks.map { "\(writer.text($0.label)) \(Self.number($0.at))" }.joined(separator: ", "))
    }

    /// A number for a script: plain where it is short, else with an exponent.
    static func number(_ value: Double) -> String {
        abs(value) >= 1e-3 && abs(value) < 1e12 || value == 0 ? decimal(value, places: 6) : "\(value)"
    }

    /// A tick's label: two significant digits, with an exponent outside of 0.0001 to 100000.
    static func label(_ value: Double) -> String {
        guard value != 0 else { return "0" }
        let sign = value < 0 ? "−" : ""
        let size = abs(value)
        if size >= 1e-4 && size < 1e5 {
            let places = max(0, 1 - Int(log10(size * 1.0000001).rounded(.down)))
            return sign + decimal(size, places: min(6, places + 1))
        }
        let exponent = Int(log10(size * 1.0000001).rounded(.down))
        let mantissa = decimal(size / pow(10, Double(exponent)), places: 1)
        return "\(sign)\(mantissa)e\(exponent < 0 ? "−" : "")\(abs(exponent))"
    }
}
