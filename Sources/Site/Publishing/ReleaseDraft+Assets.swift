import Core
import Synchronization
public import System

extension ReleaseDraft {
    /// Sets the complete list of files that belong to no page, with their compressed forms.
    ///
    /// - Parameter isImmutable: whether the path names the content. Such a file stays in both trees
    ///   as long as a kept release has it, so that an open page finds the files that it links to.
    /// - Parameter keepsOld: whether immutable files that are not in the list stay too: pages that
    ///   keep their last good version still link to them.
    /// - Parameter effort: how hard to compress; nil omits the compressed forms. A file that is not
    ///   immutable is compressed like a page, since it is written again and again, and so is a
    ///   style sheet: one edit can change those of many pages.
    public func setAssets(
        _ assets: [(path: String, bytes: [UInt8], isImmutable: Bool)], keepsOld: Bool,
        effort: Compression.Effort?
    ) throws {
        let files = Mutex([FileForms?](repeating: nil, count: assets.count))
        try attempt {
            try concurrently(assets.count) { index in
                let (path, bytes) = (assets[index].path, assets[index].bytes)
                let isLasting = assets[index].isImmutable && !path.hasUTF8Suffix(".css")
                let effort = effort.map { isLasting ? $0 : .page }
                let file = try FileForms(bytes, at: path, effort: effort) { digest in
                    try isCompressed(path, digest)
                }
                files.withLock { $0[index] = file }
            }
        }
        let made = files.withLock { $0.compactMap(\.self) }
        let place = place
        try change { ledger, changes in
            let old = try ledger.assets()
            for (asset, file) in zip(assets, made) {
                try changes.set(
                    file, page: nil, isImmutable: asset.isImmutable, in: place, ledger)
            }
            let named = Set(assets.map(\.path))
            for file in old where !(keepsOld && file.isImmutable) {
                let original = FileForms.original(of: file.path)
                if named.contains(file.path) || named.contains(original) { continue }
                try changes.removeFile(at: file.path, isPage: false, in: place, ledger)
            }
        }
    }

    /// Sets one file that belongs to no page.
    ///
    /// - Parameter bytes: nil removes the file from the site.
    public func setAsset(
        path: String, bytes: [UInt8]?, isImmutable: Bool, effort: Compression.Effort?
    ) throws {
        let place = place
        guard let bytes else {
            return try change { ledger, changes in
                try changes.remove(path, isPage: false, in: place, ledger)
            }
        }
        let file = try attempt {
            try FileForms(bytes, at: path, effort: effort) { try isCompressed(path, $0) }
        }
        try change { ledger, changes in
            try changes.set(file, page: nil, isImmutable: isImmutable, in: place, ledger)
        }
    }
}
