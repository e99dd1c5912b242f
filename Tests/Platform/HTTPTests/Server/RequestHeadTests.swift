import Foundation
import System
import TestSupport
import Testing

@testable import HTTP

/// What the server makes of the bytes of a head.
@Suite struct RequestHeadTests {
    private static let reader = RequestReader(
        fields: HTTPServerConfiguration.usualFields.union(["content-length"]),
        limits: HTTPServerConfiguration.Limits())

    /// Heads in `Corpus`, each by the status that it is answered with; 200 for those that are read.
    static let corpus: [(name: String, bytes: [UInt8])] = {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Corpus")
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.sorted().compactMap { name in
            (try? Data(contentsOf: folder.appending(path: name))).map { (name, Array($0)) }
        }
    }()

    private static func status(of head: some Sequence<UInt8>) -> Int {
        do throws(RequestRefusal) {
            _ = try reader.read(Array(head)[...], from: "192.0.2.1")
            return 200
        } catch {
            return error.response.status
        }
    }

    @Test func theCorpusIsAnsweredAsItsNamesSay() {
        #expect(Self.corpus.count > 80)
        for (name, bytes) in Self.corpus {
            #expect("\(Self.status(of: bytes))" == name.prefix(3), "\(name)")
        }
    }

    @Test func noFieldHidesAnother() throws {
        let head = try Self.reader.read(try Self.sample("200-prefix-names"), from: "192.0.2.1")
        #expect(head.body == .bytes(5))
        let fields = head.request.fields
        #expect(fields["origin"] == "https://evil.example")
        #expect(fields["cookie"] == "a=b")
        #expect(fields["content-length"] == "5")
        #expect(fields["x-a"] == nil)
        #expect(fields.all.count == 4)
    }

    @Test func fieldsAreReadWhole() throws {
        let cookies = try Self.reader.read(try Self.sample("200-cookies-twice"), from: "")
        #expect(cookies.request.fields["cookie"] == "a=1; b=2")
        let absolute = try Self.reader.read(try Self.sample("200-absolute-form"), from: "")
        #expect(absolute.request.fields["host"] == "other.example:81")
        #expect(absolute.request.path == "/a")
        #expect(absolute.request.query == [HTTPRequest.QueryItem(name: "b", value: "c")])
        let socket = try Self.reader.read(try Self.sample("200-websocket"), from: "")
        #expect(socket.isUpgrade && socket.mayStay)
        #expect(socket.key == "dGhlIHNhbXBsZSBub25jZQ==")
        let options = try Self.reader.read(try Self.sample("200-options-server"), from: "")
        #expect(options.isForServer)
    }

    @Test(arguments: [
        ("/", "/"), ("/a/../b", "/b"), ("/../..", "/"), ("/a/.", "/a/"), ("/a/..", "/"),
        ("//a//b", "/a/b"), ("/%2e%2e/%41", "/A"), ("/a%2f..%2fb", "/b"), ("/a+b", "/a+b"),
        ("/a.b/...", "/a.b/..."), ("/.a", "/.a"), ("/%252e", "/%2e"), ("/a;b=c", "/a;b=c"),
    ])
    func aPathIsDecodedOnceAndNormalised(target: String, path: String) throws {
        #expect(try RequestTarget(Array(target.utf8)[...], method: "GET").path == path)
    }

    private static func sample(_ name: String) throws -> ArraySlice<UInt8> {
        try #require(corpus.first { $0.name == name + ".http" }).bytes[...]
    }

    /// Mutations of the corpus, the same in every run: whatever is read is read as a plain reader of
    /// lines would read it.
    ///
    /// `ROBBIEBLOCKS_FUZZ_ROUNDS` makes the run longer, `ROBBIEBLOCKS_FUZZ_SEED` another one.
    @Test func mutatedHeadsAreReadPlainlyOrRefused() throws {
        let environment = ProcessInfo.processInfo.environment
        let rounds = environment["ROBBIEBLOCKS_FUZZ_ROUNDS"].flatMap { Int($0) } ?? 20_000
        let seed = environment["ROBBIEBLOCKS_FUZZ_SEED"].flatMap { UInt64($0) } ?? 20_240_601
        var random = SeededGenerator(seed: seed)
        let read = try Self.readMutations(rounds, &random)
        // Neither all nor nothing is refused.
        #expect(read > rounds / 20)
        #expect(read < rounds * 19 / 20)
    }

    /// The same with another seed each time, for `ROBBIEBLOCKS_FUZZ_SECONDS`, or a minute.
    @Test(.enabled(if: SoakReport.isWanted, "a long check"))
    func headsMutatedAtRandomAreReadPlainlyOrRefused() throws {
        let environment = ProcessInfo.processInfo.environment
        let seconds = environment["ROBBIEBLOCKS_FUZZ_SECONDS"].flatMap { Int($0) } ?? 60
        let seed =
            environment["ROBBIEBLOCKS_FUZZ_SEED"].flatMap { UInt64($0) }
            ?? UInt64.random(in: .min ... .max)
        print("mutating heads of requests for \(seconds) s with ROBBIEBLOCKS_FUZZ_SEED=\(seed)")
        var random = SeededGenerator(seed: seed)
        let end = monotonicMilliseconds() + seconds * 1000
        var (heads, read) = (0, 0)
        while monotonicMilliseconds() < end {
            read += try Self.readMutations(1000, &random)
            heads += 1000
        }
        print("\(heads) heads, of which \(read) were read")
        #expect(read > heads / 20)
        #expect(read < heads * 19 / 20)
    }

