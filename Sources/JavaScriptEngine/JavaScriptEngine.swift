// JavaScriptEngine
