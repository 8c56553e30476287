extension FocusTimeline {
    /// How well a hypothesis explains a source's maps at one epoch. Each measure stands beside its value for a map without focus.
    public struct HypothesisFit: Sendable {
        /// The hypothesis' name.
        public var hypothesis: String
        /// The mean Jensen-Shannon divergence between the maps and the hypothesis as a distribution, in bits (0...1). Hypotheses are
        /// ranked by it.
        public var divergenceBits: Double
        /// The mean of KL(q | p') in nats, 0...ln(n / epsilon): q is the mask as a distribution, p' = (1 - epsilon) p + epsilon / n the
        /// map mixed with a little of a uniform one, without which a single marked position of no weight would make it infinite.
        public var klNats: Double?
        /// The mean area under the ROC curve; chance is 0.5. Nil where it is undefined for all instances.
        public var auroc: Double?
        /// The mean share of the mass in the mask; chance is the mean of k/n.
        public var mass: Double?
        /// What uniform maps have.
        public var chance: Chance?
        /// Whether more mass is in the mask than there would be if positions were exchanged at random; nil where that cannot be asked.
        public var test: Test?

        /// The values of uniform maps on the same instances.
        public struct Chance: Sendable, Equatable {
            /// The divergence of uniform maps in bits.
            public var divergenceBits: Double
            /// KL(q | u) = ln(n / k) of uniform maps in nats.
            public var klNats: Double
            /// 0.5.
            public var auroc: Double
            /// The mean of k/n.
            public var mass: Double

            /// Chance levels.
            public init(divergenceBits: Double, klNats: Double, auroc: Double = 0.5, mass: Double) {
                self.divergenceBits = divergenceBits
                self.klNats = klNats
                self.auroc = auroc
                self.mass = mass
            }
        }

        /// A permutation test of the mean mass in the mask over the instances, one-sided (more than by chance).
        public struct Test: Sendable, Equatable {
            /// How the null distribution of the mean was found.
            public enum Method: String, Sendable {
                /// Positions exchanged at random within each instance, p = (b + 1) / (B + 1).
                case monteCarlo = "monte_carlo"
                /// The exact mean and variance over all exchanges, and the normal distribution for the mean of many instances.
                case normal
            }

            /// The standard deviations by which the mass is above the null's mean, whose mean and variance are exact.
            public var z: Double
            /// The p-value; of the normal approximation at least 1e-16, beyond which its tail means nothing.
            public var pValue: Double
            /// The same after Holm's adjustment over the hypotheses of the epoch that mark different positions.
            public var adjusted: Double
            /// How it was found.
            public var method: Method
            /// The p-value over circular shifts of the positions, which keep neighbours together, by the exact moments and the normal
            /// distribution; nil unless every mask is one block.
            public var shiftPValue: Double?

            /// The result of a test.
            public init(z: Double, pValue: Double, adjusted: Double, method: Method, shiftPValue: Double? = nil) {
                self.z = z
                self.pValue = pValue
                self.adjusted = adjusted
                self.method = method
                self.shiftPValue = shiftPValue
            }
        }

        /// A fit.
        public init(
            hypothesis: String, divergenceBits: Double, klNats: Double? = nil, auroc: Double? = nil,
            mass: Double? = nil,
            chance: Chance? = nil, test: Test? = nil
        ) {
            self.hypothesis = hypothesis
            self.divergenceBits = divergenceBits
            self.klNats = klNats
            self.auroc = auroc
            self.mass = mass
            self.chance = chance
            self.test = test
        }
    }
}

extension FocusTimeline {
    /// What uniform maps have against a hypothesis; nil where it was not ranked.
    public func chance(of hypothesis: String) -> HypothesisFit.Chance? {
        for ranking in ranking.values {
            if let fit = ranking.last?.first(where: { $0.hypothesis == hypothesis }), let chance = fit.chance {
                return chance
            }
        }
        return nil
    }
}
