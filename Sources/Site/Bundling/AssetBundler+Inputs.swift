import Core
import SiteModel

/// Collects the inputs of the bundling steps from a node and its components.
extension AssetBundler {
    static func moduleInputs(
        _ components: [Component], library: TemplateLibrary
    ) -> ([ModuleInput], [Diagnostic]) {
        var inputs: [ModuleInput] = []
        var diagnostics: [Diagnostic] = []
        for component in components.sorted(by: { $0.key < $1.key })
        where component.key != Component.pageContentKey {
            guard Component.isValidKey(component.key) else {
                diagnostics.append(
                    Diagnostic(
                        .unknownComponent,
                        "a component_key has letters, digits, '-', '_' and '.', 100 at most",
                        at: .init(component: component.key, field: "component_key")))
                continue
            }
            if let fault = component.fault {
                diagnostics.append(fault)
                continue
            }
            guard let code = component.code, !code.isBlank else {
                diagnostics.append(
                    Diagnostic(
                        .noComponentFound,
                        "the component has no code, and no file in the library has its key",
                        at: .init(component: component.key, field: "react_code"),
                        hint: suggestion(
                            for: component.key, among: Array(library.components.keys))))
                continue
            }
            if let mode = component.hydrate, mode != "none", Hydration(rawValue: mode) == nil {
                diagnostics.append(
                    Diagnostic(
                        .badMetadata, "metadata.hydrate is '\(mode)'",
                        at: .init(component: component.key, field: "metadata"),
                        hint: "it is one of load, idle, visible, none"))
                continue
            }
            inputs.append(
                ModuleInput(
                    kind: .component, key: component.key, code: code,
                    codeField: component.codeField, dependencies: component.dependencies,
                    hydrate: component.hydrate, propsSchema: component.propsSchema))
        }
        inputs += library.layouts.sorted { $0.key < $1.key }.map { key, file in
            ModuleInput(kind: .layout, key: key, code: file.code, codeField: file.path)
        }
        inputs.append(
            ModuleInput(
                kind: .document, key: "document", code: library.document.code,
                codeField: library.document.path))
        return (inputs, diagnostics)
    }

    /// Style sheets by name: `base`, `layouts`, `custom`, and `component-KEY`.
    static func styleInputs(
        _ components: [Component], node: Node, library: TemplateLibrary
    ) -> [StyleBundler.Input] {
        let islandStyles = library.runtime["islands.css"] ?? ""
        var inputs = [
            StyleBundler.Input(
                name: "base", layer: "base", css: library.baseStyles + "\n" + islandStyles,
                location: .init(field: "templates/styles")),
            StyleBundler.Input(
                name: "layouts", layer: "layouts",
                css: library.layouts.sorted { $0.key < $1.key }.map(\.value.styles)
                    .joined(separator: "\n"),
                location: .init(field: "templates/layouts")),
        ]
        if !node.customCSS.isBlank {
            inputs.append(
                StyleBundler.Input(
                    name: "custom", layer: "custom", css: node.customCSS,
                    location: .init(node: node.id, field: "custom_css")))
        }
        for component in components.sorted(by: { $0.key < $1.key })
        where Component.isValidKey(component.key) {
            guard let css = component.styles, !css.isBlank else {
                continue
            }
            inputs.append(
                StyleBundler.Input(
                    name: "component-\(component.key)", layer: "components", css: css,
                    location: .init(component: component.key, field: component.stylesField)))
        }
        return inputs
    }
}
