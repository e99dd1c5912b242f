extension String {
    /// The text as a message can quote it: on one line, and not without end.
    var onOneLine: String {
        String(
            String.UnicodeScalarView(
                unicodeScalars.prefix(200).map {
                    $0.value < 0x20 || $0.value == 0x7f ? "\u{FFFD}" : $0
                }))
    }
}
