extension Replies.Own {
    /// - Returns: nil for an occasion that this version does not know.
    init?(_ row: ReplyRow) {
        guard let occasion = ReplyOccasion(rawValue: row.occasion) else { return nil }
        self.init(occasion: occasion, language: row.language, text: row.text)
    }
}
