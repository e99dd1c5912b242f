import Bundling
import Core
import FoundationEssentials
import SiteModel
import System

/// The digest of all sources of a site except the rows of pages.
///
/// When the digest and the versions of all pages are equal, there is nothing to build, and nothing
/// must be compiled to find that out.
enum SourceDigest {
    static func of(
        _ content: NodeContent, library: TemplateLibrary, engineVersion: String
    ) -> SHA256Digest {
        var hasher = SHA256Hasher()
        hasher.update(field: engineVersion)
        hasher.update(field: library.fingerprint)
        let node = content.node
        for part in [
            node.id, node.name, node.theme ?? "", node.customCSS, node.customScripts,
            node.metadata.text, node.unreadable.map { "\($0)" }.joined(separator: "\n"),
        ] {
            hasher.update(field: part)
        }
        for list in [
            node.enabledApps, node.publishedApps ?? [], content.nodeIDs.sorted(),
            content.knownApps.sorted(),
            content.strayPages.map(\.key),
        ] {
            hasher.update(field: list.joined(separator: "\n"))
        }
        for map in [node.styleOverrides, content.tokens] {
            hasher.update(field: "\(map.count)")
            for (key, value) in map.sorted(by: { $0.key < $1.key }) {
                hasher.update(field: key)
                hasher.update(field: value)
            }
        }
        for row in content.frame {
            for text in [row.id.uuidString] + row.texts { hasher.update(field: text) }
            hasher.update(field: "\(row.block.order) \(row.isActive)")
            hasher.update(field: row.block.props)
            hasher.update(field: row.block.conditions)
            hasher.update(field: row.faults.map { "\($0)" }.joined(separator: "\n"))
        }
        for component in content.components.values.sorted(by: { $0.key < $1.key })
        where component.isPlaced {
            for part in [
                component.key, component.code ?? "", component.styles ?? "",
                component.propsSchema?.text ?? "", component.fault.map { "\($0)" } ?? "",
                component.dependencies.joined(separator: "\n"),
                component.hydrate ?? "", "\(component.isPublished)",
            ] {
                hasher.update(field: part)
            }
        }
        return hasher.finalize()
    }
}
