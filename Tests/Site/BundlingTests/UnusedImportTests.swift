import Core
import SiteModel
import System
import TestSupport
import Testing

@testable import Bundling

/// esbuild leaves an import out of which nothing is used, whatever it is from.
@Suite struct UnusedImportTests {
    private func bundle(
        _ components: [Component], cache: BundleCache
    ) async throws -> (bundle: AssetBundle, diagnostics: [Diagnostic]) {
        try await AssetBundler(searchPath: "/usr/local/bin:/usr/bin:/bin", cache: cache).bundle(
            components: components, node: Node(id: "acme", name: "Acme"),
            library: try TemplateLibrary(root: Directory(ProjectFolder.path)))
    }

    private static let end =
        "\nexport default function Part() { return <p id=\"x\">x, lodash</p>; }"

    /// Each with the place of the path.
    @Test func whatIsNotThereIsNamed() async throws {
        let codes: [(code: String, line: Int, column: Int)] = [
            ("import x from 'lodash';", 1, 15),
            ("// 'lodash', \"lodash\"\n/* é */ import * as x from \"lodash\"", 2, 28),
            ("import a, { b as x, type C } from 'lodash'; let y = {} as { a_: C };", 1, 35),
            ("import {\n  useState,\n} from 'react';\nimport x from '../x'; useState.x;", 4, 15),
        ]
        let folder = try TestFolder()
        // Made, then known from memory, then from disk.
        let first = BundleCache(folder: folder.path + "/cache")
        for cache in [first, first, BundleCache(folder: folder.path + "/cache")] {
            for isPlaced in [true, false] {
                let components = codes.enumerated().map { index, code in
                    var component = Component(key: "c\(index)", code: code.code + Self.end)
                    component.isPlaced = isPlaced
                    return component
                }
                let (made, diagnostics) = try await bundle(components, cache: cache)
                #expect(
                    diagnostics.map(\.severity) == .init(repeating: .warning, count: codes.count))
                for (index, code) in codes.enumerated() {
                    let warning = diagnostics.first { $0.location.component == "c\(index)" }
                    #expect(warning?.code == .importNotAllowed, "\(code): \(diagnostics)")
                    #expect(warning?.location.field == "react_code")
                    #expect(warning?.location.line == code.line, "\(code)")
                    #expect(warning?.location.column == code.column, "\(code)")
                    #expect((made.components["c\(index)"] != nil) == isPlaced)
                }
            }
        }
    }

    @Test func typesAreUses() async throws {
        let codes = [
            "import type X from 'lodash';", "import { type X } from 'lodash';",
            "import X from 'lodash'; let a: X;",
            "import * as X from 'lodash'; type A = X.Y | null;",
            "import { Y as X } from 'lodash'; let a = {} as X;",
            "import { X } from 'lodash'; const f = (a: Array<X>): a is X[] => true;",
            "import { useState, useMemo } from 'react';",
            "import X, { important } from 'lodash'; let a: X;",
        ]
        let components = codes.enumerated().map {
            Component(key: "c\($0.offset)", code: $0.element + Self.end)
        }
        let (made, diagnostics) = try await bundle(components, cache: BundleCache())
        #expect(diagnostics == [])
        #expect(made.components.count == codes.count)
    }
}
