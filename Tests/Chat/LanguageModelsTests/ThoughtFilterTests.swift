import TestSupport
import Testing

@testable import LanguageModels

/// What models say to themselves reaches no visitor.
@Suite struct ThoughtFilterTests {
    private static func visible(
        _ text: String, cutAt cuts: [Int], beginning: ThoughtFilter.Beginning = .answer,
        isWhole: Bool = true
    ) -> String {
        var filter = ThoughtFilter(beginning)
        var visible: [UInt8] = []
        let bytes = Array(text.utf8)
        var start = 0
        for cut in cuts.sorted() + [bytes.count] {
            filter.take(Array(bytes[start..<cut]), into: &visible)
            start = cut
        }
        filter.finish(into: &visible, isWhole: isWhole)
        return String(decoding: visible, as: UTF8.self)
    }

    static let cases = [
        ("<think>secret</think>Hello", "Hello"), ("<think>secret</think>\n\nHello", "Hello"),
        ("Hello <think>secret</think>there", "Hello there"),
        ("<think>secret", ""), ("Hello <think>secret", "Hello "),
        ("<THINK>secret</Think>Hello", "Hello"), ("< think >secret< / think >Hello", "Hello"),
        ("<think>a<think>secret</think>b</think>Hello", "Hello"),
        ("<think>a<thinking>secret</thinking>b</think>Hello", "Hello"),
        ("<think>one</think><think>two</think>Hello", "Hello"),
        ("<think effort=\"high\">secret</think>Hello", "Hello"), ("<think/>Hello", "Hello"),
        ("<thinking>secret</thinking>Hello", "Hello"), ("<thought>secret</thought>Hello", "Hello"),
        ("<reasoning>secret</reasoning>Hello", "Hello"),
        ("<reflection>secret</reflection>Hello", "Hello"),
        ("<scratchpad>secret</scratchpad>Hello", "Hello"),
        ("<antThinking>secret</antThinking>Hello", "Hello"),
        ("<seed:think>secret</seed:think>Hello", "Hello"),
        ("[THINK]secret[/THINK]Hello", "Hello"), ("◁think▷secret◁/think▷Hello", "Hello"),
        ("<|begin_of_thought|>secret<|end_of_thought|>Hello", "Hello"),
        (
            "<|START_THINKING|>secret<|END_THINKING|><|START_RESPONSE|>Hello<|END_RESPONSE|>",
            "Hello"
        ),
        (
            "<|channel|>analysis<|message|>secret<|end|><|channel|>final<|message|>Hello<|return|>",
            "Hello"
        ),
        ("secret</think>Hello", "secretHello"), ("Hello</think>", "Hello"), ("Hello<thi", "Hello"),
        // No marks, and nothing may be lost.
        ("a < b, 3 <4 and <thinker>", "a < b, 3 <4 and <thinker>"), ("x <", "x <"), ("[", "["),
        ("see [1], [THE] and [think](/a/)", "see [1], [THE] and [think](/a/)"),
        ("“quoted” – ● ◁ ▷ …", "“quoted” – ● ◁ ▷ …"),
        ("<b>bold</b> <|x|> <| y", "<b>bold</b> <|x|> <| y"),
        ("<<think>secret</think>", "<"), ("  Hello", "  Hello"), ("", ""),
    ]

