import Core
import Foundation
import SiteModel
import System
import TestSupport
import Testing

@testable import Bundling

/// The library knows what it was read from.
@Suite struct TemplateLibraryTests {
    /// A copy of the project's templates and branding, and a font.
    private func project() throws -> TestFolder {
        let folder = try TestFolder()
        for name in ["templates", "branding"] {
            try FileManager.default.copyItem(
                atPath: ProjectFolder.path + "/" + name, toPath: folder.path + "/" + name)
        }
        try folder.write(
            "branding/fonts.json",
            #"[{"family": "Own", "file": "fonts/own.woff2"}, {"family": "Not there", "file": "fonts/none.woff2"}]"#
        )
        try folder.write("fonts/own.woff2", "wOF2, not really")
        return folder
    }

    private func read(_ folder: TestFolder) throws -> TemplateLibrary {
        try TemplateLibrary(root: Directory(folder.path))
    }

    @Test func namesItsFilesAndFolders() throws {
        let library = try read(try project())
        for file in [
            "templates/components/hero.tsx", "templates/components/hero.css",
            "templates/components/hero.schema.json", "templates/document.tsx",
            "templates/runtime/server.js", "templates/styles/10-reset.css",
            "branding/themes.json", "branding/testpilot/logo.svg", "fonts/own.woff2",
        ] {
            #expect(library.files.contains(file), "\(file)")
        }
        #expect(!library.files.contains("fonts/none.woff2"))
        #expect(library.folders == ["templates", "branding", "fonts"])
        #expect(
            library.files.allSatisfy { file in
                library.folders.contains { file.hasPrefix($0 + "/") }
            })
    }

    /// The files of the engine and of the widget are bundled as one folder, so that a name in both
    /// would lose one of them.
    @Test func everyFileOfEngineAndWidgetIsRead() throws {
        let folders = ["templates/runtime", "templates/widget"]
        let names = try folders.flatMap { try Directory(ProjectFolder.path).names(in: $0) }
        let library = try TemplateLibrary(root: Directory(ProjectFolder.path))
        #expect(library.runtime.keys.sorted() == names.sorted())
    }

    @Test(arguments: [
        "templates/components/hero.tsx", "templates/components/hero.css",
        "templates/components/hero.schema.json", "templates/layouts/single-column.css",
        "templates/document.tsx", "templates/runtime/islands.js", "templates/styles/10-reset.css",
        "branding/themes.json", "branding/testpilot/logo.svg", "branding/testpilot/tokens.json",
        "fonts/own.woff2", "templates/components/added.tsx", "branding/added/logo.svg",
        "templates/styles/99-added.css",
    ])
    func anEditChangesTheFingerprint(file: String) throws {
        let folder = try project()
        let before = try read(folder).fingerprint
        #expect(try read(folder).fingerprint == before)
        let path = folder.path + "/" + file
        let old = FileManager.default.contents(atPath: path)
        try folder.write(file, Array(old ?? Data()) + Array("\n ".utf8))
        #expect(try read(folder).fingerprint != before)
        try FileManager.default.removeItem(atPath: path)
        if old != nil {
            #expect((try? read(folder).fingerprint) != before)
        } else {
            #expect(try read(folder).fingerprint == before)
        }
    }

    @Test func whatEditorsLeaveIsNotRead() throws {
        let folder = try project()
        let before = try read(folder)
        try folder.write("templates/runtime/.server.js.swp", "half")
        try folder.write("templates/components/.hero.tsx.swp", "half")
        try folder.write("templates/components/.#hero.tsx", "half")
        try folder.link("templates/styles/.#10-reset.css", to: "nobody@nowhere")
        let after = try read(folder)
        #expect(after.fingerprint == before.fingerprint)
        #expect(after.files == before.files)
        #expect(after.components == before.components)
    }

    /// Named files are published, so only pictures and fonts of the project are accepted.
    @Test(arguments: [
        ".robbieblocks/chat-secret", ".robbieblocks/secret.woff2", "/etc/x.woff2", "../x.woff2",
        "fonts/../../x.woff2", "fonts/own.ttf", ".hidden/x.woff2", "fonts//own.woff2", "",
    ])
    func onlyFontsOfTheProjectAreTaken(path: String) throws {
        let folder = try project()
        try folder.write("branding/fonts.json", #"[{"family": "A", "file": "\#(path)"}]"#)
        let fault = #expect(throws: Diagnostic.self) { try read(folder) }
        #expect(fault?.code == .badBranding)
        #expect(fault?.location.field == "branding/fonts.json")
    }

    /// Neither a link out of the folder nor what is no file holds a build up or is published; hidden
    /// files, such as an editor's lock, do not count.
    @Test func picturesAreFilesOfTheFolder() throws {
        let folder = try project()
        func path(_ name: String) -> String { folder.path + "/branding/testpilot/" + name }
        symlink("somebody@host.1:2", path(".#logo.svg"))
        symlink("logo.svg", path("same.svg"))
        #expect(try read(folder).branding(of: "testpilot").files["same.svg"] != nil)
        let faults: [(String, (String) -> Void)] = [
            ("pipe.svg", { mkfifo($0, 0o600) }),
            ("out.svg", { symlink("/etc/passwd", $0) }),
            ("nothing.png", { symlink("nosuch", $0) }),
            ("loop.png", { symlink("loop.png", $0) }),
            ("folder.svg", { mkdir($0, 0o755) }),
            (
                "large.png",
                { path in
                    let file = creat(path, 0o644)
                    ftruncate(file, 9 << 20)
                    close(file)
                }
            ),
        ]
        for (name, make) in faults {
            let library = try read(folder)
            make(path(name))
            for fault in [
                #expect(throws: Diagnostic.self) { try read(folder) },
                #expect(throws: Diagnostic.self) { try library.branding(of: "testpilot") },
            ] {
                #expect(fault?.code == .badBranding, "\(name)")
                #expect(fault?.location.field == "branding/testpilot/\(name)")
            }
            try FileManager.default.removeItem(atPath: path(name))
        }
        try folder.write("fonts/own.woff2", "not a WOFF2 font")
        let library = try read(folder)
        let font = try #require(library.fonts.first)
        #expect(throws: Diagnostic.self) { try library.bytes(of: font) }
    }

    /// An entry that means nothing would be another font, or none, without a word.
    @Test func aListOfFontsIsReadWholeOrRefused() throws {
        let folder = try project()
        let one = #""family": "A", "file": "fonts/own.woff2""#
        let many = (1...101).map { #"{"family": "A\#($0)", "file": "fonts/own.woff2"}"# }
        for (list, words) in [
            ("{}", "not a list"), ("null", "not a list"), ("[5]", "no 'family'"),
            (#"[{\#(one), "weight": "bold"}]"#, "weight"), (#"[{\#(one), "weight": 0}]"#, "weight"),
            (#"[{\#(one), "weight": 400.5}]"#, "weight"),
            (#"[{\#(one), "weight": "1001"}]"#, "weight"),
            (#"[{\#(one), "weight": "900 100"}]"#, "weight"),
            (#"[{\#(one), "weight": ""}]"#, "weight"),
            (#"[{\#(one), "weight": "1 2 3"}]"#, "weight"),
            (#"[{\#(one), "style": "oblique"}]"#, "style"),
            (#"[{\#(one)}, {"family": "a", "file": "fonts/b.woff2"}]"#, "two entries"),
            (#"[{"family": "A", "file": "fonts/o\u0000wn.woff2"}]"#, "path"),
            ("[" + many.joined(separator: ",") + "]", "101"),
        ] {
            try folder.write("branding/fonts.json", list)
            let fault = #expect(throws: Diagnostic.self) { try read(folder) }
            #expect(fault?.code == .badBranding && fault?.location.field == "branding/fonts.json")
            #expect(fault?.message.contains(words) == true, "\(list): \(fault?.message ?? "")")
        }
        try folder.write(
            "branding/fonts.json",
            """
            [{\(one), "weight": 700}, {\(one), "weight": "100 600", "style": "italic"}, {\(one)},
             {"family": "B", "file": "fonts/onw.woff2"},
             {"family": "C", "file": ".robbieblocks/fonts/c.woff2"}]
            """)
        let library = try read(folder)
        #expect(
            library.fonts.map(\.weight) == [700...700, 100...600, 400...400, 400...400, 400...400])
        #expect(library.fonts.map(\.style) == [.normal, .italic, .normal, .normal, .normal])
        // The set-up makes the last one.
        #expect(library.warnings.map(\.severity) == [.warning])
        #expect(library.warnings.first?.message.contains("'fonts/onw.woff2'") == true)
    }

    @Test func otherSettingsAreReadWholeOrRefused() throws {
        for (file, text) in [
            ("branding/themes.json", "[]"), ("branding/themes.json", #"{"dark": 5}"#),
            ("branding/themes.json", #"{"dark": {"color.text": 5}}"#),
            ("branding/testpilot/tokens.json", "[]"), ("fonts/own.fallback.json", "{}"),
            ("fonts/own.fallback.json", #"[{"local": ["Arial"], "size_adjust": "%"}]"#),
        ] {
            let folder = try project()
            try folder.write(file, text)
            let fault = #expect(throws: Diagnostic.self) {
                try read(folder).branding(of: "testpilot")
            }
            #expect(fault?.code == .badBranding, "\(file): \(text)")
            #expect(fault?.location.field == file)
        }
    }

    /// Three characters, since U+0600 and the dot behind it are one.
    @Test func anyNameOfATemplateIsRead() throws {
        let folder = try project()
        try folder.write("templates/components/\u{600}.tsx", "<p/>")
        #expect(try read(folder).components["\u{600}"]?.code == "<p/>")
    }
}
