public import Core
import HTTP
import LanguageModels
import PostgreSQL
import System

/// Asks every model of some nodes one question, to find out what is wrong with its row.
public struct ModelCheck: Sendable {
    /// What came of one row.
    public struct Finding: Sendable {
        /// The nodes that the row is for.
        public var nodes: [String]
        /// Names the model, such as `chat model 'workshop' (ollama, llama3.2)`.
        public var subject: String
        /// What is wrong; nil when it answered.
        public var fault: Diagnostic?
        /// Milliseconds until the first text, or the vector.
        public var milliseconds: Int
        /// Of the vector; nil for a model that answers.
        public var dimensions: Int?
    }

    private struct Row: Hashable {
        var endpoint: ModelEndpoint
        var purpose: ModelRow.Purpose
    }

    /// Asks all of them at once, each for as long as its row allows.
    ///
    /// - Returns: a finding for each row, in their order.
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

    /// The rows of all nodes, each once.
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
        // The subject names the model already.
        if let message = finding.fault?.message.droppingUTF8Prefix("model '\(endpoint.name)': ") {
            finding.fault?.message = String(message)
        }
        return finding
    }

    /// - Returns: what is wrong; nil once there is text.
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
