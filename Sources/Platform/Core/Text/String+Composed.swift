// The library normalizes texts whenever it compares them, and offers the outcome to its own packages
// alone; a second set of tables would have to follow every version of Unicode.
@_spi(_Unicode) import Swift

extension String {
    /// The text in Unicode's composed form, NFC: an accent and its letter are one scalar.
    package var composed: String {
        String(String.UnicodeScalarView(_nfc))
    }

    /// Whether the text is in composed form.
    ///
    /// Two such texts are equal as strings exactly when they have the same bytes. What is a key of a
    /// dictionary here and of an index there, or a name of a file, has to be composed.
    package var isComposed: Bool {
        utf8.allSatisfy { $0 < 0x80 } || unicodeScalars.elementsEqual(_nfc)
    }
}

extension Unicode.Scalar {
    /// Whether it is shown as part of what stands before it: a combining mark, a joiner or a variation
    /// selector.
    package var isMark: Bool {
        switch properties.generalCategory {
        case .nonspacingMark, .spacingMark, .enclosingMark: true
        default: properties.isJoinControl || properties.isVariationSelector
        }
    }
}
