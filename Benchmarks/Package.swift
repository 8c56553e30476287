// swift-tools-version: 6.1
import PackageDescription

// A package of its own, so that what measures Fovea never reaches those who use it. See README.md beside this file.

let package = Package(
    name: "FoveaBenchmarks",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "Fovea", path: ".."),
        // Without its traits: the interposers that count allocations need libraries of their own.
        .package(url: "https://github.com/ordo-one/benchmark", from: "1.38.1", traits: []),
    ],
    targets: [
        .executableTarget(
            name: "FoveaBenchmarks",
            dependencies: [
                .product(name: "Fovea", package: "Fovea"), .product(name: "Benchmark", package: "benchmark"),
            ],
            path: "Benchmarks/FoveaBenchmarks",
            plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")]),
        // Does one kind of work again and again at the word of scripts/bench_peers.py.
        .executableTarget(
            name: "FoveaPeer", dependencies: [.product(name: "Fovea", package: "Fovea")], path: "Sources/FoveaPeer"),
    ]
)
