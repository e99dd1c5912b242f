import Core
import HTTP

/// A page of the site with a question and its answer, for browsers without JavaScript.
enum ChatPage {
    static func answer(
        question: String, text: String, _ outcome: AnswerOutcome, conversation: String,
        back: String, in site: AnswerPage?
    ) -> String {
        var body =
            "<h1>\(escape(question))</h1>\n<div class=\"answer\">\n"
            + "\(AnswerMarkup(citations: outcome.citations).html(of: text))</div>\n"
        if outcome.status == .cutOff {
            body += "<p>The answer was cut off.</p>\n"
        }
        if !outcome.citations.isEmpty {
            let links = outcome.citations.map { citation in
                let name = citation.heading.map { "\(citation.title): \($0)" } ?? citation.title
                let number = citation.number.map { "[\($0)] " } ?? ""
                return "<li>\(number)<a href=\"\(address(of: citation))\">\(escape(name))</a></li>"
            }
            body += "<h2>Sources</h2>\n<ul>\(links.joined())</ul>\n"
        }
        body += """
            <form method="post" action="/api/chat">
            <input type="hidden" name="conversation_id" value="\(escape(conversation))">
            <p><label for="message">Ask another question</label><br>
            <textarea id="message" name="message" rows="3" maxlength="4000" required></textarea></p>
            <p><button>Send</button></p>
            </form>
            <p><a href="\(escape(back))">Back to the page</a></p>
            """
        return page("Answer", body, in: site)
    }

    /// Returns a citation's address, escaped for an attribute.
    static func address(of citation: Citation) -> String {
        escape(path(citation.route) + (citation.anchor.map { "#" + $0 } ?? ""))
    }

    static func fault(_ fault: ChatFault, in site: AnswerPage?) -> HTTPResponse {
        var response = Reply.html(
            page(
                "The request failed",
                "<h1>The request failed</h1>\n<p>\(escape(fault.message))</p>\n"
                    + "<p><a href=\"/\">Back to the site</a></p>", in: site),
            status: fault.status)
        if let seconds = fault.retryAfter { response.fields["retry-after"] = String(seconds) }
        return response
    }

    /// Returns the page that contained the form: a path of this site, or its start page.
    static func back(_ request: HTTPRequest) -> String {
        guard let referrer = request.fields["referer"], let host = request.fields["host"] else {
            return "/"
        }
        for scheme in ["http://", "https://"] {
            guard let rest = referrer.droppingUTF8Prefix(scheme + host + "/") else { continue }
            let path = "/" + rest
            return path.hasUTF8Prefix("/api/") ? "/" : self.path(path)
        }
        return "/"
    }

    /// Returns a path of this site; rejects what a browser would read as another site's address.
    private static func path(_ text: String) -> String {
        text.hasUTF8Prefix("/") && !text.hasUTF8Prefix("//") && !text.containsUTF8("\\")
            ? text : "/"
    }

    /// - Parameter site: nil before the site's first release.
    private static func page(_ title: String, _ body: String, in site: AnswerPage?) -> String {
        site?.showing(body, title: title) ?? """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>\(title)</title>
            <meta name="robots" content="noindex">
            <style>
            body { max-width: 42rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.6 system-ui, sans-serif; }
            .answer { overflow-wrap: anywhere; }
            textarea { width: 100%; box-sizing: border-box; font: inherit; }
            </style>
            </head>
            <body>
            \(body)
            </body>
            </html>

            """
    }

    static func escape(_ text: String) -> String {
        var escaped = ""
        for character in text.unicodeScalars {
            switch character {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            case "\0": escaped += "\u{fffd}"
            default: escaped.unicodeScalars.append(character)
            }
        }
        return escaped
    }
}
