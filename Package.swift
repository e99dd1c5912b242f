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

/// Folders of Sources and Tests. Each layer stands on those before it, and imports none behind it.
enum Layer: String {
    /// Module maps and shims of system libraries.
    case c = "C"
    /// What any server program needs: text, files, processes, databases, HTTP.
    case platform = "Platform"
    /// From rows to published files.
    case site = "Site"
    /// From a question to a stored answer.
    case chat = "Chat"
    /// What people start.
    case apps = "Apps"

    func folder(of target: String) -> String { "Sources/\(rawValue)/\(target)" }
}

/// A system library without code of ours.
func system(_ name: String, pkgConfig: String? = nil, packages: [String] = []) -> Target {
    .systemLibrary(
        name: name, path: Layer.c.folder(of: name), pkgConfig: pkgConfig,
        providers: packages.isEmpty ? nil : [.apt(packages)])
}

/// A target that may touch C pointers: it wraps C libraries, or the operating system.
func wrapper(
    _ name: String, in layer: Layer, _ dependencies: [Target.Dependency] = []
) -> Target {
    .target(
        name: name, dependencies: ["Core"] + dependencies, path: layer.folder(of: name),
        swiftSettings: strict)
}

/// A target of plain Swift.
func library(
    _ name: String, in layer: Layer, _ dependencies: [Target.Dependency] = []
) -> Target {
    .target(
        name: name, dependencies: ["Core"] + dependencies, path: layer.folder(of: name),
        swiftSettings: memorySafe)
}