    @Test(arguments: cases)
    func thoughtsAreHidden(text: String, shown: String) {
        let count = text.utf8.count
        #expect(Self.visible(text, cutAt: []) == shown)
        for cut in 0...count { #expect(Self.visible(text, cutAt: [cut]) == shown, "cut at \(cut)") }
        #expect(Self.visible(text, cutAt: Array(1..<max(1, count))) == shown)
    }

    /// Text; what is shown of it when the answer begins with thoughts, when it may, and when it may and was
    /// cut off.
    static let beginnings = [
        ("secret</think>Hello", "Hello", "Hello", "Hello"),
        ("secret</think>\n\nHello <b>", "Hello <b>", "Hello <b>", "Hello <b>"),
        ("a < b</ think >Hello", "Hello", "Hello", "Hello"), ("secret</think>", "", "", ""),
        ("<think>secret</think>Hello", "Hello", "Hello", "Hello"),
        ("\n<think>secret</think>Hello", "Hello", "Hello", "Hello"),
        ("[THINK]secret[/THINK]Hello", "Hello", "Hello", "Hello"),
        ("secret[/THINK]Hello", "Hello", "Hello", "Hello"),
        ("one</think>Hello <think>two</think>there", "Hello there", "Hello there", "Hello there"),
        ("<think>secret", "", "", ""), ("Hello there", "", "Hello there", ""),
        (
            "<|channel|>analysis<|message|>secret<|end|><|channel|>final<|message|>Hello", "Hello",
            "Hello", "Hello"
        ),
    ]

    @Test(arguments: beginnings)
    func thoughtsThatNoMarkOpensAreHidden(
        text: String, thoughts: String, unknown: String, cutOff: String
    ) {
        let count = text.utf8.count
        for cuts in (0...count).map({ [$0] }) + [Array(1..<max(1, count))] {
            func shown(_ beginning: ThoughtFilter.Beginning, isWhole: Bool = true) -> String {
                Self.visible(text, cutAt: cuts, beginning: beginning, isWhole: isWhole)
            }
            #expect(shown(.thoughts) == thoughts, "cut at \(cuts)")
            #expect(shown(.unknown) == unknown, "cut at \(cuts)")
            #expect(shown(.unknown, isWhole: false) == cutOff, "cut at \(cuts)")
        }
    }

    /// If the row does not say it, the model's name and earlier answers decide.
    @Test(arguments: [ModelProvider.ollama, .openAI])
    func anAnswerThatBeginsWithAThoughtIsHeld(_ provider: ModelProvider) async throws {
        let asked = try AskedChain()
        func ask(_ text: String, begins: Bool?, every pause: Int = 1) async -> (String, Int) {
            var endpoint = asked.endpoint("asked", provider)
            endpoint.beginsWithThoughts = begins
            var told = ""
            var pieces = 0
            let prompt = Prompt(turns: [.init(.user, "do:say-\(pause) <<\(text)>>")])
            for await event in asked.chain([endpoint]).answer(prompt) {
                if case .text(let piece) = event {
                    told += piece
                    pieces += 1
                }
            }
            return (told, pieces)
        }
        let thought = "secret one two </think> Hello you there"
        #expect(await ask(thought, begins: true).0.hasPrefix("Hello"))
        // From the first one on it is known how its answers begin.
        #expect(await ask(thought, begins: nil).0.hasPrefix("Hello"))
        let plain = await ask("Hello you there", begins: nil)
        #expect(plain.0.hasPrefix("Hello you") && plain.1 == 1)
        let streamed = await ask("Hello you there", begins: nil, every: 100)
        #expect(streamed.0.hasPrefix("Hello you") && streamed.1 > 1)
    }

    @Test func theNameOfAModelTellsHowItBegins() {
        func beginning(
            _ model: String, _ provider: ModelProvider = .openAI, row: Bool? = nil,
            known: Bool? = nil
        ) -> ThoughtFilter.Beginning {
            var endpoint = ModelEndpoint(
                name: "one", provider: provider, baseURL: "http://127.0.0.1", model: model)
            endpoint.beginsWithThoughts = row
            return endpoint.beginning(known: known)
        }
        for model in [
            "deepseek-r1:8b", "DeepSeek-R1", "qwq", "Qwen/Qwen3-4B-Thinking", "x-reasoner",
        ] {
            #expect(beginning(model) == .unknown, "\(model)")
        }
        for model in ["llama3.2", "mirror1", "gpt-4o-mini", "smollm2"] {
            #expect(beginning(model) == .answer, "\(model)")
        }
        #expect(beginning("r1", known: false) == .answer && beginning("r1", row: true) == .thoughts)
        #expect(beginning("llama3.2", known: true) == .unknown)
        #expect(beginning("claude-r1", .anthropic) == .answer)
        #expect(beginning("r1", row: false, known: true) == .answer)
    }

    /// Texts put together from all marks at random, the same in every run.
    @Test func aSecretIsNeverShown() {
        var random = SeededGenerator(seed: 7)
        let before = [
            "", "Hello ", "[1] ", "<b>x</b> ", "a < b ", "\n", "é", "<", "<thi", "[", "◁",
        ]
        let marks = [
            ("<think>", "</think>"), ("<Thinking a='b'>", "</THINKING>"), ("[THINK]", "[/THINK]"),
            ("◁think▷", "◁/think▷"), ("<|begin_of_thought|>", "<|end_of_thought|>"),
            ("<reasoning>", "</reasoning>"),
        ]
        for _ in 0..<2000 {
            var text = ""
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                text += before.randomElement(using: &random) ?? ""
                let (opens, closes) = marks.randomElement(using: &random) ?? ("", "")
                let isNested = random.once(in: 3)
                text += opens + (isNested ? opens : "") + "secret" + (isNested ? closes : "")
                text += "secret" + (random.once(in: 5) ? "" : closes)
            }
            let count = text.utf8.count
            let cuts = (0..<5).map { _ in Int.random(in: 0...count, using: &random) }
            #expect(!Self.visible(text, cutAt: cuts).contains("secret"), "\(text)")
        }
    }

    /// A model that thinks aloud and comes to no answer is passed over.
    @Test(arguments: ModelProvider.allCases)
    func anAnswerOfThoughtsAloneIsNone(_ provider: ModelProvider) async throws {
        let asked = try AskedChain()
        func ask(_ text: String) async -> AskedChain.Told {
            await asked.ask(
                asked.chain([asked.endpoint("asked", provider), asked.endpoint("fast-3", provider)]
                ),
                Prompt(turns: [.init(.user, "do:say-1 <<\(text)>>")]))
        }
        let thought = await ask("[THINK]secret plans")
        #expect(thought.began == ["fast-3"])
        #expect(thought.text == words(3))
        let said = await ask("[THINK]secret plans[/THINK] Hello there")
        #expect(said.began == ["asked"])
        #expect(said.text.contains("Hello there") && !said.text.contains("secret"))
    }
}
