extension Replies.Own {
    /// - Returns: nil for an occasion that a later version has.
    init?(_ row: ReplyRow) {
        guard let occasion = Occasion(rawValue: row.occasion) else { return nil }
        self.init(occasion: occasion, language: row.language, text: row.text)
    }
}