/// The tests of the target `name`, or of the whole product when it is in no layer.
func tests(
    _ name: String, in layer: Layer?, _ dependencies: [Target.Dependency],
    exclude: [String] = []
) -> Target {
    .testTarget(
        name: name + "Tests",
        dependencies: ["Core"] + dependencies + ["TestSupport"],
        path: "Tests/\(layer?.rawValue ?? "Whole")/\(name)Tests",
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
        // MARK: C
        system("CLinux"),
        system("CLibPQ", pkgConfig: "libpq", packages: ["libpq-dev"]),
        // Compiled C: the parser's memory needs one definition and longjmp, which Swift has not.
        .target(
            name: "CCMarkGFM", path: Layer.c.folder(of: "CCMarkGFM"),
            linkerSettings: [
                .linkedLibrary("cmark-gfm"), .linkedLibrary("cmark-gfm-extensions"),
            ]),
        // Compiled C: memory with a limit and longjmp, as above.
        .target(
            name: "CGumbo", path: Layer.c.folder(of: "CGumbo"),
            linkerSettings: [.linkedLibrary("gumbo")]),
        system(
            "CJavaScriptCore", pkgConfig: "javascriptcoregtk-4.1",
            packages: ["libjavascriptcoregtk-4.1-dev"]),
        system("CSQLite", pkgConfig: "sqlite3", packages: ["libsqlite3-dev"]),
        system("CCurl", pkgConfig: "libcurl", packages: ["libcurl4-openssl-dev"]),
        system("COpenSSL", pkgConfig: "libcrypto", packages: ["libssl-dev"]),
        system(
            "CCompression", pkgConfig: "libbrotlienc",
            packages: ["zlib1g-dev", "libbrotli-dev"]),

        // MARK: Platform
        // Every other target imports it: text by bytes, diagnostics, JSON.
        .target(name: "Core", path: Layer.platform.folder(of: "Core"), swiftSettings: memorySafe),
        wrapper("System", in: .platform, ["CLinux", "COpenSSL", "CCompression", "CSQLite"]),
        wrapper("PostgreSQL", in: .platform, ["CLibPQ", "System"]),
        wrapper("HTML", in: .platform),
        // Apart from HTML, so that the worker does not link gumbo.
        wrapper("HTMLTree", in: .platform, ["CGumbo", "HTML"]),
        wrapper("HTTP", in: .platform, ["CLinux", "CCurl", "System"]),

        // MARK: Site
        library("SiteModel", in: .site),
        library("Content", in: .site, ["SiteModel", "PostgreSQL", "System"]),
        library("Bundling", in: .site, ["SiteModel", "System"]),
        wrapper("RenderProtocol", in: .site, ["HTML"]),
        library("Rendering", in: .site, ["RenderProtocol", "Bundling", "SiteModel", "System"]),
        wrapper("Markdown", in: .site, ["CCMarkGFM", "HTML"]),
        wrapper("RenderEngine", in: .site, ["CJavaScriptCore", "CLinux"]),
        library("Publishing", in: .site, ["System"]),
        library(
            "Build", in: .site,
            [
                "Content", "PostgreSQL", "Bundling", "Rendering", "RenderProtocol", "HTML",
                "Publishing", "SiteModel", "System",
            ]),

        // MARK: Chat
        library("LanguageModels", in: .chat, ["HTTP", "System"]),
        library(
            "Chat", in: .chat, ["LanguageModels", "HTMLTree", "HTTP", "PostgreSQL", "System"]),

        // MARK: Apps
        library("CommandLine", in: .apps),
        library("Operations", in: .apps, ["HTTP", "System", "Content", "Publishing", "Build"]),
        .executableTarget(
            name: "robbieblocks",
            dependencies: [
                "Core", "System", "PostgreSQL", "HTTP", "SiteModel", "Content", "Bundling",
                "Rendering", "Markdown", "Publishing", "Build", "LanguageModels", "Chat",
                "CommandLine", "Operations",
            ],
            path: Layer.apps.folder(of: "robbieblocks"),
            swiftSettings: memorySafe),
        // The only program that runs code from the database, and has the means for nothing else.
        .executableTarget(
            name: "RenderWorker",
            dependencies: [
                "Core", "HTML", "SiteModel", "RenderProtocol", "Markdown", "RenderEngine",
            ],
            path: Layer.apps.folder(of: "RenderWorker"),
            swiftSettings: memorySafe),

        // MARK: What tests share
        // Tests start programs, which `swift build --build-tests` makes as it makes every product. None
        // is a dependency of a test: each change of a program would compile all tests again.
        .target(
            name: "TestSupport",
            dependencies: [
                "Core", "System", "PostgreSQL", "HTTP", "SiteModel", "Content", "Bundling",
                "Publishing", "Build", "Operations",
            ],
            path: "Tests/Support/TestSupport",
            swiftSettings: strict),
        // A process that publishes, for tests that kill it or fill its disk.
        .target(name: "CFaultInjection", path: "Tests/Support/CFaultInjection"),
        .executableTarget(
            name: "PublishingWorkload",
            dependencies: ["CFaultInjection", "Core", "Publishing", "System"],
            path: "Tests/Support/PublishingWorkload",
            swiftSettings: strict),
        // A program that waits for signals and for a service manager, for its tests to talk to.
        .executableTarget(
            name: "ServiceProbe", dependencies: ["Core", "System"],
            path: "Tests/Support/ServiceProbe", swiftSettings: memorySafe),
        // A server of scripted models, for tests and measurements.
        .executableTarget(
            name: "ModelPeer", dependencies: ["CLinux", "Core"],
            path: "Tests/Support/ModelPeer", swiftSettings: strict),

        // MARK: Tests of targets
        tests("Core", in: .platform, []),
        tests("System", in: .platform, ["System", "CLinux"]),
        tests("PostgreSQL", in: .platform, ["PostgreSQL", "System"]),
        tests("HTML", in: .platform, ["HTML"]),
        tests("HTMLTree", in: .platform, ["HTMLTree"]),
        tests("HTTP", in: .platform, ["HTTP", "System"], exclude: ["Server/Corpus"]),
        tests("SiteModel", in: .site, ["SiteModel"], exclude: ["Theme/Snapshots"]),
        tests("Content", in: .site, ["Content", "SiteModel", "PostgreSQL", "System"]),
        tests("Bundling", in: .site, ["Bundling", "SiteModel", "System"]),
        tests(
            "Rendering", in: .site,
            [
                "Rendering", "RenderProtocol", "Bundling", "SiteModel", "HTML", "RenderWorker",
                "System",
            ]),
        tests("Markdown", in: .site, ["Markdown"]),
        tests("RenderEngine", in: .site, ["RenderEngine"]),
        tests("Publishing", in: .site, ["Publishing", "System"]),
        tests(
            "Build", in: .site,
            [
                "Build", "Rendering", "Content", "Bundling", "Publishing", "Chat", "Operations",
                "HTTP", "PostgreSQL", "SiteModel", "System", "CFaultInjection",
            ]),
        tests("LanguageModels", in: .chat, ["LanguageModels", "HTTP", "System"]),
        tests(
            "Chat", in: .chat,
            [
                "Chat", "LanguageModels", "HTTP", "Markdown", "Publishing",
                "PostgreSQL", "SiteModel", "System",
            ],
            exclude: ["Knowledge/Questions"]),
        tests("CommandLine", in: .apps, ["CommandLine"], exclude: ["Snapshots"]),
        tests(
            "Operations", in: .apps,
            [
                "Operations", "HTTP", "Build", "Content", "Publishing", "PostgreSQL", "SiteModel",
                "System",
            ]),

        // MARK: Tests of the whole product
        tests(
            "Documentation", in: nil, ["LanguageModels", "SiteModel", "PostgreSQL", "System"]),
        tests(
            "ChatClients", in: nil, ["PostgreSQL"], exclude: ["openai_package.py"]),
        tests("Browser", in: nil, ["Bundling", "Publishing", "SiteModel"]),
        tests(
            "ChatWidget", in: nil,
            ["Bundling", "RenderEngine", "PostgreSQL", "SiteModel", "System"]),
    ],
    swiftLanguageModes: [.v6]
)
