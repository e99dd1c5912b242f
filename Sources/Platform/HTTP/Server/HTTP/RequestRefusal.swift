/// Why a request does not reach a handler, and the response to its client.
struct RequestRefusal: Error {
    let response: HTTPResponse

    init(_ response: HTTPResponse) { self.response = response }

    init(_ status: Int, _ text: String, fields: HTTPFields = [:]) {
        response = .text(status, text, fields: fields)
    }
}
