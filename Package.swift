// swift-tools-version: 6.1
import PackageDescription

// The rooms, in the order of the data's way through them. A target may use only what its row names; docs/architecture.md
// draws the picture. System libraries come from Debian's packages (see `make packages`) or Homebrew.

let strict: [SwiftSetting] = [.enableUpcomingFeature("ExistentialAny")]

let package = Package(
    name: "Fovea",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "fovea", targets: ["FoveaCommand"]),
        .library(name: "Fovea", targets: ["Fovea"]),
        .library(name: "FoveaMetrics", targets: ["Metrics"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
        .package(url: "https://github.com/apple/swift-crypto", "3.0.0"..<"5.0.0"),
        .package(url: "https://github.com/apple/swift-numerics", from: "1.0.0"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.0.0"),
    ],
    targets: [
        // C and C++ behind small faces.
        .systemLibrary(
            name: "CHDF5", pkgConfig: "hdf5",
            providers: [.apt(["libhdf5-dev"]), .brew(["hdf5"])]),
        .systemLibrary(
            name: "COpenBLAS", pkgConfig: "openblas",
            providers: [.apt(["libopenblas-dev"]), .brew(["openblas"])]),
        .systemLibrary(
            name: "CZip", pkgConfig: "libzip",
            providers: [.apt(["libzip-dev"]), .brew(["libzip"])]),
        .target(name: "CHDF5Reader", dependencies: ["CHDF5"]),
        .target(name: "CKernels", dependencies: ["COpenBLAS"]),
        .target(
            name: "CGnuplotStream",
            linkerSettings: [
                .linkedLibrary("boost_iostreams"), .linkedLibrary("boost_filesystem"), .linkedLibrary("boost_system"),
            ]),

        // The rooms.
        .target(
            name: "Files",
            dependencies: ["CZip", .product(name: "Crypto", package: "swift-crypto")],
            swiftSettings: strict),
        .target(name: "HDF5", dependencies: ["CHDF5", "CHDF5Reader", "Files"], swiftSettings: strict),
        .target(name: "Arrays", dependencies: ["Files"], swiftSettings: strict),
        .target(name: "Tensors", dependencies: ["CKernels"], swiftSettings: strict),
        .target(name: "Checkpoints", dependencies: ["Files", "HDF5", "Tensors"], swiftSettings: strict),
        .target(name: "Networks", dependencies: ["Checkpoints", "Tensors", "CKernels"], swiftSettings: strict),
        .target(name: "Tasks", dependencies: ["Arrays", "Files", "HDF5", "Tensors"], swiftSettings: strict),
        .target(
            name: "Training",
            dependencies: ["CKernels", "Files", "HDF5", "Tensors", "Checkpoints", "Networks", "Tasks"],
            swiftSettings: strict),
        .target(name: "Probing", dependencies: ["CKernels", "Tensors"], swiftSettings: strict),
        .target(
            name: "Metrics",
            dependencies: [.product(name: "Numerics", package: "swift-numerics")],
            swiftSettings: strict),
        .target(name: "Attention", dependencies: ["Networks", "Tensors"], swiftSettings: strict),
        .target(name: "Attribution", dependencies: ["Networks", "Tensors"], swiftSettings: strict),
        .target(
            name: "Faithfulness",
            dependencies: ["Checkpoints", "Networks", "Attention", "Metrics", "Tensors"],
            swiftSettings: strict),
        .target(
            name: "Focus",
            dependencies: [
                "Arrays", "Files", "HDF5", "Tensors", "Checkpoints", "Networks", "Tasks", "Attention", "Attribution",
                "Faithfulness", "Probing", "Metrics",
            ],
            swiftSettings: strict),
        .target(
            name: "Figures", dependencies: ["Focus", "Metrics", "Tensors", "Files", "CGnuplotStream"],
            swiftSettings: strict),
        .target(
            name: "Reports",
            dependencies: [
                "Focus", "Figures", "Metrics", "Files", .product(name: "Mustache", package: "swift-mustache"),
            ],
            swiftSettings: strict),
        .target(
            name: "Fovea",
            dependencies: [
                "Checkpoints", "Networks", "Tasks", "Attention", "Attribution", "Faithfulness", "Probing", "Metrics",
                "Focus",
                "Figures",
                "Reports",
                "Tensors",
                "Training",
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "FoveaCommand",
            dependencies: [
                "Fovea", "Files", "HDF5", .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict),

        // Damages checkpoints and shows them to the program (`make fuzz`).
        .executableTarget(name: "FoveaFuzz", path: "Tests/Fuzz", swiftSettings: strict),

        // Tests mirror the rooms; fixtures and comparers are shared.
        .target(
            name: "TestSupport", dependencies: ["Tensors", "HDF5"], path: "Tests/TestSupport", swiftSettings: strict),
    ]
        + tests([
            "Arrays": [], "Files": [], "HDF5": ["CHDF5", "Files"], "Tensors": ["CKernels"],
            "Checkpoints": ["Files", "HDF5"],
            "Attention": ["Checkpoints", "HDF5", "Networks", "Tensors"],
            "Attribution": ["Checkpoints", "HDF5", "Networks", "Tensors"],
            "Networks": ["Attribution", "Checkpoints", "HDF5", "Tensors"], "Tasks": ["Arrays", "HDF5", "Tensors"],
            "Faithfulness": ["Attention", "Attribution", "Checkpoints", "HDF5", "Metrics", "Networks", "Tensors"],
            "Metrics": [], "Probing": ["Tensors"],
            "Focus": ["Attention", "Attribution", "Checkpoints", "HDF5", "Metrics", "Networks", "Tasks", "Tensors"],
            "Figures": ["Focus", "Metrics", "Tensors", "Files"],
            "Reports": ["Figures", "Focus", "Metrics", "Tensors"],
            "Training": ["Checkpoints", "HDF5", "Networks", "Tasks", "Tensors"],
            "FoveaCommand": ["HDF5"],
        ]),
    cxxLanguageStandard: .cxx17
)

/// One test target per room, named after it, with the further rooms that its tests set up.
func tests(_ rooms: [String: [String]]) -> [Target] {
    rooms.sorted { $0.key < $1.key }.map { room, others in
        .testTarget(
            name: "\(room)Tests",
            dependencies: ["TestSupport"] + ([room] + others).map { .target(name: $0) }, swiftSettings: strict)
    }
}
