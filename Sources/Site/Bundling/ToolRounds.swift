/// Decides which inputs share a run of a tool, and how to continue after it died over some of them.
///
/// Starting the tool costs more than a small input, so inputs share a run. When the tool dies, the
/// run is split until the inputs over which it dies alone are known: with n inputs, one of them at
/// fault, that takes about 2√n runs, of which three die.
///
/// ```swift
/// var rounds = ToolRounds(modules, size: \.code.utf8.count)
/// while let batch = rounds.next() {
///     switch try await run(batch) {
///     case .report(let report): rounds.add(settle(report))
///     case .died(let death): if let module = rounds.split(batch) { condemn(module, death) }
///     }
/// }
/// ```
struct ToolRounds<Input> {
    /// The most bytes of input of one run, unless a single input is larger.
    static var size: Int { 2 << 20 }

    /// The next batch is last.
    private var waiting: [[Input]] = []

    /// - Parameter size: returns the size of an input in bytes.
    init(_ inputs: [Input], size: (Input) -> Int) {
        var batches: [[Input]] = []
        var room = 0
        for input in inputs {
            let needed = size(input)
            if batches.isEmpty || needed > room {
                batches.append([])
                room = Self.size
            }
            batches[batches.count - 1].append(input)
            room -= needed
        }
        waiting = batches.reversed()
    }

    /// Creates one run for all inputs, whatever their size.
    init(together inputs: [Input]) {
        self.init(inputs) { _ in 0 }
    }

    mutating func next() -> [Input]? { waiting.popLast() }

    /// Adds inputs to share another run.
    mutating func add(_ inputs: [Input]) {
        if !inputs.isEmpty { waiting.append(inputs) }
    }

    /// Distributes inputs over which the tool died together over about √n runs.
    ///
    /// - Returns: the input, if it was the only one: it is at fault.
    mutating func split(_ batch: [Input]) -> Input? {
        guard batch.count > 1 else { return batch.first }
        let length = max(1, Int(Double(batch.count).squareRoot()))
        for start in stride(from: 0, to: batch.count, by: length).reversed() {
            waiting.append(Array(batch[start..<min(start + length, batch.count)]))
        }
        return nil
    }
}

/// The outcome of a tool's run: its report, possibly about errors, or its death.
enum ToolOutcome<Report> {
    case report(Report)
    case died(ToolDeath)
}

extension ToolOutcome: Sendable where Report: Sendable {}
