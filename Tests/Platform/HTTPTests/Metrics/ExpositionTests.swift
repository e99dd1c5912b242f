import TestSupport
import Testing

/// The reader that the other tests rely on refuses what Prometheus would.
@Suite struct ExpositionTests {
    @Test func readsWhatTheDocumentationShows() throws {
        let text = """
            # HELP http_requests_total The total number of HTTP requests.
            # TYPE http_requests_total counter
            http_requests_total{method="post",code="200"} 1027
            http_requests_total{method="post",code="400"} 3
            # HELP path_seconds One\\ntwo \\\\ "three".
            # TYPE path_seconds gauge
            path_seconds{path="C:\\\\DIR\\\\FILE.TXT",error="Cannot find file:\\n\\"FILE.TXT\\""} 1.458e+09
            # HELP a_seconds A.
            # TYPE a_seconds histogram
            a_seconds_bucket{le="0.05"} 24054
            a_seconds_bucket{le="+Inf"} 144320
            a_seconds_sum 53423
            a_seconds_count 144320

            """
        let exposition = try Exposition(parsing: text)
        #expect(exposition.families.map(\.type) == ["counter", "gauge", "histogram"])
        #expect(exposition.families[1].help == "One\ntwo \\ \"three\".")
        #expect(exposition.value("http_requests_total", ["method": "post", "code": "400"]) == 3)
        let labels = ["path": "C:\\DIR\\FILE.TXT", "error": "Cannot find file:\n\"FILE.TXT\""]
        #expect(exposition.value("path_seconds", labels) == 1.458e9)
    }

    private static let head = "# HELP a A.\n# TYPE a gauge\n"
    private static let histogram = "# HELP a A.\n# TYPE a histogram\n"

    @Test(arguments: [
        head + "a 1", head, "a 1\n", "# HELP a A.\na 1\n", head + "b 1\n", head + "a 1\na 2\n",
        head + "a{} 1\n", head + "a{x=\"1\",} 1\n", head + "a{x=1} 1\n", head + "a{x=\"\\q\"} 1\n",
        head + "a{x=\"1\",x=\"2\"} 1\n", head + "a{__x=\"1\"} 1\n", head + "a{1x=\"1\"} 1\n",
        head + "a  1\n", head + "a 1 \n", head + "a inf\n", head + "a 0x1\n", head + "a\n",
        head + "a{x=\"1} 1\n", head + "a{x=\"1\"}1\n", head + "\na 1\n",
        head + "a 1\n" + head + "a{x=\"1\"} 1\n", "# HELP a A.\n# TYPE a counter\na 1\n",
        "# HELP a_total A.\n# TYPE a_total counter\na_total -1\n",
        "# HELP a A.\n# TYPE a summary\na 1\n",
        histogram + "a_bucket{le=\"1\"} 1\na_sum 1\na_count 1\n",
        histogram + "a_bucket{le=\"+Inf\"} 1\na_sum 1\na_count 2\n",
        histogram + "a_bucket{le=\"+Inf\"} 1\na_count 1\n",
        histogram + "a_bucket{le=\"1\"} 2\na_bucket{le=\"+Inf\"} 1\na_sum 1\na_count 1\n",
        histogram
            + "a_bucket{le=\"2\"} 1\na_bucket{le=\"1\"} 1\na_bucket{le=\"+Inf\"} 1\na_sum 1\na_count 1\n",
    ])
    func refusesWhatIsNotTheFormat(text: String) {
        #expect(throws: Exposition.Fault.self) { try Exposition(parsing: text) }
    }
}
