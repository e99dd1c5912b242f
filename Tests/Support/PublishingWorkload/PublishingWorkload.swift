import CFaultInjection
import Core
import Glibc
import Publishing
import System

/// Works on a site folder in a process of its own, which may be killed at any instant.
///
///     PublishingWorkload random FOLDER SEED     one random release
///     PublishingWorkload measure FOLDER PAGES   times, in a new folder
///     PublishingWorkload cold FOLDER PAGES      the first of them
///     PublishingWorkload edits FOLDER PAGES     times of small releases of such a site
///     PublishingWorkload again FOLDER PAGES     times of releases in which every page is another
@main struct PublishingWorkload {
    static func main() {
        let arguments = CommandLine.arguments
        guard arguments.count == 4, let number = UInt64(arguments[3]) else {
            print("usage: PublishingWorkload random|measure|cold|edits|again FOLDER NUMBER")
            exit(2)
        }
        do {
            let folder = try SiteFolder(output: arguments[2], node: "n")
            switch arguments[1] {
            case "measure": try Measurement(folder: folder, pages: Int(number)).run()
            case "again": try Measurement(folder: folder, pages: Int(number)).runAgain()
            case "edits": try Measurement(folder: folder, pages: Int(number)).runEdits()
            case "cold": try Measurement(folder: folder, pages: Int(number)).runCold()
            default:
                var release = RandomRelease(seed: number, folder: folder)
                print(try release.run())
            }
            print("steps \(fault_injection_steps())")
        } catch {
            print((error as? any DiagnosedError)?.diagnostic.description ?? "\(error)")
            exit(3)
        }
    }
}
