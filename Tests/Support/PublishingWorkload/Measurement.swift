import Glibc
import Publishing
import System

/// Times of large and small releases, for a person to read.
struct Measurement {
    private let folder: SiteFolder
    private let pages: Int

    init(folder: SiteFolder, pages: Int) {
        self.folder = folder
        self.pages = pages
    }

    /// The first release of a site.
    func runCold() throws {
        try time("cold release of \(pages) pages") { try publish(Array(0..<pages), round: 0) }
    }

    /// Every page in one release, over an older one, and what the next small ones pay for it.
    func runAgain() throws {
        try runCold()
        try time("every page again") { try publish(Array(0..<pages), round: 1000) }
        try time("one page after it") { try publish([1], round: 1001) }
        try time("one more page after it") { try publish([1], round: 1002) }
    }

    /// The first release and small ones after it.
    func run() throws {
        try runCold()
        try time("bringing up the other tree") { try folder.prepareSpareTree() }
        for round in 1...3 {
            try time("one page, round \(round)") { try publish([round], round: round) }
        }
        try runEdits()
        try time("loading the state") { _ = try folder.state() }
        try time("the current release") { _ = try folder.currentRelease() }
        try time("the current release again") { _ = try folder.currentRelease() }
        try time("rolling back") { _ = try folder.rollBack(to: nil) }
        print("  \(try residentKibibytes() / 1024) MiB resident")
    }

    /// Small releases of a site that is there already.
    func runEdits() throws {
        let start = (try folder.currentRelease()?.number ?? 0) * 1000
        var times: [Int] = []
        let processorBegin = processorMicroseconds()
        for round in 0..<200 {
            let begin = monotonicMicroseconds()
            try publish([round * 37 % pages], round: start + round)
            times.append(monotonicMicroseconds() - begin)
        }
        report("one page of 200, processors", (processorMicroseconds() - processorBegin) / 200)
        times.sort()
        report("one page of 200, p50", times[100])
        report("one page of 200, p99", times[198])
        report("one page of 200, most", times[199])
    }

    /// Three files a page, as a real one has.
    private func publish(_ numbers: [Int], round: Int) throws {
        let draft = try folder.beginRelease()
        let pieces = min(numbers.count, 2)
        try concurrently(pieces) { piece in
            for index in stride(from: piece, to: numbers.count, by: pieces) {
                let number = numbers[index]
                let html = Self.html(number, round: round)
                let file = "section-\(number % 100)/page-\(number)/index.html"
                try draft.put(
                    PageRecord(
                        id: "00000000-0000-0000-0000-\(1_000_000 + number)",
                        key: "page-\(number)", file: file,
                        fingerprint: SHA256Digest(hashing: html), version: Int64(round),
                        inputs: ["layout:single-column", "component:hero", "pages"]),
                    html: html, reason: "measured", effort: .page)
            }
        }
        _ = try draft.publish(cause: "measured", keep: 10)
    }

    private static func html(_ number: Int, round: Int) -> [UInt8] {
        var text = "<!DOCTYPE html><title>\(number) \(round)</title>"
        for line in 0..<60 {
            text += "<p>Line \(line) of page \(number), as it was in round \(round).</p>"
        }
        return Array(text.utf8)
    }

    private func time(_ what: String, _ body: () throws -> Void) throws {
        let (begin, processorBegin) = (monotonicMicroseconds(), processorMicroseconds())
        try body()
        report(
            what, monotonicMicroseconds() - begin,
            processor: processorMicroseconds() - processorBegin)
    }

    private func report(_ what: String, _ microseconds: Int, processor: Int? = nil) {
        func milliseconds(_ microseconds: Int) -> String { "\(Double(microseconds / 10) / 100) ms" }
        let work = processor.map { ", processors \(milliseconds($0))" } ?? ""
        print("  \(what): \(milliseconds(microseconds))\(work)")
    }

    /// Of all threads, in the program and in the system; quieter than the clock on a busy machine.
    private func processorMicroseconds() -> Int {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return [usage.ru_utime, usage.ru_stime].reduce(0) {
            $0 + Int($1.tv_sec) * 1_000_000 + Int($1.tv_usec)
        }
    }

    private func residentKibibytes() throws -> Int {
        let text = String(decoding: try Directory("/proc/self").read("status"), as: UTF8.self)
        let line = text.split(separator: "\n").first { $0.hasPrefix("VmRSS:") } ?? ""
        return Int(line.filter(\.isNumber)) ?? 0
    }
}
