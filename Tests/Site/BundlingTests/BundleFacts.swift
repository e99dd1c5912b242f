import Bundling
import Core

/// Everything about a bundle and its faults as text, so that two can be compared and a difference read.
func facts(_ made: (bundle: AssetBundle, diagnostics: [Diagnostic])) -> [String: String] {
    let bundle = made.bundle
    var facts = [
        "fingerprint": "\(bundle.fingerprint)",
        "styles": bundle.siteStyles,
        "loader": bundle.islandLoader ?? "none",
        "script": bundle.customScript ?? "none",
        "fonts": "\(bundle.fonts)",
        "branding": "\(bundle.brandingURLs.sorted { $0.key < $1.key })",
        "diagnostics": made.diagnostics.map(\.description).joined(separator: "\n"),
    ]
    let modules =
        Array(bundle.components.values) + Array(bundle.layouts.values)
        + (bundle.document.map { [$0] } ?? [])
    for module in modules {
        let name = "\(module.kind.rawValue) \(module.key)"
        facts[name + " code"] = module.serverCode
        facts[name + " map"] = "\(module.sourceMap)"
        facts[name + " context"] = "\(module.context.map(\.rawValue).sorted())"
        facts[name + " island"] =
            "\(module.hydrate?.rawValue ?? "none") \(module.islandSource ?? "") "
            + module.islandPreloads.joined(separator: " ")
        facts[name + " behaviour"] = module.behaviourSource ?? "none"
        facts[name + " schema"] = module.propsSchema ?? "none"
        facts[name + " place"] = "\(module.codeField) \(module.styles?.css ?? "none")"
    }
    for asset in bundle.assets {
        facts["asset " + asset.path] = "\(asset.digest) \(asset.isImmutable)"
    }
    return facts
}

/// The names of the facts in which two bundles differ.
func differences(_ left: [String: String], _ right: [String: String]) -> [String] {
    Set(left.keys).union(right.keys).filter { left[$0] != right[$0] }.sorted()
}