    /// - Returns: how many of the mutations were read, each as a plain reader would read it.
    private static func readMutations(
        _ rounds: Int, _ random: inout SeededGenerator
    ) throws -> Int {
        var read = 0
        for _ in 0..<rounds {
            let bytes = mutation(&random)
            guard let head = try? reader.read(bytes[...], from: "") else { continue }
            read += 1
            try #require(isPlain(bytes, head), "\(String(decoding: bytes, as: UTF8.self))")
        }
        return read
    }

    private static func mutation(_ random: inout SeededGenerator) -> [UInt8] {
        // Bytes that end, join or split something are more likely than others.
        let special = Array("\r\n\t :,;%/?#*@[]\"\\0GHc\0\u{7f}\u{e9}".utf8)
        var bytes = corpus.randomElement(using: &random)?.bytes ?? []
        for _ in 0..<Int.random(in: 0...4, using: &random) where !bytes.isEmpty {
            let place = Int.random(in: 0..<bytes.count, using: &random)
            let byte = special.randomElement(using: &random) ?? 0
            switch Int.random(in: 0..<6, using: &random) {
            case 0: bytes[place] = byte
            case 1: bytes[place] = UInt8.random(in: .min ... .max, using: &random)
            case 2: bytes.remove(at: place)
            case 3: bytes.insert(byte, at: place)
            case 4:
                // A line of another head in front of one of its own.
                let other = lines(of: corpus.randomElement(using: &random)?.bytes ?? []).dropFirst()
                let start = bytes[place...].firstIndex(of: 10).map { $0 + 1 } ?? bytes.count
                if let line = other.filter({ !$0.isEmpty }).randomElement(using: &random),
                    start < bytes.count
                {
                    bytes.insert(contentsOf: line + [13, 10], at: start)
                }
            default:
                let end = min(bytes.count, place + Int.random(in: 1...20, using: &random))
                bytes.insert(contentsOf: bytes[place..<end], at: place)
            }
        }
        return bytes
    }

    private static func lines(of bytes: [UInt8]) -> [[UInt8]] {
        var lines: [[UInt8]] = []
        var line: [UInt8] = []
        for byte in bytes {
            line.append(byte)
            guard line.suffix(2) == [13, 10] else { continue }
            lines.append(line.dropLast(2))
            line = []
        }
        return lines + (line.isEmpty ? [] : [line])
    }

    /// Whether `head` is what a plain reader makes of `bytes`, and RFC 9112 lets a server read them.
    private static func isPlain(_ bytes: [UInt8], _ head: RequestReader.Head) -> Bool {
        var lines = lines(of: bytes)
        guard bytes.suffix(4) == [13, 10, 13, 10], lines.last == [],
            lines.dropLast().allSatisfy({ !$0.isEmpty && !$0.contains { $0 == 13 || $0 == 10 } })
        else { return false }
        let first = String(decoding: lines.removeFirst(), as: UTF8.self)
        let words = first.components(separatedBy: " ")
        guard words.count == 3, words[0] == head.request.method.rawValue,
            words[2] == "HTTP/1.1" || words[2] == "HTTP/1.0"
        else { return false }
        var values: [String: [String]] = [:]
        let token = Set(
            "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".utf8)
        for line in lines.dropLast() {
            guard let colon = line.firstIndex(of: 58), colon > 0,
                line[..<colon].allSatisfy(token.contains),
                line[colon...].allSatisfy({ $0 == 9 || $0 >= 32 && $0 != 127 })
            else { return false }
            let name = String(decoding: line[..<colon], as: UTF8.self).lowercased()
            let value = String(decoding: line[(colon + 1)...], as: UTF8.self)
            values[name, default: []].append(
                value.trimmingCharacters(in: CharacterSet(charactersIn: " \t")))
        }
        let hosts = values["host"] ?? []
        let lengths = Set(values["content-length"] ?? [])
        let isChunked = values["transfer-encoding"] != nil
        guard hosts.count == 1 || hosts.isEmpty && words[2] == "HTTP/1.0",
            lengths.count <= 1, !isChunked || lengths.isEmpty
        else { return false }
        switch head.body {
        case .none: guard !isChunked, lengths.allSatisfy({ Int($0) == 0 }) else { return false }
        case .bytes(let count):
            guard lengths == ["\(count)"] || lengths.first.map({ Int($0) == count }) == true else {
                return false
            }
        case .chunks: guard isChunked else { return false }
        }
        for (name, values) in values
        where name != "host" && HTTPServerConfiguration.usualFields.contains(name) {
            let joined = values.joined(separator: name == "cookie" ? "; " : ", ")
            guard head.request.fields[name] == joined else { return false }
        }
        return head.request.path.hasPrefix("/") || head.isForServer
    }
}
