/// When a series of epochs reaches its level. A series that never does is censored: nil, not its last epoch.
public enum FocusOnset {
    /// Half way from chance to 1, the usual threshold for the mass in the mask.
    public static func threshold(chance: Double) -> Double { chance + (1 - chance) / 2 }

    /// The first index from which `patience` consecutive values are at least the threshold; nil if there is none. Undefined values
    /// (nil) end a streak.
    public static func index(of values: [Double?], threshold: Double, patience: Int = 3) -> Int? {
        var streak = 0
        for (index, value) in values.enumerated() {
            streak = value.map { $0 >= threshold } == true ? streak + 1 : 0
            if streak >= max(1, patience) { return index - streak + 1 }
        }
        return nil
    }

    /// Where a series has gone half its way.
    public struct HalfRise: Sendable, Equatable {
        /// The mean of the first values.
        public let start: Double
        /// The mean of the last values.
        public let end: Double
        /// Half way between them.
        public let level: Double
        /// The first index at which the series is at the level or beyond.
        public let index: Int
    }

    /// The half-way point between the means of the first and the last `window` values, upwards or downwards; nil for fewer than
    /// two values, and if both means are equal.
    public static func halfRise(_ values: [Double], window: Int = 3) -> HalfRise? {
        guard values.count > 1, window > 0, let start = Sample.mean(Array(values.prefix(window))),
            let end = Sample.mean(Array(values.suffix(window))), start != end
        else { return nil }
        let level = (start + end) / 2
        let index = values.firstIndex { end > start ? $0 >= level : $0 <= level }
        return index.map { HalfRise(start: start, end: end, level: level, index: $0) }
    }
}
