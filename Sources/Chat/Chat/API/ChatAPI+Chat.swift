import Core
import FoundationEssentials
import HTTP

extension ChatAPI {
    /// Returns the published page that contained the form, or the start page.
    func answerPage(for request: HTTPRequest) -> AnswerPage? {
        guard let name = try? gate.node(of: request).name, let node = engine.nodes[name]
        else { return nil }
        let page = ChatPage.back(request)
        return node.generator.knowledge.html(at: page, of: name)
            .flatMap { AnswerPage(html: $0, at: ChatPage.escape(page)) }
    }

    /// `POST /api/chat`: answers with JSON, an event stream or a page.
    func chat(_ request: HTTPRequest, _ visit: RequestContext) async throws(ChatFault)
        -> HTTPResponse
    {
        guard let visitor = visit.visitor else { throw .invalidSession }
        if isForm(request) {
            let form = FormFields(request.body)
            let question = try ChatQuestion(form.object)
            let answer = try await engine.ask(
                question, of: visitor, caller: visit.caller, isResumable: false)
            let outcome = await wait(for: answer)
            guard outcome.status != .failed else { throw .unavailable }
            return Reply.html(
                ChatPage.answer(
                    question: answer.exchange?.text ?? question.message, text: answer.log.text,
                    outcome, conversation: answer.identity.conversation,
                    back: ChatPage.back(request), in: answerPage(for: request)))
        }
        let type = mediaType(request)
        guard type == "application/json" else {
            throw .unsupportedMediaType("application/json or application/x-www-form-urlencoded")
        }
        let question = try ChatQuestion(
            try RequestObject(reading: request.body), key: request.fields["idempotency-key"])
        let isStream = request.fields["accept"]?.containsUTF8("text/event-stream") == true
        let answer = try await engine.ask(
            question, of: visitor, caller: visit.caller, isResumable: isStream)
        if isStream { return events(of: answer, after: 0) }
        let outcome = await wait(for: answer)
        guard outcome.status != .failed else { throw .unavailable }
        return Reply.json { json in
            json.members(of: answer.identity)
            json.member("content", answer.log.text)
            json.members(of: outcome)
        }
    }

    /// `GET /api/messages/{id}/stream`: sends the events after the last one the client received.
    func resume(
        _ id: String, _ request: HTTPRequest, _ visit: RequestContext
    ) throws(ChatFault) -> HTTPResponse {
        guard let id = Identifier.canonical(id), let visitor = visit.visitor,
            let answer = engine.answer(id, of: visitor, on: visit.node.name)
        else { throw .unknownMessage }
        let last = request.fields["last-event-id"] ?? ""
        guard last.isEmpty || (last.utf8.count <= 9 && Int(last).map { $0 >= 0 } == true) else {
            throw .invalid("Last-Event-ID", "must be the number of an event")
        }
        return events(of: answer, after: Int(last) ?? 0)
    }

    /// Waits for the end of an answer as its only reader: if the client disconnects, the answer
    /// ends.
    private func wait(for answer: RunningAnswer) async -> AnswerOutcome {
        let reader = answer.reader()
        while await reader.next({ _, _ in }) {}
        return answer.log.outcome ?? AnswerOutcome(status: .stopped, source: .model)
    }

    private func events(of answer: RunningAnswer, after position: Int) -> HTTPResponse {
        let reader = answer.reader(after: position)
        let writer = EventStreamWriter(answer.identity)
        return Reply.stream(
            AsyncStream {
                var bytes: [UInt8] = []
                while bytes.isEmpty {
                    let isMore = await reader.next { number, event in
                        writer.write(number, event, into: &bytes)
                    }
                    if !isMore && bytes.isEmpty { return nil }
                }
                return bytes
            })
    }
}
