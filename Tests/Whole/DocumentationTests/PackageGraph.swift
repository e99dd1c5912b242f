import TestSupport

/// The targets of Package.swift and what each may import, as far as the layers have them.
struct PackageGraph {
    struct Target: Hashable {
        /// A case of `Layer`.
        var layer: String
        /// Without `Core`, which every target imports.
        var imports: Set<String>
    }

    private(set) var targets: [String: Target] = ["Core": Target(layer: "platform", imports: [])]
    private(set) var programs: [String] = []

    init() throws {
        let package = try ProjectFolder.text(of: "Package.swift")
        let libraries = package.matches(
            of: /(?:library|wrapper)\(\s*"(\w+)",\s*in: \.(\w+)(?:,\s*\[([^\]]*)\])?/)
        for library in libraries {
            targets[String(library.output.1)] = Target(
                layer: String(library.output.2), imports: Self.names(library.output.3 ?? ""))
        }
        let executables = package.matches(
            of:
                /executableTarget\(\s*name: "(\w+)",\s*dependencies: \[([^\]]*)\],\s*path: Layer\.(\w+)/
        )
        for program in executables {
            programs.append(String(program.output.1))
            targets[String(program.output.1)] = Target(
                layer: String(program.output.3), imports: Self.names(program.output.2))
        }
    }

    private static func names(_ list: Substring) -> Set<String> {
        Set(list.matches(of: /"(\w+)"/).map { String($0.output.1) }).subtracting(["Core"])
    }
}
