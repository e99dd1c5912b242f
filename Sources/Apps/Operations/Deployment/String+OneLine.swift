extension String {
    /// The text on one line and cut to a limited length, for a message.
    var onOneLine: String {
        String(
            String.UnicodeScalarView(
                unicodeScalars.prefix(200).map {
                    $0.value < 0x20 || $0.value == 0x7f ? "\u{FFFD}" : $0
                }))
    }
}
