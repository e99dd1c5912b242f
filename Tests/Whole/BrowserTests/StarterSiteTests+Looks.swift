import Core
import SiteModel
import TestSupport
import Testing

extension StarterSiteTests {
    /// What a person saw on pictures of the pages, said so that a browser can measure it.
    @Test func nothingIsCutOffAloneOrCovered() async throws {
        for width in [360, 768, 1280] {
            try await browser.setViewport(width: width, height: 900)
            for route in ["/", "/pricing/", "/customers/", "/play/", "/work/dashboard/"] {
                _ = try await shared.open(route, of: "testpilot")
                let faults = try await browser.execute(
                    """
                    const faults = [];
                    for (const list of document.querySelectorAll('.tiles')) {
                      const boxes = [...list.children].map((item) => item.getBoundingClientRect());
                      const last = boxes.filter((box) => Math.abs(box.top - boxes.at(-1).top) < 2);
                      const isAlone = last.length === 1 && boxes.length > 1
                        && last[0].width < list.clientWidth * 0.9;
                      if (isAlone) faults.push('alone: ' + list.className);
                    }
                    for (const box of document.querySelectorAll('.table-scroll, .data-table__scroll')) {
                      if (box.scrollWidth > box.clientWidth + 1) faults.push('cut off: ' + box.textContent);
                    }
                    const overlay = document.querySelector('.layout__overlay > .announcement[open]');
                    if (overlay) faults.push('covered: ' + overlay.textContent);
                    return faults.join('; ');
                    """
                ).string
                #expect(faults == "", "\(route) at \(width) px")
            }
        }
    }

    @Test func aScoreIsDrawnAsFarAsItGoes() async throws {
        _ = try await shared.open("/style-guide/", of: "testpilot")
        let lengths = try await browser.execute(
            """
            return [...document.querySelectorAll('.score-badge-arc')].map((arc) =>
              Math.round(100 * parseFloat(getComputedStyle(arc).strokeDasharray) / arc.getTotalLength())
            ).join(' ');
            """
        ).string
        #expect(lengths == "82 54")
    }
}
