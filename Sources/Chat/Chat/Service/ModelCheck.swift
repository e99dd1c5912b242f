public import Core
import HTTP
import LanguageModels
import PostgreSQL
import System

/// Sends one question to every model of some nodes, to find errors in their rows.
public struct ModelCheck: Sendable {
    /// The result for one row.
    public struct Finding: Sendable {
        /// The nodes that use the row.
        public var nodes: [String]
        /// Names the model, such as `chat model 'workshop' (ollama, llama3.2)`.
        public var subject: String
        /// The error; nil when the model answered.
        public var fault: Diagnostic?
        /// Milliseconds until the first text, or the vector.
        public var milliseconds: Int
        /// Dimensions of the vector; nil for a chat model.
        public var dimensions: Int?
    }

    private struct Row: Hashable {
        var endpoint: ModelEndpoint
        var purpose: ModelRow.Purpose
    }

    /// Asks all models at once, each within the timeouts of its row.
    ///
    /// - Returns: a finding for each row, in order.
    /// - Throws: when the rows cannot be read.
    public static func run(
        _ configuration: ChatConfiguration
    ) async throws(Diagnostic) -> [Finding] {
        let rows = try await rows(of: configuration)
        let client = WebClient()
        let findings = await withTaskGroup(of: (Int, Finding).self) { group in
            for (index, entry) in rows.enumerated() {
                group.addTask {
                    (index, await ask(entry.row, of: entry.nodes, client, configuration.keys))
                }
            }
            var findings: [(Int, Finding)] = []
            for await finding in group { findings.append(finding) }
            return findings
        }
        return findings.sorted { $0.0 < $1.0 }.map(\.1)
    }

    /// Returns the rows of all nodes, without duplicates.
    private static func rows(
        of configuration: ChatConfiguration
    ) async throws(Diagnostic) -> [(row: Row, nodes: [String])] {
        let pool = ConnectionPool(
            to: configuration.database, role: ChatStore.role, settings: .init(size: 1))
        let store = ChatStore(pool: pool)
        var rows: [(row: Row, nodes: [String])] = []
        do throws(ChatStoreError) {
            for site in configuration.sites {
                for purpose in [ModelRow.Purpose.chat, .embedding] {
                    for row in try await store.modelChain(of: site.node, for: purpose) {
                        guard let endpoint = ModelEndpoint(row) else { continue }
                        let row = Row(endpoint: endpoint, purpose: purpose)
                        if let index = rows.firstIndex(where: { $0.row == row }) {
                            rows[index].nodes.append(site.node)
                        } else {
                            rows.append((row, [site.node]))
                        }
                    }
                }
            }
        } catch {
            await pool.close()
            throw error.diagnostic
        }
        await pool.close()
        return rows
    }

    private static func ask(
        _ row: Row, of nodes: [String], _ client: WebClient, _ keys: ModelKeys
    ) async -> Finding {
        let endpoint = row.endpoint
        let kind = row.purpose == .chat ? "chat" : "embedding"
        var finding = Finding(
            nodes: nodes,
            subject: "\(kind) model '\(endpoint.name)' (\(endpoint.provider.rawValue), "
                + "\(endpoint.model))", milliseconds: 0)
        let began = monotonicMilliseconds()
        if row.purpose == .embedding {
            do throws(ModelFailure) {
                let vectors = try await Embedder(endpoint: endpoint, client: client, keys: keys)
                    .embed(["Is this model ready?"])
                finding.dimensions = vectors.first?.count
            } catch {
                finding.fault = error.diagnostic
            }
        } else {
            finding.fault = await answer(of: endpoint, client, keys)
        }
        finding.milliseconds = monotonicMilliseconds() - began
        // The subject already names the model.
        if let message = finding.fault?.message.droppingUTF8Prefix("model '\(endpoint.name)': ") {
            finding.fault?.message = String(message)
        }
        return finding
    }

    /// - Returns: the error; nil when the model has sent text.
    private static func answer(
        of endpoint: ModelEndpoint, _ client: WebClient, _ keys: ModelKeys
    ) async -> Diagnostic? {
        let chain = ModelChain(endpoints: [endpoint], client: client, keys: keys)
        let prompt = Prompt(turns: [.init(.user, "Answer with one word: are you ready?")])
        for await event in chain.answer(prompt) {
            switch event {
            case .began: continue
            case .text, .ended(.complete), .ended(.cutOff): return nil
            case .ended(.unavailable(let failures)): return failures.last?.diagnostic
            }
        }
        return nil
    }
}
