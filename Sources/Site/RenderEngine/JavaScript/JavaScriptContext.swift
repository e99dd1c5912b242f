import CJavaScriptCore

/// A JavaScript global object, used by one thread.
///
/// Values returned from it stay alive until they are released or the context is destroyed.
public final class JavaScriptContext {
    fileprivate let context: JSGlobalContextRef

    /// - Parameter other: a context to share the heap with, and the engine's cache of sources that
    ///   it has compiled. Changes that code makes in one context are not visible in the other.
    public init(besides other: JavaScriptContext? = nil) {
        context =
            if let other {
                JSGlobalContextCreateInGroup(JSContextGetGroup(other.context), nil)
            } else { JSGlobalContextCreate(nil) }
    }

    deinit { JSGlobalContextRelease(context) }

    /// Frees unreachable objects at once, in this context and those that share its heap.
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

    /// Returns a property of this object, or undefined when the object does not have it.
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

/// Lends `text` as a string of the engine.
private func withJSString<Value>(_ text: String, _ body: (JSStringRef?) -> Value) -> Value {
    let string = JSStringCreateWithUTF8CString(text)
    defer { JSStringRelease(string) }
    return body(string)
}

/// Returns the string in UTF-8. A lone surrogate, left when a string is cut inside an emoji,
/// becomes U+FFFD: the engine's own conversion would silently end the text there.
private func bytes(of string: JSStringRef) -> [UInt8] {
    let capacity = JSStringGetMaximumUTF8CStringSize(string)
    let bytes = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
        let written = buffer.withMemoryRebound(to: CChar.self) {
            JSStringGetUTF8CString(string, $0.baseAddress, capacity)
        }
        // The count includes the terminating zero.
        count = max(0, written - 1)
    }
    // UTF-16 units for each byte: a four-byte sequence makes two units.
    let converted = bytes.reduce(0) { $0 + ($1 & 0xC0 == 0x80 ? 0 : $1 >= 0xF0 ? 2 : 1) }
    let length = JSStringGetLength(string)
    guard converted < length else { return bytes }
    let units = UnsafeBufferPointer(start: JSStringGetCharactersPtr(string), count: length)
    return Array(String(decoding: units, as: UTF16.self).utf8)
}
