/// The colours of figures: even in lightness for maps, safe for colour-blind readers for lines.
public enum Palette: String, Sendable, CaseIterable {
    /// Blue to yellow, made for colour-blind readers (Nuñez, Anderton and Renslow 2018).
    case cividis
    /// Purple over green to yellow (van der Walt and Smith 2015).
    case viridis

    /// 65 colours at even steps from the lowest value to the highest, as `rrggbb`.
    ///
    /// The full tables have 256; between 65 the interpolated colour differs by less than the eye can tell.
    var stops: [Substring] {
        switch self {
        case .cividis: Self.cividisStops.split(separator: " ")
        case .viridis: Self.viridisStops.split(separator: " ")
        }
    }

    /// The gnuplot command that defines the palette.
    var definition: String {
        let stops = stops
        let lines = stride(from: 0, to: stops.count, by: 8).map { start in
            (start..<min(start + 8, stops.count)).map { "\($0) '#\(stops[$0])'" }.joined(separator: ", ")
        }
        return "set palette defined ( \\\n  " + lines.joined(separator: ", \\\n  ") + ")"
    }

    private static let cividisStops = """
        00224e 002554 00285b 002b62 002e6a 003070 053371 123570 1a386f 213b6e 273e6e 2d416d 32436d \
        36466c 3b496c 3f4c6c 434e6c 47516c 4b546c 4f576c 535a6d 565c6d 5a5f6e 5e626e 61656f 656870 \
        686a71 6c6d72 6f7073 727374 767676 797977 7d7c78 7f7e78 838179 878478 8b8778 8f8a78 928d78 \
        969077 9a9376 9e9676 a29975 a69c74 aaa073 aea371 b3a670 b7a96e bbad6d bfb06b c3b369 c7b767 \
        ccba64 d0be62 d4c15f d9c55c ddc858 e1cc55 e6d051 ead34c efd748 f3db42 f8df3c fde334 fee838
        """
    private static let viridisStops = """
        440154 46075a 470d60 471365 48186a 481d6f 482374 482878 472d7b 46327e 453781 443b84 424086 \
        404588 3e4989 3d4e8a 3b528b 39568c 375b8d 355f8d 33638d 31678e 2f6b8e 2e6f8e 2c728e 2a768e \
        297a8e 277e8e 26828e 25858e 23898e 228d8d 21918c 20938c 1f978b 1e9b8a 1f9f88 1fa287 21a685 \
        24aa83 27ad81 2cb17e 31b57b 37b878 3dbc74 44bf70 4cc26c 54c568 5cc863 65cb5e 6ece58 77d153 \
        81d34d 8bd646 95d840 a0da39 aadc32 b5de2b c0df25 cae11f d5e21a dfe318 eae51a f4e61e fde725
        """
}
