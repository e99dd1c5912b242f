import CJavaScriptCore

/// A JavaScript global object, used by one thread.
///
/// Values that come out of it stay alive until the context is gone or they are released.
public final class JavaScriptContext {
    fileprivate let context: JSGlobalContextRef

    /// - Parameter other: one whose heap it shares, and what the engine knows of sources that it has
    ///   compiled before. Nothing that code has done in the other is seen in this one.
    public init(besides other: JavaScriptContext? = nil) {
        context =
            if let other {
                JSGlobalContextCreateInGroup(JSContextGetGroup(other.context), nil)
            } else { JSGlobalContextCreate(nil) }
    }

    deinit { JSGlobalContextRelease(context) }

    /// Gives back, at once, what nothing refers to any more, in this context and those beside it.
    public func collectGarbage() { JSSynchronousGarbageCollectForDebugging(context) }

    /// Runs a script and returns the value of its last expression.
    ///
    /// - Parameter source: the name that stack traces show.
    @discardableResult
    public func evaluate(
        _ script: String, source: String
    ) throws(JavaScriptError) -> JavaScriptValue {
        var exception: JSValueRef?
        let value = withJSString(script) { text in
            withJSString(source) { url in
                JSEvaluateScript(context, text, nil, url, 1, &exception)
            }
        }
        if let exception { throw error(from: exception) }
        return JavaScriptValue(value, in: self)
    }

    /// The value at a dotted path below the global object, such as `robbieblocks.renderBlock`.
    public func value(at path: String) throws(JavaScriptError) -> JavaScriptValue {
        try evaluate(path, source: "robbieblocks:lookup")
    }

    public func string(_ text: String) -> JavaScriptValue {
        JavaScriptValue(withJSString(text) { JSValueMakeString(context, $0) }, in: self)
    }

    public func number(_ number: Double) -> JavaScriptValue {
        JavaScriptValue(JSValueMakeNumber(context, number), in: self)
    }

    fileprivate func error(from exception: JSValueRef) -> JavaScriptError {
        func text(_ value: JSValueRef?) -> String? {
            guard let value, !JSValueIsUndefined(context, value),
                let string = JSValueToStringCopy(context, value, nil)
            else { return nil }
            defer { JSStringRelease(string) }
            return String(decoding: bytes(of: string), as: UTF8.self)
        }
        var line: Int?
        var source: String?
        var stack = ""
        if JSValueIsObject(context, exception),
            let object = JSValueToObject(context, exception, nil)
        {
            func property(_ name: String) -> JSValueRef? {
                withJSString(name) { JSObjectGetProperty(context, object, $0, nil) }
            }
            if let value = property("line"), JSValueIsNumber(context, value) {
                line = Int(JSValueToNumber(context, value, nil))
            }
            source = text(property("sourceURL"))
            stack = text(property("stack")) ?? ""
        }
        return JavaScriptError(
            message: text(exception) ?? "an exception without a message", source: source,
            line: line,
            stack: stack)
    }
}

/// A value inside a context, kept alive as long as this handle.
public final class JavaScriptValue {
    fileprivate let value: JSValueRef?
    private let owner: JavaScriptContext

    fileprivate init(_ value: JSValueRef?, in owner: JavaScriptContext) {
        self.value = value
        self.owner = owner
        JSValueProtect(owner.context, value)
    }

    deinit { JSValueUnprotect(owner.context, value) }

    /// A property of this object; undefined when it has none of the name.
    public func property(_ name: String) throws(JavaScriptError) -> JavaScriptValue {
        var exception: JSValueRef?
        let object = JSValueToObject(owner.context, value, &exception)
        let result = withJSString(name) {
            object == nil
                ? nil : JSObjectGetProperty(owner.context, object, $0, &exception)
        }
        if let exception { throw owner.error(from: exception) }
        return JavaScriptValue(result, in: owner)
    }

    /// Calls this function.
    @discardableResult
    public func call(_ arguments: [JavaScriptValue]) throws(JavaScriptError) -> JavaScriptValue {
        var exception: JSValueRef?
        guard let function = JSValueToObject(owner.context, value, &exception) else {
            throw JavaScriptError(message: "not a function", stack: "")
        }
        let result = JSObjectCallAsFunction(
            owner.context, function, nil, arguments.count, arguments.map(\.value), &exception)
        if let exception { throw owner.error(from: exception) }
        guard let result else { throw JavaScriptError(message: "not a function", stack: "") }
        return JavaScriptValue(result, in: owner)
    }

    /// The value as a string, in UTF-8.
    public func utf8() throws(JavaScriptError) -> [UInt8] {
        var exception: JSValueRef?
        guard let string = JSValueToStringCopy(owner.context, value, &exception) else {
            throw exception.map(owner.error) ?? JavaScriptError(message: "not a string", stack: "")
        }
        defer { JSStringRelease(string) }
        return bytes(of: string)
    }
}

/// Lends `text` in the engine's own form.
private func withJSString<Value>(_ text: String, _ body: (JSStringRef?) -> Value) -> Value {
    let string = JSStringCreateWithUTF8CString(text)
    defer { JSStringRelease(string) }
    return body(string)
}

/// Half of a surrogate pair, as left by cutting a string inside an emoji, becomes U+FFFD: the engine's
/// own conversion would end the text there without a word.
private func bytes(of string: JSStringRef) -> [UInt8] {
    let capacity = JSStringGetMaximumUTF8CStringSize(string)
    let bytes = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
        let written = buffer.withMemoryRebound(to: CChar.self) {
            JSStringGetUTF8CString(string, $0.baseAddress, capacity)
        }
        // The terminating zero is counted.
        count = max(0, written - 1)
    }
    // What each byte stands for in UTF-16: four-byte forms are two units.
    let converted = bytes.reduce(0) { $0 + ($1 & 0xC0 == 0x80 ? 0 : $1 >= 0xF0 ? 2 : 1) }
    let length = JSStringGetLength(string)
    guard converted < length else { return bytes }
    let units = UnsafeBufferPointer(start: JSStringGetCharactersPtr(string), count: length)
    return Array(String(decoding: units, as: UTF16.self).utf8)
}
