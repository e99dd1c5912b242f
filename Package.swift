// swift-tools-version: 6.2
import PackageDescription

/// Swift targets hold no C pointers outside the wrapper targets; the compiler checks it.
let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]
let memorySafe = strict + [.strictMemorySafety()]

/// A target that may touch C pointers: it wraps one C library, or the operating system.
func wrapper(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: ["UTF8Text"] + dependencies, swiftSettings: strict)
}

/// A target of plain Swift.
func library(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(
        name: name, dependencies: ["UTF8Text"] + dependencies, swiftSettings: memorySafe)
}

func tests(
    _ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []
) -> Target {
    .testTarget(
        name: name + "Tests",
        dependencies: dependencies + ["TestSupport"],
        exclude: exclude,
        swiftSettings: strict)
}

let package = Package(
    name: "RobbieBlocks",
    products: [
        .executable(name: "robbieblocks", targets: ["robbieblocks"]),
        .executable(name: "robbieblocks-worker", targets: ["RenderWorker"]),
    ],
    targets: [
        // C libraries, one module map each.
        .systemLibrary(name: "CLinux"),
        .systemLibrary(name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        // Compiled C: the parser's memory needs one definition and longjmp, which Swift has not.
        .target(
            name: "CCMarkGFM",
            linkerSettings: [
                .linkedLibrary("cmark-gfm"), .linkedLibrary("cmark-gfm-extensions"),
            ]),
        .systemLibrary(
            name: "CJavaScriptCore", pkgConfig: "javascriptcoregtk-4.1",
            providers: [.apt(["libjavascriptcoregtk-4.1-dev"])]),
        .systemLibrary(
            name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(
            name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(
            name: "CLibXML2", pkgConfig: "libxml-2.0", providers: [.apt(["libxml2-dev"])]),
        .systemLibrary(
            name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(
            name: "CCompression", pkgConfig: "libbrotlienc",
            providers: [.apt(["zlib1g-dev", "libbrotli-dev"])]),

        // How every other target searches and cuts text.
        .target(name: "UTF8Text", swiftSettings: memorySafe),

        // What every other target may say and read.
        library("Diagnostics"),
        library("CommandLineParsing", ["Diagnostics"]),

        // One wrapper above each C library.
        wrapper("SystemSupport", ["CLinux", "COpenSSL", "CCompression", "Diagnostics"]),
        wrapper("SQLite", ["CSQLite", "SystemSupport", "Diagnostics"]),
        wrapper("PostgreSQL", ["CLibPQ", "Diagnostics", "SystemSupport"]),
        wrapper("HTMLReading"),
        wrapper("Markdown", ["CCMarkGFM", "HTMLReading"]),
        wrapper("JavaScriptEngine", ["CJavaScriptCore"]),
        wrapper("PageText", ["CLibXML2"]),
        wrapper("WebServer", ["CLinux", "SystemSupport", "Diagnostics"]),
        wrapper("WebClient", ["CCurl", "SystemSupport", "Diagnostics"]),

        // The path from rows to files.
        library("SiteModel", ["Diagnostics"]),
        library("ContentStore", ["SiteModel", "PostgreSQL", "Diagnostics"]),
        library("ChatStore", ["PostgreSQL", "JSON", "SystemSupport", "Diagnostics"]),
        library("Theme", ["Diagnostics"]),
        library("AssetBundling", ["SiteModel", "JSON", "SystemSupport", "Diagnostics"]),
        library(
            "Planning",
            ["SiteModel", "AssetBundling", "SystemSupport", "Diagnostics"]),
        library("RenderProtocol", ["HTMLReading"]),
        library(
            "Rendering",
            [
                "RenderProtocol", "Planning", "AssetBundling", "SiteModel", "SystemSupport",
                "Diagnostics",
            ]),
        // The only program that runs code from the database, and has the means for nothing else.
        .executableTarget(
            name: "RenderWorker",
            dependencies: [
                "RenderProtocol", "JavaScriptEngine", "HTMLReading", "Markdown", "SiteModel",
                "SystemSupport",
                "UTF8Text",
            ],
            swiftSettings: memorySafe),
        library("Publishing", ["SQLite", "SystemSupport", "Diagnostics"]),
        library(
            "SitePipeline",
            [
                "ContentStore", "PostgreSQL", "Theme", "AssetBundling", "Planning", "Rendering",
                "RenderProtocol", "HTMLReading", "Publishing", "SiteModel", "SystemSupport",
                "Diagnostics",
            ]),
        library("Knowledge", ["PageText", "PostgreSQL", "SystemSupport", "Diagnostics"]),
        library("Deployment", ["Diagnostics"]),
        library("Metrics", ["SystemSupport"]),
        library("LivePreview", ["WebServer", "Diagnostics"]),
        library(
            "Chat",
            [
                "ChatStore", "Knowledge", "LanguageModels", "WebClient", "WebServer", "PostgreSQL",
                "Metrics", "JSON", "SiteModel", "SystemSupport", "Diagnostics",
            ]),
        library("JSON", ["SiteModel"]),
        library(
            "LanguageModels",
            ["WebClient", "JSON", "SiteModel", "SystemSupport", "Diagnostics"]),
        .executableTarget(
            name: "robbieblocks",
            dependencies: [
                "CommandLineParsing", "SitePipeline", "Planning", "Rendering", "ContentStore",
                "Publishing", "AssetBundling", "PostgreSQL", "WebServer", "Deployment", "Metrics",
                "LivePreview", "Chat", "LanguageModels", "Markdown", "SiteModel", "SystemSupport",
                "Diagnostics", "UTF8Text",
            ],
            swiftSettings: memorySafe),

        .target(
            name: "TestSupport",
            dependencies: [
                "AssetBundling", "SitePipeline", "Publishing", "Deployment", "SiteModel",
                "PostgreSQL", "SystemSupport", "Diagnostics", "robbieblocks", "RenderWorker",
                "ModelPeer",
            ],
            path: "Tests/TestSupport",
            swiftSettings: strict),
        // A process that publishes, for tests that kill it or fill its disk.
        .target(name: "CFaultInjection", path: "Tests/CFaultInjection"),
        .executableTarget(
            name: "PublishingWorkload",
            dependencies: ["CFaultInjection", "Publishing", "SystemSupport", "Diagnostics"],
            path: "Tests/PublishingWorkload",
            swiftSettings: strict),
        tests("UTF8Text", ["UTF8Text"]),
        tests("Diagnostics", ["Diagnostics"]),
        // A program that waits for signals and for a service manager, for its tests to talk to.
        .executableTarget(
            name: "ServiceProbe", dependencies: ["SystemSupport"], path: "Tests/ServiceProbe",
            swiftSettings: memorySafe),
        tests("SystemSupport", ["SystemSupport", "ServiceProbe", "Diagnostics", "CLinux"]),
        // A server of scripted models, for tests and measurements.
        .executableTarget(
            name: "ModelPeer", dependencies: ["CLinux", "JSON", "SiteModel"],
            path: "Tests/ModelPeer", swiftSettings: strict),
        tests("WebClient", ["WebClient", "SystemSupport", "Diagnostics"]),
        tests(
            "LanguageModels",
            ["LanguageModels", "WebClient", "SiteModel", "SystemSupport", "Diagnostics"]),
        tests("Metrics", ["Metrics", "WebServer"]),
        tests("SQLite", ["SQLite", "SystemSupport"]),
        tests("PostgreSQL", ["PostgreSQL", "SystemSupport", "Diagnostics"]),
        tests("JavaScriptEngine", ["JavaScriptEngine"]),
        tests("SiteModel", ["SiteModel", "Diagnostics"]),
        tests("JSON", ["JSON", "SiteModel"]),
        tests(
            "ContentStore",
            ["ContentStore", "SiteModel", "PostgreSQL", "SystemSupport", "Diagnostics"]),
        tests("ChatStore", ["ChatStore", "PostgreSQL", "SystemSupport", "Diagnostics"]),
        tests("AssetBundling", ["AssetBundling", "SiteModel", "SystemSupport", "Diagnostics"]),
        tests("Rendering", ["RenderProtocol", "HTMLReading", "RenderWorker"]),
        tests(
            "Publishing",
            ["PublishingWorkload", "Publishing", "SQLite", "SystemSupport", "Diagnostics"]),
        tests("HTMLReading", ["HTMLReading", "UTF8Text"]),
        tests("Markdown", ["Markdown"]),
        tests("PageText", ["PageText", "Markdown"]),
        tests(
            "Knowledge",
            [
                "Knowledge", "PageText", "Markdown", "Publishing", "PostgreSQL", "SystemSupport",
                "Diagnostics",
            ],
            exclude: ["Questions"]),
        tests("CommandLineParsing", ["CommandLineParsing", "Diagnostics"], exclude: ["Snapshots"]),
        tests("Theme", ["Theme", "Diagnostics"], exclude: ["Snapshots"]),
        tests("WebServer", ["WebServer", "Diagnostics"], exclude: ["Corpus"]),
        tests("Deployment", ["Deployment", "WebServer", "Diagnostics"]),
        tests(
            "LivePreview",
            [
                "LivePreview", "WebServer", "Deployment", "SitePipeline", "PostgreSQL",
                "SiteModel", "SystemSupport", "Diagnostics",
            ]),
        tests(
            "Chat",
            [
                "Chat", "ChatStore", "Knowledge", "LanguageModels", "WebClient", "WebServer",
                "PostgreSQL", "JSON", "SiteModel", "SystemSupport", "Diagnostics",
            ]),
        tests(
            "Documentation",
            ["LanguageModels", "SiteModel", "PostgreSQL", "SystemSupport", "Diagnostics"]),
        tests(
            "SitePipeline",
            ["SitePipeline", "Publishing", "PostgreSQL", "SystemSupport", "Diagnostics"]),
        tests(
            "Watch",
            [
                "ChatStore", "SitePipeline", "Rendering", "Planning", "ContentStore",
                "AssetBundling",
                "Publishing", "Deployment", "PostgreSQL", "SiteModel", "SystemSupport",
                "Diagnostics",
            ]),
        tests("ChatClients", ["PostgreSQL", "ModelPeer"], exclude: ["openai_package.py"]),
        tests("Serving", ["Deployment", "Publishing", "SystemSupport"]),
        tests("Browser", ["AssetBundling", "Publishing", "SiteModel"]),
        tests(
            "ChatWidget",
            [
                "AssetBundling", "JavaScriptEngine", "PostgreSQL", "SiteModel", "SystemSupport",
                "Diagnostics",
            ]),
    ],
    swiftLanguageModes: [.v6]
)
