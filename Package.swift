// swift-tools-version: 6.2

import PackageDescription

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
/// swift-configuration, which Hummingbird names but does not use without its trait, has a module of the same name as ours.
let configurationAlias = ["Configuration": "SwiftConfiguration"]
let hummingbird = Target.Dependency.product(
    name: "Hummingbird",
    package: "hummingbird",
    moduleAliases: configurationAlias
)
let hummingbirdCore = Target.Dependency.product(
    name: "HummingbirdCore",
    package: "hummingbird",
    moduleAliases: configurationAlias
)
let hummingbirdTLS = Target.Dependency.product(
    name: "HummingbirdTLS",
    package: "hummingbird",
    moduleAliases: configurationAlias
)
let hummingbirdTesting = Target.Dependency.product(
    name: "HummingbirdTesting",
    package: "hummingbird",
    moduleAliases: configurationAlias
)
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioHTTPTypes = Target.Dependency.product(name: "NIOHTTPTypes", package: "swift-nio-extras")
let nioHTTPTypesHTTP1 = Target.Dependency.product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")
let system = Target.Dependency.product(name: "SystemPackage", package: "swift-system")
let signals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let toml = Target.Dependency.product(name: "TOMLKit", package: "TOMLKit")

/// A C library of the system, found through pkg-config.
func systemLibrary(_ name: String, pkgConfig: String, debian: String) -> Target {
    .systemLibrary(name: name, pkgConfig: pkgConfig, providers: [.apt([debian])])
}

/// A module with the tests that mirror it.
func module(
    _ name: String,
    _ dependencies: [Target.Dependency],
    tests: [Target.Dependency] = []
) -> [Target] {
    [
        .target(name: name, dependencies: dependencies),
        .testTarget(name: "\(name)Tests", dependencies: [.byName(name: name), "TestSupport"] + dependencies + tests),
    ]
}

