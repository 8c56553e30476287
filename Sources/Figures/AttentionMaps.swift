import Focus
import Tensors

/// `attention-maps`: the maps of the first samples above their masks, at the epochs where the picture changes.
public struct AttentionMaps: Figure {
    struct Panel: Sendable {
        var epoch: Int
        /// S×T.
        var map: Tensor
    }

    struct Mask: Sendable {
        var words: String
        /// S×T, 0 or 1.
        var rows: Tensor
        /// Whether all samples have the same mask.
        var isShared: Bool
    }

    /// `attention-maps`.
    public let name = "attention-maps"
    /// The width that suits the figure where none is asked for.
    public var preferredWidth: FigureStyle.Width { .double }
    let run: String
    let panels: [Panel]
    let masks: [Mask]
    let what: String
    /// The input values, S×T, if they are shown; of several features the first.
    let inputs: Tensor?
    let inputName: String

    /// The most panels of a figure.
    static let maximumPanels = 12

    /// The figure; nil if the timeline holds no sample with an attention.
    public init?(_ timeline: FocusTimeline, options: FigureOptions = FigureOptions()) {
        guard let attention = timeline.drawnAttention(options), let maps = timeline.samples.maps[attention],
            maps.rank == 3, maps.shape[0] == timeline.epochs.count, maps.shape[1] > 0, maps.shape[2] > 1
        else { return nil }
        let samples = max(1, min(options.sampleCount, maps.shape[1]))
        let profile = timeline.profiles[attention]
        let indices =
            options.epochs.map { wanted in timeline.epochs.indices.filter { wanted.contains(timeline.epochs[$0]) } }
            ?? EpochChoice.indices(
                epochs: timeline.epochs, profile: profile?.aligned ?? profile?.absolute,
                count: options.showsInputs ? 5 : 6)
        guard !indices.isEmpty else { return nil }
        panels = indices.prefix(Self.maximumPanels).map { index in
            Panel(epoch: timeline.epochs[index], map: maps[row: index][rows: 0..<samples])
        }
        var masks: [Mask] = []
        for summary in [timeline.contrastHypothesis(for: attention), timeline.bestHypothesis(for: attention)] {
            guard let summary, let mask = timeline.samples.masks[summary.name], mask.rank == 2,
                mask.shape[0] >= samples, mask.shape[1] == maps.shape[2]
            else { continue }
            let rows = mask[rows: 0..<samples]
            guard !masks.contains(where: { $0.rows == rows }) else { continue }
            let isShared = (1..<samples).allSatisfy { rows[row: $0] == rows[row: 0] }
            masks.append(Mask(words: FocusTimeline.words(summary.name), rows: rows, isShared: isShared))
        }
        self.masks = masks
        run = timeline.run
        what = timeline.words(attention)
        inputs = options.showsInputs ? Self.inputs(timeline, samples: samples) : nil
        inputName =
            timeline.samples.inputs.rank == 3 && timeline.samples.inputs.shape[2] > 1 ? "input, feature 0" : "input"
    }

    private static func inputs(_ timeline: FocusTimeline, samples: Int) -> Tensor? {
        let (inputs, positions) = (timeline.samples.inputs, timeline.positionCount)
        guard inputs.rank >= 2, inputs.shape[0] >= samples, inputs.shape[1] == positions, inputs.count > 0 else {
            return nil
        }
        let features = inputs.count / (inputs.shape[0] * positions)
        return Tensor(
            shape: [samples, positions], values: (0..<(samples * positions)).map { inputs.values[$0 * features] })
    }

    /// The least and the largest input shown.
    var inputRange: (least: Float, most: Float) {
        let values = inputs?.values.filter(\.isFinite) ?? []
        let (least, most) = (values.min() ?? 0, values.max() ?? 1)
        return (least, most > least ? most : least + 1)
    }

    var samples: Int { panels.first?.map.shape[0] ?? 1 }
    var positions: Int { panels.first?.map.shape[1] ?? 1 }
    /// The masks below the maps, if all samples share them; else they are outlined on the maps.
    var strips: [Mask] { masks.allSatisfy(\.isShared) ? masks : [] }
    var outlines: [Mask] { masks.allSatisfy(\.isShared) ? [] : masks }

    /// The script that draws the figure.
    public func script(_ style: FigureStyle) -> GnuplotScript {
        let layout = AttentionMapsLayout(self, width: style.width.inches)
        var writer = ScriptWriter(
            name: name,
            about: [
                "\(name): the \(what) of \(samples) samples of \(run), above their masks, at \(panels.count) epochs."
            ],
            style: style, canvas: layout.canvas)
        writeData(to: &writer)
        writer.add("set border 15")
        writer.add("set multiplot")
        let scale = ColourScale(panels.flatMap(\.map.values), positions: positions)
        writer.section("One colour scale for all maps, in proportion to the square root of the weight.")
        writer.add(scale.function)
        writeInputs(layout: layout, to: &writer)
        writer.add(scale.commands(writer, bar: layout.bar))
        for index in panels.indices { writePanel(index, layout: layout, to: &writer) }
        return writer.script()
    }
}
