import Glibc

/// HTML under construction: bytes with a limit that is enforced while they are written.
///
/// Beyond the limit nothing more is written and `isFull` is set. The writer checks it after each
/// node, so that a document whose output explodes stops early.
struct HTMLBuffer: ~Copyable {
    private var base: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    private(set) var count = 0
    private(set) var isFull = false
    let limit: Int

    init(expecting bytes: Int, limit: Int) {
        self.limit = max(0, limit)
        capacity = max(1, min(max(64, bytes), limit))
        base = .allocate(capacity: capacity)
    }

    deinit { base.deallocate() }

    var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: base, count: count) }

    var array: [UInt8] { [UInt8](bytes) }

    /// Whether `additional` bytes fit, after growing the buffer if needed.
    @inline(__always)
    private mutating func reserve(_ additional: Int) -> Bool {
        capacity - count >= additional || grow(additional)
    }

    @inline(never)
    private mutating func grow(_ additional: Int) -> Bool {
        guard !isFull, additional <= limit - count else {
            isFull = true
            return false
        }
        let larger = max(count + additional, min(limit, capacity * 2))
        let moved = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
        moved.update(from: base, count: count)
        base.deallocate()
        base = moved
        capacity = larger
        return true
    }

    @inline(__always)
    mutating func append(_ byte: UInt8) {
        guard reserve(1) else { return }
        base[count] = byte
        count += 1
    }

    @inline(__always)
    mutating func append(_ text: StaticString) {
        let length = text.utf8CodeUnitCount
        guard reserve(length) else { return }
        (base + count).update(from: text.utf8Start, count: length)
        count += length
    }

    @inline(__always)
    mutating func append(_ text: UnsafeBufferPointer<UInt8>) {
        guard let start = text.baseAddress, reserve(text.count) else { return }
        (base + count).update(from: start, count: text.count)
        count += text.count
    }

    mutating func append(_ text: String) {
        var text = text
        text.withUTF8 { append($0) }
    }

    mutating func append(number: Int) { append(String(number)) }

    /// Begins a new line, unless the output is already at the start of one.
    @inline(__always)
    mutating func breakLine() {
        if count > 0, base[count - 1] != UInt8(ascii: "\n") { append(UInt8(ascii: "\n")) }
    }

    /// Inserts `text` before the byte at `position`.
    mutating func insert(_ text: String, at position: Int) {
        var text = text
        text.withUTF8 { inserted in
            guard let start = inserted.baseAddress, reserve(inserted.count) else { return }
            let tail = base + position
            memmove(tail + inserted.count, tail, count - position)
            tail.update(from: start, count: inserted.count)
            count += inserted.count
        }
    }

    /// Writes text with `&`, `<`, `>` and `"` escaped, checking eight bytes at a time.
    mutating func appendEscaped(_ text: UnsafeBufferPointer<UInt8>) {
        guard let start = text.baseAddress else { return }
        let source = UnsafeRawPointer(start)
        let end = text.count
        var run = 0
        var index = 0
        while index < end {
            if index + 8 <= end {
                let word = UInt64(
                    littleEndian: source.loadUnaligned(fromByteOffset: index, as: UInt64.self))
                let hits = Self.special(in: word)
                if hits == 0 {
                    index += 8
                    continue
                }
                index += hits.trailingZeroBitCount / 8
            } else if !Self.isSpecial(start[index]) {
                index += 1
                continue
            }
            append(UnsafeBufferPointer(start: start + run, count: index - run))
            appendReference(for: start[index])
            index += 1
            run = index
        }
        append(UnsafeBufferPointer(start: start + run, count: end - run))
    }

    /// Sets the high bit of each byte that must be escaped; only the lowest set bit is exact.
    @inline(__always)
    private static func special(in word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let high: UInt64 = 0x8080_8080_8080_8080
        // `<` and `>` differ in one bit, and so do `"` and `&`.
        let angles = (word | (ones &* 0x02)) ^ (ones &* 0x3E)
        let quotes = (word | (ones &* 0x04)) ^ (ones &* 0x26)
        return (((angles &- ones) & ~angles) | ((quotes &- ones) & ~quotes)) & high
    }

    @inline(__always)
    private static func isSpecial(_ byte: UInt8) -> Bool {
        byte | 0x02 == UInt8(ascii: ">") || byte | 0x04 == UInt8(ascii: "&")
    }

    private mutating func appendReference(for byte: UInt8) {
        switch byte {
        case UInt8(ascii: "&"): append("&amp;")
        case UInt8(ascii: "<"): append("&lt;")
        case UInt8(ascii: ">"): append("&gt;")
        case UInt8(ascii: "\""): append("&quot;")
        default: append(byte)
        }
    }

    /// Writes a URL as an attribute value and percent-encodes bytes that a URL cannot contain.
    mutating func appendURL(_ url: UnsafeBufferPointer<UInt8>) {
        for byte in url {
            switch byte {
            case UInt8(ascii: "&"): append("&amp;")
            case UInt8(ascii: "'"): append("&#39;")
            case _ where Self.isURLByte(byte): append(byte)
            default:
                append(UInt8(ascii: "%"))
                append(Self.hexadecimal(byte >> 4))
                append(Self.hexadecimal(byte & 15))
            }
        }
    }

    private static func hexadecimal(_ digit: UInt8) -> UInt8 {
        digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "A") + digit - 10
    }

    private static func isURLByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
            UInt8(ascii: "."), UInt8(ascii: "!"), UInt8(ascii: "~"), UInt8(ascii: "*"),
            UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: ","), UInt8(ascii: "%"),
            UInt8(ascii: "#"), UInt8(ascii: "@"), UInt8(ascii: "?"), UInt8(ascii: "="),
            UInt8(ascii: ";"), UInt8(ascii: ":"), UInt8(ascii: "/"), UInt8(ascii: "+"),
            UInt8(ascii: "$"):
            true
        default:
            false
        }
    }
}
