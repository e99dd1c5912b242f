import HTTP
import TestSupport
import Testing

/// Certificates, by a real server with one.
@Suite struct TrustTests {
    @Test func aServerThatNobodyVouchesForIsNotAsked() async throws {
        let folder = try TestFolder()
        let made = try Program.run(
            "/usr/bin/openssl",
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1", "-addext",
                "subjectAltName=IP:127.0.0.1", "-keyout", folder.path + "/key.pem", "-out",
                folder.path + "/certificate.pem",
            ])
        #expect(made.status == 0, "\(made.errors)")
        let nginx = try await NginxServer.start { port in
            """
            server {
                listen 127.0.0.1:\(port) ssl;
                ssl_certificate \(folder.path)/certificate.pem;
                ssl_certificate_key \(folder.path)/key.pem;
                location / { return 200 "hello"; }
            }
            """
        }
        do throws(ClientError) {
            _ = try await WebClient().send(
                ClientRequest(.get, "https://127.0.0.1:\(nginx.port)/"))
            Issue.record("it was asked")
        } catch {
            #expect(error.code == .untrusted)
            #expect(error.message.contains("127.0.0.1:\(nginx.port)"))
        }
        // The same server, were it vouched for.
        let answer = try Program.run(
            "/usr/bin/openssl",
            [
                "s_client", "-connect", "127.0.0.1:\(nginx.port)", "-verify_return_error",
                "-CAfile", folder.path + "/certificate.pem",
            ])
        #expect(answer.status == 0, "\(answer.errors)")
    }
}
