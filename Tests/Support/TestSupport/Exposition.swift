/// Prometheus's text format, version 0.0.4, read as strictly as it is written down: whatever a
/// lenient reader would guess is an error here.
public struct Exposition {
    public struct Sample: Hashable {
        public let name: String
        public let labels: [String: String]
        public let value: Double
    }

    public struct Family {
        public let name: String
        public let help: String
        public let type: String
        public var samples: [Sample] = []
    }

    public struct Fault: Error, CustomStringConvertible {
        public let description: String
    }

    public private(set) var families: [Family] = []

    /// The value of one series, by name and all of its labels.
    public func value(_ name: String, _ labels: [String: String] = [:]) -> Double? {
        families.lazy.flatMap(\.samples).first { $0.name == name && $0.labels == labels }?.value
    }

    public init(parsing text: String) throws {
        guard text.hasSuffix("\n") else { throw Fault(description: "no line feed at the end") }
        var help: (name: String, text: String)?
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
            var scanner = ExpositionScanner(line)
            if scanner.take("# HELP ") {
                guard help == nil else { throw Fault(description: "HELP without TYPE: \(line)") }
                let name = try scanner.name()
                try scanner.require(" ")
                help = (name, try scanner.text(quoted: false))
            } else if scanner.take("# TYPE ") {
                let name = try scanner.name()
                try scanner.require(" ")
                let type = scanner.rest
                guard let found = help, found.name == name,
                    !families.contains(where: { $0.name == name }),
                    ["counter", "gauge", "histogram"].contains(type)
                else { throw Fault(description: "an unexpected TYPE: \(line)") }
                families.append(Family(name: name, help: found.text, type: type))
                help = nil
            } else {
                guard help == nil, let last = families.indices.last else {
                    throw Fault(description: "a sample without HELP and TYPE: \(line)")
                }
                families[last].samples.append(try scanner.sample())
            }
        }
        for family in families { try Self.check(family) }
    }

    private static func check(_ family: Family) throws {
        func demand(_ condition: Bool, _ what: String) throws {
            guard condition else { throw Fault(description: "\(family.name): \(what)") }
        }
        try demand(!family.samples.isEmpty, "no samples")
        let series = family.samples.map { Sample(name: $0.name, labels: $0.labels, value: 0) }
        try demand(Set(series).count == series.count, "a series twice")
        switch family.type {
        case "counter":
            try demand(family.name.hasSuffix("_total"), "a counter's name")
            try demand(family.samples.allSatisfy { $0.value >= 0 }, "a counter below 0")
            try demand(family.samples.allSatisfy { $0.name == family.name }, "a stray sample")
        case "gauge":
            try demand(family.samples.allSatisfy { $0.name == family.name }, "a stray sample")
        default: try checkHistogram(family, demand)
        }
    }

    /// Per set of labels: buckets ascending and never falling, the last one `+Inf`, then the sum, then
    /// the count, which is that of the last bucket.
    private static func checkHistogram(
        _ family: Family, _ demand: (Bool, String) throws -> Void
    ) throws {
        var rest = family.samples[...]
        while let first = rest.first {
            var labels = first.labels
            labels["le"] = nil
            var bounds: [Double] = []
            var counts: [Double] = []
            while let bucket = rest.first, bucket.name == family.name + "_bucket" {
                var others = bucket.labels
                let bound = others.removeValue(forKey: "le").flatMap(ExpositionScanner.number)
                guard others == labels, let bound else { break }
                bounds.append(bound)
                counts.append(bucket.value)
                rest = rest.dropFirst()
            }
            try demand(bounds.last == .infinity, "no bucket +Inf")
            try demand(zip(bounds, bounds.dropFirst()).allSatisfy { $0 < $1 }, "unsorted buckets")
            try demand(zip(counts, counts.dropFirst()).allSatisfy { $0 <= $1 }, "falling buckets")
            let tail = Array(rest.prefix(2))
            try demand(
                tail.map(\.name) == [family.name + "_sum", family.name + "_count"]
                    && tail.allSatisfy { $0.labels == labels }, "no sum and count")
            try demand(tail[1].value == counts.last, "a count that is not the last bucket")
            rest = rest.dropFirst(2)
        }
    }
}
