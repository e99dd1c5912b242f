/// The behaviour of a model, read from its name. The part after a colon is only a name for `/stats`.
///
/// | name | what it does |
/// |---|---|
/// | `steady`, `steady-N` | 20 pieces of text a second, 100 or N of them: `w0 `, `w1 `, … |
/// | `fast`, `fast-N` | the same, all at once |
/// | `echo` | the system text and the turns that it was sent |
/// | `echo-request` | the body of the request |
/// | `slow-MS` | as `fast-10`, after so many milliseconds |
/// | `unicode`, `split` | characters of all lengths and escapes; split: three bytes at a time |
/// | `reasoning-N` | N pieces that are not for the visitor, 20 a second, then as `fast-3` |
/// | `length-N` | N pieces, and says that it was too long |
/// | `empty` | complete, without a text |
/// | `refuse` | resets the connection |
/// | `hang` | never a byte |
/// | `headers-only` | the head, then never a byte |
/// | `trickle` | the head, a byte every 100 ms |
/// | `stall-N`, `cut-N`, `malformed-N`, `error-N`, `huge-line-N`, `endless-N` | N pieces, then silence, the end of the connection, what is no JSON, an error in the stream, 10 MB without an end of line, the like without end; without `-N` at once, `endless` pieces that never end |
/// | `status-C`, `status-C-S` | status C always, with Retry-After of S seconds |
/// | `busy-S`, `busy-S-N` | 429 with Retry-After S for the first (N) questions, then as `fast-3` |
/// | `recover-N` | 500 for the first N questions, then as `fast-3` |
/// | `needs-key` | as `fast-3` with a key that begins with `peer-key`; else 401, and it quotes the key |
/// | `quotes-key` | 500, and it quotes the key |
/// | `redirect` | 307 to `fast` |
/// | `asked` | what the last `do:NAME` in the question says, `echo` when it is to sum up a conversation, else as `fast-3` |
/// | `say`, `say-MS` | by way of `asked`: what the question has between `<<` and `>>`, a piece every MS (20) milliseconds |
///
/// Any other name is answered with 404, unless embeddings are asked for: `embed-D` makes vectors of D
/// dimensions, and `embed-most-N-D` never answers for more than N texts.
struct PeerBehavior {
    enum Opening {
        case answer, refuse, hang, trickle
        case status(Int, retryAfter: Int?)
        /// 401 unless there is a good key.
        case checkKey
        case quoteKey
        case redirect
    }

    enum Ending {
        case complete, length, silence, cut, malformed, failure, hugeLine, endlessLine
    }

    /// The content of the text.
    enum Source {
        case words
        case echo, echoRequest, said
        case characters
    }

    var opening = Opening.answer
    var source = Source.words
    /// Pieces of text; those of other sources than words come of themselves.
    var count = 3
    /// Milliseconds between pieces; 0 for no pause.
    var interval = 0
    var delay = 0
    var reasoning = 0
    var ending = Ending.complete
    /// Bytes sent at a time, one time a millisecond; 0 for no such limit.
    var portion = 0

    static let tokensPerSecond = 20

    /// - Parameter earlier: how often the model was asked before.
    init?(model: String, earlier: Int) {
        let name = model.prefix { $0 != ":" }
        var words = name.split(separator: "-")
        var numbers: [Int] = []
        while let last = words.last, let number = Int(last), words.count > 1 {
            numbers.insert(number, at: 0)
            words.removeLast()
        }
        let first = numbers.first
        switch words.joined(separator: "-") {
        case "steady":
            count = first ?? 100
            interval = 1000 / Self.tokensPerSecond
        case "fast": count = first ?? 100
        case "echo": source = .echo
        case "echo-request": source = .echoRequest
        case "say":
            source = .said
            interval = first ?? 20
        case "slow":
            delay = first ?? 1000
            count = 10
        case "unicode": source = .characters
        case "split":
            source = .characters
            portion = 3
        case "reasoning":
            reasoning = first ?? 3
            interval = 1000 / Self.tokensPerSecond
        case "length":
            count = first ?? 3
            ending = .length
        case "empty": count = 0
        case "refuse": opening = .refuse
        case "hang": opening = .hang
        case "headers-only": fault(.silence, after: 0)
        case "trickle": opening = .trickle
        case "stall": fault(.silence, after: first ?? 0)
        case "cut": fault(.cut, after: first ?? 0)
        case "malformed": fault(.malformed, after: first ?? 0)
        case "error": fault(.failure, after: first ?? 0)
        case "huge-line": fault(.hugeLine, after: first ?? 0)
        case "endless":
            if let first { fault(.endlessLine, after: first) } else { count = .max }
        case "status": opening = .status(first ?? 500, retryAfter: numbers.dropFirst().first)
        case "busy":
            if earlier < numbers.dropFirst().first ?? 1 {
                opening = .status(429, retryAfter: first ?? 1)
            }
        case "recover":
            if earlier < first ?? 1 { opening = .status(500, retryAfter: nil) }
        case "needs-key": opening = .checkKey
        case "quotes-key": opening = .quoteKey
        case "redirect": opening = .redirect
        default: return nil
        }
    }

    private mutating func fault(_ ending: Ending, after count: Int) {
        self.ending = ending
        self.count = count
    }
}
