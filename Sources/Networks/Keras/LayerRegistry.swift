/// The layers that Fovea knows, by the class names of Keras' configurations.
///
/// Nothing from a file is ever looked up anywhere else: no module is imported and no code is run.
enum LayerRegistry {
    /// Every layer type; a new layer is one file and one entry here.
    static let types: [any Layer.Type] = [
        LSTM.self, GRU.self, SimpleRNN.self, Bidirectional.self, TimeDistributed.self, Dense.self, Embedding.self,
        Masking.self, Dropout.self, ActivationLayer.self, SoftmaxLayer.self, PReLU.self, ShapeLayer.self, Merge.self,
        Concatenate.self,
        Dot.self, Conv1D.self, WindowPooling.self, GlobalPooling.self, LayerNormalization.self,
        BatchNormalization.self, DotProductAttention.self, AdditiveAttention.self, MultiHeadAttention.self,
        PackageAttention.self, SeqSelfAttention.self, SeqWeightedAttention.self, AttentionWeightedAverage.self,
        LastStep.self,
        Submodel.self,
    ]

    /// Classes that carry code in the file.
    static let codeClasses: Set<String> = ["Lambda", "TFOpLambda", "SlicingOpLambda"]

    private static let byName: [String: any Layer.Type] = Dictionary(
        types.flatMap { type in type.kerasClasses.map { ($0, type) } }, uniquingKeysWith: { first, _ in first })

    /// The known class names, for messages.
    static var knownClasses: [String] { (Array(byName.keys) + ["InputLayer"]).sorted() }

    /// Whether there is a type for a class name.
    static func isKnown(_ className: String) -> Bool { byName[className] != nil }

    /// The type for a class name.
    ///
    /// - Throws: ``NetworkError/unknownLayer(layer:className:known:)`` or ``NetworkError/codeInLayer(layer:className:)``.
    static func type(for className: String, layer: String) throws -> any Layer.Type {
        if codeClasses.contains(className) { throw NetworkError.codeInLayer(layer: layer, className: className) }
        guard let type = byName[className] else {
            throw NetworkError.unknownLayer(layer: layer, className: className, known: knownClasses)
        }
        return type
    }

    /// Whether layers of a class never have weights.
    static func isWeightless(_ className: String) -> Bool {
        let weightless: [any Layer.Type] = [
            Dropout.self, ActivationLayer.self, SoftmaxLayer.self, ShapeLayer.self, Merge.self, Concatenate.self,
            Dot.self, Masking.self,
            WindowPooling.self, GlobalPooling.self, LastStep.self,
        ]
        return weightless.contains { $0.kerasClasses.contains(className) }
    }
}
