import Core
import FoundationEssentials
import HTTP
import Synchronization

/// One open socket: any number of conversations, and the node's personality.
///
/// Answers continue after the socket is lost; a client that reconnects asks for the rest with
/// `resume`.
struct SocketSession: Sendable {
    let engine: ChatEngine
    let visit: RequestContext
    let visitor: UUID
    let socket: WebSocket

    /// Maximum number of answers read over one socket at a time.
    private static let readerLimit = 32
    /// Consecutive refusals after which the socket is closed; our own widget would have stopped.
    private static let patience = 20

    func run() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await showPersonality() }
            await withDiscardingTaskGroup { answers in
                await read(into: &answers)
                // When the peer has gone, this task is cancelled. When the server is shutting down,
                // the answers in progress are still delivered.
            }
            group.cancelAll()
        }
    }

    private func showPersonality() async {
        let node = visit.node
        for await personality in node.personality.listen() {
            let message = personality.json(type: "personality")
            guard await send(String(decoding: message, as: UTF8.self)) else { return }
        }
    }

    private func read(into answers: inout DiscardingTaskGroup) async {
        let readers = ReaderCount()
        var refusals = 0
        for await message in socket.messages {
            var name: String?
            do throws(ChatFault) {
                try engine.admit(visit.caller)
                let object = try RequestObject(reading: Array(message.utf8))
                name = try? object.label("request_id", limit: 100)
                let request = try SocketRequest(object)
                refusals = 0
                if case .stop(let message) = request {
                    try stop(message)
                    continue
                }
                guard readers.value < Self.readerLimit else {
                    var fault = ChatFault(
                        429, "too_many_requests", "This socket has too many answers in progress.")
                    fault.retryAfter = 5
                    throw fault
                }
                readers.change(by: 1)
                _ = answers.addTaskUnlessCancelled {
                    await perform(request)
                    readers.change(by: -1)
                }
            } catch {
                refusals += 1
                guard await send(Self.fault(error, request: name)) else { return }
                if refusals >= Self.patience {
                    await socket.close(1008, "too many refused requests")
                    return
                }
            }
        }
    }

    private func perform(_ request: SocketRequest) async {
        var name: String?
        do throws(ChatFault) {
            let answer: RunningAnswer
            var position = 0
            switch request {
            case .send(let question, let request):
                name = request
                answer = try await engine.ask(
                    question, of: visitor, caller: visit.caller, isResumable: true)
            case .resume(let message, let after, let request):
                name = request
                guard let known = engine.answer(message, of: visitor, on: visit.node.name) else {
                    throw .unknownMessage
                }
                answer = known
                position = after
            case .stop: return
            }
            await follow(answer, after: position, request: name)
        } catch {
            var message: String?
            if case .resume(let id, _, _) = request { message = id }
            _ = await send(Self.fault(error, request: name, message: message))
        }
    }

    private func follow(_ answer: RunningAnswer, after position: Int, request: String?) async {
        let writer = SocketWriter(answer.identity, request: request)
        let reader = answer.reader(after: position)
        var messages: [String] = []
        while true {
            let isMore = await reader.next { number, event in
                messages.append(writer.message(number, event))
            }
            for message in messages {
                guard await send(message) else { return }
            }
            if !isMore { return }
            messages.removeAll(keepingCapacity: true)
        }
    }

    private func stop(_ message: String) throws(ChatFault) {
        guard let answer = engine.answer(message, of: visitor, on: visit.node.name) else {
            throw .unknownMessage
        }
        answer.end(.stopped)
    }

    /// - Returns: false when the socket is closed.
    private func send(_ message: String) async -> Bool {
        do {
            try await socket.send(message)
            return true
        } catch {
            return false
        }
    }

    private static func fault(
        _ fault: ChatFault, request: String?, message: String? = nil
    ) -> String {
        var json = JSONBytes()
        json.object {
            $0.member("type", "error")
            $0.member("code", fault.code)
            $0.member("message", fault.message)
            if let field = fault.field { $0.member("field", field) }
            if let seconds = fault.retryAfter { $0.member("retry_after", seconds) }
            if let request { $0.member("request_id", request) }
            if let message { $0.member("message_id", message) }
        }
        return String(decoding: json.bytes, as: UTF8.self)
    }
}

/// The number of answers being read over one socket.
private final class ReaderCount: Sendable {
    private let count = Atomic(0)

    var value: Int { count.load(ordering: .relaxed) }

    func change(by step: Int) { count.add(step, ordering: .relaxed) }
}
