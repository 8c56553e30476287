import ArgumentParser
import Fovea

/// The command line. Each subcommand is a file of its own and does no more than parse, call the library, and print.
@main
struct FoveaCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fovea",
        abstract: "Does the model look where it should?",
        discussion: """
            Fovea reads the checkpoints that a Keras training left behind, computes what the model attends to and what its \
            output depends on, measures both against masks of where it should look, and shows how the focus evolves over the \
            epochs.
            """,
        version: FoveaInfo.version,
        subcommands: [
            AnalyzeCommand.self, WatchCommand.self, InspectCommand.self, FiguresCommand.self, ActivationsCommand.self,
            DatasetCommand.self, TrainCommand.self, ConvertCommand.self, MetricsCommand.self, MeasureCommand.self,
            CompareCommand.self, ReproduceCommand.self,
        ])
}
