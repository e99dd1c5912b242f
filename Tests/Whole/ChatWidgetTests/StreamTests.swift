import TestSupport
import Testing

/// The events of a stream, and their announcements.
@Suite struct StreamTests {
    private let script: WidgetScript

    init() throws {
        script = try WidgetScript(
            """
            import { EventParser } from "./chat-events";
            export { sentenceEnd, spoken } from "./chat-sentences";
            export { backOff, parseMessage } from "./robbie-socket";
            export const parts = (...texts) => {
              const parser = new EventParser();
              return texts.flatMap((text) => parser.push(text));
            };
            export const cutEverywhere = (text) => {
              const whole = JSON.stringify(parts(text));
              for (let at = 0; at <= text.length; at += 1) {
                if (JSON.stringify(parts(text.slice(0, at), text.slice(at))) !== whole) return at;
              }
              return -1;
            };
            export const endless = () => {
              try { parts("data: " + "x".repeat(2_000_000)); return "kept"; }
              catch (error) { return error.message; }
            };
            """)
    }

    private struct Event: Decodable, Equatable {
        var id: String?
        var name: String
        var data: String
    }

    @Test func eventsArePutTogether() throws {
        let stream =
            #""id: 1\nevent: start\ndata: {\"a\":1}\n\n: still here\n\nid: 2\r\nevent: chunk\r\ndata: x\r\ndata: y\r\n\r\ndata: half""#
        let events = try script.value("widget.parts(\(stream))", as: [Event].self)
        #expect(
            events == [
                Event(id: "1", name: "start", data: #"{"a":1}"#),
                Event(id: "2", name: "chunk", data: "x\ny"),
            ])
        let lines = #""id: 1\nevent: start\ndata: {}\n\nid: 2\nevent: chunk\ndata: é🙂\n\n""#
        #expect(try script.value("widget.cutEverywhere(\(lines))", as: Int.self) == -1)
        #expect(try script.text("widget.endless()") == "an event of the stream has no end")
    }

    @Test(arguments: [
        ("One. Two", "One."), ("One? “Two!” Three", "One? “Two!”"), ("It costs 3.5 euros", ""),
        ("Heading\n\nmore", "Heading\n"), ("e.g", ""), ("Done.\n", "Done."),
    ])
    func onlyWholeSentencesAreRead(text: String, read: String) throws {
        let literal = try script.call("JSON.stringify", text)
        let end = try script.value("widget.sentenceEnd(\(literal), 0)", as: Int.self)
        #expect(try script.text("\(literal).slice(0, \(end))") == read)
        #expect(try script.value("widget.sentenceEnd(\(literal), \(end))", as: Int.self) == end)
    }

    @Test func marksAreNotRead() throws {
        let text = "# Title\n- **one** [page](/a/)\n```sql\nSELECT 1\n```\n| a | b |\n|---|---|"
        #expect(try script.call("widget.spoken", text) == "Title one page Code. a b")
        let time = try ProcessorTime.of {
            for hostile in ["[", "](", "_ ", "\n", " ", "|", "("] {
                let text = String(repeating: hostile, count: 50_000)
                _ = try script.call("widget.spoken", text)
                _ = try script.call("(text) => String(widget.sentenceEnd(text, 0))", text)
            }
        }
        #expect(time < .seconds(40))
    }

    @Test func waitingGrowsUpToALimit() throws {
        let waits = try script.value(
            "[1, 2, 3, 7, 50].map((failures) => [widget.backOff(failures, 0), widget.backOff(failures, 1)])",
            as: [[Int]].self)
        #expect(
            waits == [
                [250, 500], [500, 1_000], [1_000, 2_000], [15_000, 30_000], [15_000, 30_000],
            ])
    }

    @Test(arguments: ["", "nonsense", "null", "[]", "3", #"{"kind":"x"}"#])
    func whatIsNoMessageIsNone(data: String) throws {
        #expect(
            try script.call("(data) => String(widget.parseMessage(data)?.type)", data)
                == "undefined")
    }
}
