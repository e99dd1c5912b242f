import Core
import Synchronization
public import System

extension ReleaseDraft {
    /// The files beside the pages are now exactly these, and their compressed forms.
    ///
    /// - Parameter isImmutable: the path names the content. Such a file stays in both trees as long
    ///   as a kept release has it, so that an open page finds what it links to.
    /// - Parameter keepsOld: immutable files that are not among these stay too: pages that keep
    ///   their last good version still link to them.
    /// - Parameter effort: how hard to compress; nil leaves the compressed forms out. A file that is
    ///   not immutable is compressed like a page, since it is written again and again, and so is a
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

    /// One file beside the pages is now this.
    ///
    /// - Parameter bytes: nil takes the file out of the site.
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
