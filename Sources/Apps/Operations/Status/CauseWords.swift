/// The cause of a build in words; `--json` and `robbieblocks_deploys` have the names.
public enum CauseWords {
    public static func of(_ cause: String) -> String {
        switch cause {
        case "manual": "a build by hand"
        case "reconciliation": "a comparison of all rows and files"
        case "schedule": "a page or block that was due"
        case "page_change": "an edit of a page"
        case "component_update": "an edit of a component"
        case "style_change": "an edit of a token"
        case "branding_change": "an edit of the node"
        case "frame_change": "an edit of the frame"
        default: cause
        }
    }
}
