import HTTP

extension ChatMetrics {
    /// The metric families. Dashboards and alerts rely on the names: add new ones, but never
    /// rename.
    enum Family {
        static let answers = MetricFamily(
            "robbieblocks_chat_answers_total", .counter, help: "Answers, by how they ended.",
            labels: ["node", "source", "status"])
        static let answerSeconds = MetricFamily(
            "robbieblocks_chat_answer_seconds", .histogram(bounds: bounds),
            help: "From the question to the end of its answer.", labels: ["node", "source"])
        static let lost = MetricFamily(
            "robbieblocks_chat_lost_answers_total", .counter,
            help: "Answers that could not be stored.", labels: ["node"])
        static let refused = MetricFamily(
            "robbieblocks_chat_refused_total", .counter,
            help: "Requests over a limit, by the scope of the limit.", labels: ["ceiling"])
        static let responses = MetricFamily(
            "robbieblocks_chat_responses_total", .counter, help: "Responses of the API.",
            labels: ["status"])
        static let running = MetricFamily(
            "robbieblocks_chat_running_answers", .gauge, help: "Answers in progress.")
        static let waiting = MetricFamily(
            "robbieblocks_chat_waiting_answers", .gauge,
            help: "Answers waiting to be stored.")
        static let sockets = MetricFamily(
            "robbieblocks_chat_sockets", .gauge, help: "Open WebSockets.")
        static let attempts = MetricFamily(
            "robbieblocks_model_attempts_total", .counter,
            help: "Questions sent to models, by outcome.",
            labels: ["node", "model", "outcome"])
        static let firstText = MetricFamily(
            "robbieblocks_model_first_text_seconds", .histogram(bounds: bounds),
            help: "From sending a question to a model to its first text.",
            labels: ["node", "model"])
        static let tokens = MetricFamily(
            "robbieblocks_model_tokens_total", .counter,
            help: "Tokens, as the providers count them.",
            labels: ["node", "model", "direction"])
        static let processorSeconds = MetricFamily(
            "robbieblocks_chat_processor_seconds", .gauge, help: "Processor time of the process.")
        static let residentBytes = MetricFamily(
            "robbieblocks_chat_resident_bytes", .gauge, help: "Memory of the process.")
        static let openDescriptors = MetricFamily(
            "robbieblocks_chat_open_descriptors", .gauge, help: "Open file descriptors.")

        /// In seconds.
        static let bounds = [
            0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120,
        ]

        static let all = [
            answers, answerSeconds, lost, refused, responses, running, waiting, sockets, attempts,
            firstText, tokens, processorSeconds, residentBytes, openDescriptors,
        ]
    }
}
