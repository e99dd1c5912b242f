import Core
import Testing

@Suite struct SharedFaultTests {
    private func threw(_ page: String, _ message: String = "it threw") -> Diagnostic {
        Diagnostic(
            .renderFailed, message,
            at: .init(page: page, block: 1, component: "card", field: "react_code", line: 3))
    }

    @Test func aComponentThatThrowsOnManyPagesIsOneFault() {
        let faults = SharedFault.all(in: [
            threw("home"), threw("about"), threw("home"), threw("news", "it threw otherwise"),
        ])
        #expect(faults.map { $0.places.map(\.page) } == [["home", "about"], ["news"]])
        #expect(faults.map(\.diagnostic.location.page) == [nil, "news"])
        #expect(faults[0].identity == SharedFault(threw("other")).identity)
    }

    /// Comparing each page with all others would take minutes.
    @Test(.timeLimit(.minutes(1))) func aFaultMayBeOnEveryPageOfALargeSite() {
        let pages = (0..<40_000).map { "page-\($0)" }
        let faults = SharedFault.all(in: (pages + pages).map { threw($0) })
        #expect(faults.count == 1)
        #expect(faults.first?.places.map(\.page) == pages)
    }

    /// The same words about two rows are two things to fix.
    @Test(arguments: ["content", "props", "metadata", "layout_template", "zone"])
    func faultsOfPagesStayApart(_ field: String) {
        let faults = ["home", "about"].map {
            Diagnostic(.badProps, "wrong", at: .init(page: $0, component: "card", field: field))
        }
        #expect(SharedFault.all(in: faults).count == 2)
        #expect(Set(faults.map { SharedFault($0).identity }).count == 2)
        // Other words at the same place are no other place.
        var other = faults[0]
        (other.message, other.location.line) = ("wrong in another way", 3)
        #expect(SharedFault(other).place == SharedFault(faults[0]).place)
        #expect(SharedFault(other).place != SharedFault(faults[1]).place)
    }

    @Test func aHintNamesNodeAndFolderOfTheCall() {
        #expect(
            commandLine("resume", node: "acme", output: defaultOutputFolder)
                == "robbieblocks resume --node acme")
        #expect(
            commandLine("build", node: "acme", output: "/srv/it's here", "--force")
                == #"robbieblocks build --node acme --output '/srv/it'\''s here' --force"#)
        #expect([0, 1, 2].map { counted($0, "edit") } == ["0 edits", "1 edit", "2 edits"])
    }

    @Test func whatFollowsFromAFaultBelongsToIt() {
        let layout = "templates/layouts/wide.tsx"
        let causes = [
            Diagnostic(.syntaxError, "a", at: .init(component: "card", field: "react_code")),
            Diagnostic(.syntaxError, "b", at: .init(field: layout)),
        ]
        let effects = [
            Diagnostic(
                .unknownComponent, "cannot be used", at: .init(page: "home", component: "card"),
                hint: Diagnostic.brokenComponentHint),
            Diagnostic(
                .unknownLayout, "cannot be used",
                at: .init(page: "about", field: "layout_template"),
                hint: Diagnostic.brokenLayoutHint(file: layout)),
        ]
        let faults = SharedFault.all(in: effects + causes)
        #expect(faults.map(\.diagnostic.message) == ["a", "b"])
        #expect(faults.map { $0.places.map(\.page) } == [["home"], ["about"]])
        // Without the cause, as in a part of a report, nothing is lost.
        #expect(SharedFault.all(in: effects).map(\.diagnostic) == effects)
    }
}
