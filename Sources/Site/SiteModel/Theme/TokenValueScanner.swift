import Core

/// One pass over a value: every scalar is in a string, part of a name, or on the short list of
/// punctuation; every bracket and quote is closed; every function is allowed.
struct TokenValueScanner {
    private let scalars: [Unicode.Scalar]
    private var position = 0
    private var open: [Unicode.Scalar] = []
    private(set) var references: [String] = []

    init(_ text: String) {
        scalars = Array(text.unicodeScalars)
    }

    mutating func scan() throws(TokenValue.Fault) {
        while position < scalars.count {
            let scalar = scalars[position]
            try Self.refuse(scalar)
            switch scalar {
            case "\"", "'": try scanString(closedBy: scalar)
            case "(", "[": try push(scalar, function: nil)
            case ")": try pop("(")
            case "]": try pop("[")
            case "/", "*": try scanOperator(scalar)
            case " ", ",", "#", "%", ".", "+": position += 1
            case _ where Self.isNameScalar(scalar): try scanName()
            default: throw TokenValue.Fault("the character '\(scalar)' is not allowed in a value")
            }
        }
        if let last = open.last {
            throw TokenValue.Fault("a '\(last)' is never closed")
        }
    }

    /// Throws for characters that are refused even inside a string.
    private static func refuse(_ scalar: Unicode.Scalar) throws(TokenValue.Fault) {
        if ";{}<>@\\".unicodeScalars.contains(scalar) {
            throw TokenValue.Fault(
                "the character '\(scalar)' is not allowed in a value",
                hint: "write the value alone, as after the colon in CSS and without its semicolon")
        }
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse,
            .unassigned:
            let code = String(scalar.value, radix: 16, uppercase: true)
            throw TokenValue.Fault("the value has a control character (U+\(code))")
        default: break
        }
    }

    private mutating func scanString(closedBy quote: Unicode.Scalar) throws(TokenValue.Fault) {
        position += 1
        while position < scalars.count {
            let scalar = scalars[position]
            try Self.refuse(scalar)
            if scalar == "*", isNext("/") || scalars[position - 1] == "/" { throw Self.comment }
            position += 1
            if scalar == quote { return }
        }
        throw TokenValue.Fault("a quote is never closed")
    }

    private mutating func scanOperator(_ scalar: Unicode.Scalar) throws(TokenValue.Fault) {
        if scalar == "/", isNext("*") || isNext("/") { throw Self.comment }
        if scalar == "*", isNext("/") { throw Self.comment }
        position += 1
    }

    private mutating func scanName() throws(TokenValue.Fault) {
        let start = position
        while position < scalars.count, Self.isNameScalar(scalars[position]) {
            try Self.refuse(scalars[position])
            position += 1
        }
        guard position < scalars.count, scalars[position] == "(" else { return }
        try push("(", function: text(start..<position))
    }

    private mutating func push(
        _ bracket: Unicode.Scalar, function: String?
    ) throws(TokenValue.Fault) {
        if let function {
            let name = function.lowercased()
            guard TokenValue.functions.contains(name) else {
                throw TokenValue.Fault(
                    "the function '\(function)(' is not allowed in a value",
                    hint: nearMiss(for: name, among: TokenValue.functions)
                        .map { "did you mean '\($0)('?" })
            }
            if name == "var" { try scanReference() }
        }
        open.append(bracket)
        position += 1
    }

    /// Looks ahead from `var(` to the name of the custom property; the scan then reads it again.
    private mutating func scanReference() throws(TokenValue.Fault) {
        var index = position + 1
        while index < scalars.count, scalars[index] == " " { index += 1 }
        let start = index
        while index < scalars.count, Self.isNameScalar(scalars[index]) { index += 1 }
        let name = text(start..<index)
        guard name.hasUTF8Prefix("--"), name.utf8.count > 2 else {
            throw TokenValue.Fault("'var(' needs a custom property, as in var(--color-primary)")
        }
        references.append(name)
    }

    private mutating func pop(_ bracket: Unicode.Scalar) throws(TokenValue.Fault) {
        guard open.popLast() == bracket else {
            throw TokenValue.Fault("a '\(scalars[position])' closes nothing")
        }
        position += 1
    }

    private func isNext(_ scalar: Unicode.Scalar) -> Bool {
        position + 1 < scalars.count && scalars[position + 1] == scalar
    }

    private func text(_ range: Range<Int>) -> String {
        var text = ""
        text.unicodeScalars.append(contentsOf: scalars[range])
        return text
    }

    private static let comment = TokenValue.Fault("comments are not allowed in a value")

    private static func isNameScalar(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "-", "_": true
        default: scalar.value >= 0x80 && scalar.properties.generalCategory != .control
        }
    }
}
