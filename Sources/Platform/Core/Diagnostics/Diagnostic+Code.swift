extension Diagnostic {
    /// The kinds of error. The raw value is what `--json` prints and what the documentation lists.
    public enum Code: String, Hashable, Sendable, Codable, CaseIterable {
        // Content errors (exit code 1).
        case unknownLayout = "unknown-layout"
        case unknownComponent = "unknown-component"
        case unpublishedComponent = "unpublished-component"
        case unknownZone = "unknown-zone"
        case unknownApp = "unknown-app"
        case badRoute = "bad-route"
        case routeCollision = "route-collision"
        case badProps = "bad-props"
        case badPropsSchema = "bad-props-schema"
        case badConditions = "bad-conditions"
        case badMetadata = "bad-metadata"
        case badNodeID = "bad-node-id"
        case syntaxError = "syntax-error"
        case importNotAllowed = "import-not-allowed"
        case noComponentFound = "no-component-found"
        case renderFailed = "render-failed"
        case badNesting = "bad-nesting"
        case renderTimedOut = "render-timed-out"
        case renderCrashed = "render-crashed"
        case renderOutOfMemory = "render-out-of-memory"
        case outputTooLarge = "output-too-large"
        case contentTooLarge = "content-too-large"
        case badEncoding = "bad-encoding"
        case badToken = "bad-token"
        case badStyles = "bad-styles"
        case badBranding = "bad-branding"
        case brokenLink = "broken-link"
        case brokenAnchor = "broken-anchor"
        case missingFile = "missing-file"
        case refusedByPolicy = "refused-by-policy"
        case omittedMarkup = "omitted-markup"
        case doubledID = "doubled-id"
        case nothingToPublish = "nothing-to-publish"
        case mostPagesGone = "most-pages-gone"

        // Usage errors (exit code 2).
        case usage = "usage"
        case unknownNode = "unknown-node"
        case unknownPage = "unknown-page"

        // Environment errors (exit code 3).
        case databaseUnavailable = "database-unavailable"
        case databaseError = "database-error"
        case schemaMissing = "schema-missing"
        case toolMissing = "tool-missing"
        case toolFailed = "tool-failed"
        case fileSystem = "file-system"
        case workerFailed = "worker-failed"
        case workerProtocol = "worker-protocol"
        case buildSuperseded = "build-superseded"
        case internalError = "internal-error"
        case addressInUse = "address-in-use"
        case claimLost = "claim-lost"
        case otherFolder = "other-folder"
        case otherDatabase = "other-database"
        case interrupted = "interrupted"
    }
}

extension Diagnostic.Code {
    /// The exit code of the process when this is its most severe diagnostic.
    public var exitCode: ExitCode {
        switch self {
        case .usage, .unknownNode, .unknownPage: .usage
        case .databaseUnavailable, .databaseError, .schemaMissing, .toolMissing, .toolFailed,
            .fileSystem, .workerFailed, .workerProtocol, .buildSuperseded, .internalError,
            .addressInUse, .claimLost, .otherFolder, .otherDatabase, .interrupted:
            .environment
        default: .content
        }
    }
}

/// The four exit codes of a command.
public enum ExitCode: Int32, Sendable, Comparable {
    case success = 0
    /// The content in the database is wrong: an admin must fix a row.
    case content = 1
    /// The call is wrong: the caller must fix the command line.
    case usage = 2
    /// The environment is wrong: the database is down, a tool is missing, a disk is full.
    case environment = 3

    public static func < (left: ExitCode, right: ExitCode) -> Bool {
        left.rawValue < right.rawValue
    }
}
