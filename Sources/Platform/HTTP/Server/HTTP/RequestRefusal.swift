/// Why a request is not given to a handler, and what its client is told.
struct RequestRefusal: Error {
    let response: HTTPResponse

    init(_ response: HTTPResponse) { self.response = response }

    init(_ status: Int, _ text: String, fields: HTTPFields = [:]) {
        response = .text(status, text, fields: fields)
    }
}