let package = Package(
    name: "nexus-backup",
    products: [
        .executable(name: "nexus-backupd", targets: ["nexus-backupd"]),
        .executable(name: "nexus-export", targets: ["nexus-export"]),
        .executable(name: "nexus-restore", targets: ["nexus-restore"]),
        .executable(name: "nexus-index", targets: ["nexus-index"]),
        .executable(name: "nexus-backup", targets: ["nexus-backup"]),
        .executable(name: "nexus-web", targets: ["nexus-web"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
    ],
    targets: [
        systemLibrary("CDBus", pkgConfig: "dbus-1", debian: "libdbus-1-dev"),
        systemLibrary("CGPGME", pkgConfig: "gpgme", debian: "libgpgme-dev"),
        systemLibrary("CArchive", pkgConfig: "libarchive", debian: "libarchive-dev"),
        systemLibrary("CBtrfs", pkgConfig: "libbtrfsutil", debian: "libbtrfsutil-dev"),
        systemLibrary("CGcrypt", pkgConfig: "libgcrypt", debian: "libgcrypt20-dev"),
        .target(name: "CLinux"),
        .target(
            name: "TestSupport",
            dependencies: ["Linux", "DBus", subprocess, system],
            exclude: ["Faults/faults.c"]
        ),
        .executableTarget(
            name: "nexus-backupd",
            dependencies: [
                "BackupModel", "BackupService", "Configuration", "DBus", "ExportProtocol", "Exports", "Linux",
                "Snapshots",
                argumentParser, lifecycle, logging, signals, system,
            ]
        ),
        .executableTarget(name: "nexus-export", dependencies: ["ExportWorker"]),
        .executableTarget(name: "nexus-restore", dependencies: ["RestoreWorker"]),
        .executableTarget(name: "nexus-index", dependencies: ["FileIndex"]),
        .executableTarget(name: "nexus-backup", dependencies: ["Commands"]),
        .executableTarget(
            name: "nexus-web",
            dependencies: [
                "BackupModel", "Configuration", "DBus", "Linux", "Web", "WebTokens", argumentParser, logging, system,
            ]
        ),
        .testTarget(
            name: "IntegrationTests",
            dependencies: [
                "TestSupport", "Client", "BackupModel", "DBus", "Linux", "nexus-backup", "nexus-backupd",
                "nexus-export", "nexus-index", "nexus-restore", "nexus-web",
                subprocess, system,
            ]
        ),
    ]
        + module("Linux", ["CLinux", system])
        + module("DBus", ["CDBus", "Linux", system])
        + module("Polkit", ["DBus"])
        + module("GPG", ["CGPGME", "Linux", system])
        + module("Archive", ["CArchive", "Linux", system])
        + module("Btrfs", ["CBtrfs", "Linux", system])
        + module("Digest", ["CGcrypt"])
        + module("BackupModel", [])
        + module("Excludes", [])
        + module("Configuration", ["BackupModel", "Excludes", system, toml])
        + module("Snapshots", ["BackupModel", "Btrfs", "Linux", logging, system])
        + module("ExportProtocol", ["BackupModel"])
        + module("FileIndex", ["BackupModel", "ExportProtocol", "Linux", grdb, system])
        + module("Workers", ["BackupModel", "ExportProtocol", "Linux", logging, subprocess, system])
        + module(
            "Exports",
            ["BackupModel", "ExportProtocol", "FileIndex", "Linux", "Workers", logging, subprocess, system]
        )
        + module(
            "ExportWorker",
            ["Archive", "BackupModel", "Digest", "Excludes", "ExportProtocol", "GPG", "Linux", system]
        )
        + module(
            "RestoreWorker",
            ["Archive", "BackupModel", "Digest", "ExportProtocol", "ExportWorker", "GPG", "Linux", system]
        )
        + module(
            "BackupService",
            [
                "BackupModel", "DBus", "ExportProtocol", "Exports", "Linux", "Polkit", "Snapshots", logging, lifecycle,
                system,
            ]
        )
        + module("Client", ["BackupModel", "DBus", "Linux", system])
        + module("Documents", ["BackupModel", "Linux"])
        + module("WebTokens", ["BackupModel", "Digest", "Linux", system])
        + module(
            "Web",
            [
                "BackupModel", "Client", "Configuration", "DBus", "Documents", "Linux", "WebTokens",
                httpTypes, hummingbird, hummingbirdCore, hummingbirdTLS, lifecycle, logging, nioCore, nioHTTP1,
                nioHTTPTypes, nioHTTPTypesHTTP1, nioSSL, signals, system,
            ],
            tests: [hummingbirdTesting]
        )
        + module(
            "Commands",
            [
                "BackupModel", "Client", "DBus", "Digest", "Documents", "ExportProtocol", "Linux", "WebTokens",
                "Workers",
                argumentParser, logging, system,
            ]
        ),
    swiftLanguageModes: [.v6]
)

/// The wrappers of C libraries: what is unsafe stays in them.
let wrappers: Set = ["Linux", "DBus", "GPG", "Archive", "Btrfs", "Digest"]

for target in package.targets where target.name == "BackupService" {
    // The files of dbus/, which are what the service says of itself at run time.
    target.resources = [
        .embedInCode("Introspection/tech.noreya.Backup1.xml"), .embedInCode("Introspection/tech.noreya.Snapshot1.xml"),
    ]
}

for target in package.targets where target.name == "Web" {
    // The pages and what belongs to them, in the program: it needs no directory of its own to find them in.
    target.resources = [.embedInCode("Resources")]
}

for target in package.targets where target.type != .system && target.name != "CLinux" {
    let isWrapper =
        wrappers.contains(target.name) || (target.isTest && wrappers.contains(String(target.name.dropLast(5))))
    target.swiftSettings =
        [
            .enableUpcomingFeature("ExistentialAny"),
            .enableUpcomingFeature("InternalImportsByDefault"),
            .enableUpcomingFeature("MemberImportVisibility"),
            .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
            .treatAllWarnings(as: .error),
        ] + (isWrapper ? [] : [.strictMemorySafety()])
}
