// The standard library normalizes text when it compares strings, but offers the result only to its
// own packages. A second set of tables would have to be updated with every version of Unicode.
@_spi(_Unicode) import Swift

extension String {
    /// The text in Unicode's composed form, NFC: a letter and its accent are one scalar.
    package var composed: String {
        String(String.UnicodeScalarView(_nfc))
    }

    /// Whether the text is in composed form.
    ///
    /// Two composed texts are equal as strings exactly when they have the same bytes. Text must be
    /// composed when it is a key both of a dictionary here and of a database index, or the name of
    /// a file.
    package var isComposed: Bool {
        utf8.allSatisfy { $0 < 0x80 } || unicodeScalars.elementsEqual(_nfc)
    }
}

extension Unicode.Scalar {
    /// Whether the scalar is shown as part of the preceding one: a combining mark, a joiner or a
    /// variation selector.
    package var isMark: Bool {
        switch properties.generalCategory {
        case .nonspacingMark, .spacingMark, .enclosingMark: true
        default: properties.isJoinControl || properties.isVariationSelector
        }
    }
}
