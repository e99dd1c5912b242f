public import Core

/// Messages between the program and a render worker; each message is one frame.
public enum WorkerProtocol {
    /// The largest frame in either direction, in bytes.
    public static let frameLimit = 64 << 20
    /// The largest page, in bytes of HTML.
    public static let pageLimit = 16 << 20
    /// The exit status of a worker that exceeded its memory limit.
    public static let outOfMemoryStatus: Int32 = 77
    /// The text that the worker puts before a module's code; columns in its stacks include it.
    public static let factoryPrefix = "((require,provide)=>{\"use strict\";"

    /// What a request begins with.
    public enum RequestKind: UInt8, Sendable { case setup, render, load }

    /// A message from the worker; there is one `page` for each job, in the order of the jobs.
    public enum Reply: Sendable {
        case ready
        /// The worker cannot be set up.
        case refused(reason: String)
        case step(piece: Int)
        case page(PageOutcome)
    }

    /// The result of one job.
    public enum PageOutcome: Sendable {
        case html([UInt8], Remarks, warnings: [Fault])
        case faults([Fault])
    }

    /// Why a page could not be rendered.
    public struct Fault: Hashable, Sendable {
        public enum Kind: UInt8, Sendable { case render, props, schema, markdown, size, nesting }

        public var kind: Kind
        /// Index into the job's pieces; nil for the layout and the document shell.
        public var piece: Int?
        public var message: String
        public var line: Int?
        /// JavaScript frames, innermost first.
        public var stack: String

        public init(kind: Kind, piece: Int?, message: String, line: Int?, stack: String) {
            self.kind = kind
            self.piece = piece
            self.message = message
            self.line = line
            self.stack = stack
        }
    }
}

extension WorkerProtocol.Reply {
    public func encode() -> [UInt8] {
        var writer = ByteWriter()
        switch self {
        case .ready:
            writer.write(UInt8(0))
        case .refused(let reason):
            writer.write(UInt8(4))
            writer.write(reason)
        case .step(let piece):
            writer.write(UInt8(1))
            writer.write(piece)
        case .page(.html(let html, let remarks, let warnings)):
            writer.write(UInt8(2))
            writer.write(html)
            remarks.encode(into: &writer)
            Self.write(warnings, to: &writer)
        case .page(.faults(let faults)):
            writer.write(UInt8(3))
            Self.write(faults, to: &writer)
        }
        return writer.bytes
    }

    private static func write(_ faults: [WorkerProtocol.Fault], to writer: inout ByteWriter) {
        writer.write(faults.count)
        for fault in faults {
            writer.write(fault.kind.rawValue)
            writer.write(fault.piece ?? -1)
            writer.write(fault.message)
            writer.write(fault.line ?? -1)
            writer.write(fault.stack)
        }
    }

    private static func readFaults(
        from reader: inout ByteReader
    ) throws(ByteReader.Malformed) -> [WorkerProtocol.Fault] {
        var faults: [WorkerProtocol.Fault] = []
        for _ in 0..<(try reader.count()) {
            guard let kind = WorkerProtocol.Fault.Kind(rawValue: try reader.byte()) else {
                throw ByteReader.Malformed()
            }
            let piece = try reader.int()
            let message = try reader.text()
            let line = try reader.int()
            faults.append(
                .init(
                    kind: kind, piece: piece < 0 ? nil : piece, message: message,
                    line: line < 0 ? nil : line, stack: try reader.text()))
        }
        return faults
    }

    public init(decoding frame: [UInt8]) throws(ByteReader.Malformed) {
        var reader = ByteReader(frame)
        switch try reader.byte() {
        case 0: self = .ready
        case 1: self = .step(piece: try reader.int())
        case 2:
            let html = try reader.field()
            let remarks = try WorkerProtocol.Remarks(reading: &reader)
            self = .page(.html(html, remarks, warnings: try Self.readFaults(from: &reader)))
        case 3: self = .page(.faults(try Self.readFaults(from: &reader)))
        case 4: self = .refused(reason: try reader.text())
        default: throw ByteReader.Malformed()
        }
        guard reader.isAtEnd else { throw ByteReader.Malformed() }
    }
}
