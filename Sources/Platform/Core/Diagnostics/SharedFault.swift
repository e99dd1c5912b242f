/// One error, however many pages it affects.
///
/// A component that throws fails on every page that places it. A component that does not compile
/// makes each of these pages report that it cannot be used. There is one thing to fix, so there is
/// one entry, which lists the pages.
public struct SharedFault: Hashable, Sendable {
    /// A page that the error affects.
    public struct Place: Hashable, Sendable {
        public var page: String
        public var block: Int?
    }

    /// The error; it names a page and a block only when there is just one.
    public var diagnostic: Diagnostic
    /// The affected pages in the order they were found, each once.
    public var places: [Place]

    /// Makes an entry of a single error.
    public init(_ diagnostic: Diagnostic) {
        self.diagnostic = diagnostic
        let location = diagnostic.location
        places = location.page.map { [Place(page: $0, block: location.block)] } ?? []
    }

    /// The identity of the error: everything but the pages, unless the error is in a row of one
    /// page.
    public var identity: Diagnostic {
        guard diagnostic.isOfSharedRow else { return diagnostic }
        var identity = diagnostic
        (identity.location.page, identity.location.block) = (nil, nil)
        return identity
    }

    /// Where the error is. A later error at this place is the same one in other words, or one that
    /// the first had hidden.
    public var place: Diagnostic.Location {
        var place = identity.location
        (place.line, place.column) = (nil, nil)
        return place
    }

    /// Groups diagnostics that describe one error, in order of appearance.
    public static func all(in diagnostics: [Diagnostic]) -> [SharedFault] {
        var grouping = Grouping()
        var causes: [String: Int] = [:]
        var consequences: [Diagnostic] = []
        for diagnostic in diagnostics {
            if diagnostic.cause != nil {
                consequences.append(diagnostic)
                continue
            }
            let index = grouping.add(diagnostic)
            if diagnostic.severity == .error, diagnostic.location.page == nil,
                let name = diagnostic.location.component ?? diagnostic.location.field
            {
                causes[name] = causes[name] ?? index
            }
        }
        for diagnostic in consequences {
            if let index = diagnostic.cause.flatMap({ causes[$0] }) {
                grouping.add(diagnostic.location, to: index)
            } else {
                grouping.add(diagnostic)
            }
        }
        return grouping.faults
    }

    fileprivate mutating func add(_ place: Place) {
        places.append(place)
        guard places.count > 1 else { return }
        (diagnostic.location.page, diagnostic.location.block) = (nil, nil)
    }
}

extension SharedFault {
    /// The errors grouped so far.
    private struct Grouping {
        private(set) var faults: [SharedFault] = []
        private var indexes: [Diagnostic: Int] = [:]
        /// The pages of each error. One error may affect every page of a large site.
        private var pages: [Set<String>] = []

        /// - Returns: the index of the diagnostic's error.
        @discardableResult
        mutating func add(_ diagnostic: Diagnostic) -> Int {
            let fault = SharedFault(diagnostic)
            let key = diagnostic.isOfSharedRow ? fault.identity : diagnostic
            if let index = indexes[key] {
                add(diagnostic.location, to: index)
                return index
            }
            indexes[key] = faults.count
            faults.append(fault)
            pages.append(Set(fault.places.map(\.page)))
            return faults.count - 1
        }

        /// Adds the page of the location to an error.
        mutating func add(_ location: Diagnostic.Location, to index: Int) {
            guard let page = location.page, pages[index].insert(page).inserted else { return }
            faults[index].add(Place(page: page, block: location.block))
        }
    }
}

extension Diagnostic {
    /// Whether the place is in a row or file that several pages may use, so that errors that differ
    /// only in the page are one. In a page's own row or block, the same message is a separate
    /// error.
    fileprivate var isOfSharedRow: Bool {
        if location.frame != nil { return true }
        guard let field = location.field else {
            return severity == .warning || location.component != nil
        }
        let ofPage: Set = [
            "conditions", "content", "layout_template", "metadata", "page_route", "props", "zone",
            "component_id",
        ]
        return !ofPage.contains(field)
    }

    /// The component or file whose error causes this one; nil when this error has no other cause.
    fileprivate var cause: String? {
        guard let hint, location.page != nil else { return nil }
        switch code {
        case .unknownComponent where hint == Self.brokenComponentHint: return location.component
        case .unknownLayout: return Self.brokenLayoutFile(inHint: hint)
        default: return nil
        }
    }

    /// The hint for a page that places a component with an error of its own.
    public static let brokenComponentHint = "fix the component's own error first"
    private static let (layoutHintStart, layoutHintEnd) = ("fix ", " first")

    /// Returns the hint for a page whose layout has an error of its own.
    ///
    /// - Parameter file: the layout's file.
    public static func brokenLayoutHint(file: String) -> String {
        layoutHintStart + file + layoutHintEnd
    }

    private static func brokenLayoutFile(inHint hint: String) -> String? {
        let bytes = hint.utf8
        guard bytes.starts(with: layoutHintStart.utf8),
            bytes.reversed().starts(with: layoutHintEnd.utf8.reversed())
        else { return nil }
        return String(
            Substring(
                bytes.dropFirst(layoutHintStart.utf8.count).dropLast(layoutHintEnd.utf8.count)))
    }
}
