import Core
import SiteModel
import TestSupport
import Testing

extension StarterSiteTests {
    /// Visual requirements from screenshots, in a form that a browser can measure.
    @Test func nothingIsCutOffAloneOrCovered() async throws {
        for width in [360, 768, 1280] {
            try await browser.setViewport(width: width, height: 900)
            for route in [
                "/", "/pricing/", "/customers/", "/play/", "/work/dashboard/", "/work/pipeline/",
            ] {
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

    /// Boxes beside text end where the text ends, and what is on a card stays whole.
    @Test func boxesEndWithTheTextAndCardsAreFilled() async throws {
        try await browser.setViewport(width: 1440, height: 900)
        let pages = [
            "/code/sql-guide/", "/code/api/", "/style-guide/", "/customers/oat-and-ember/",
        ]
        for route in pages {
            _ = try await shared.open(route, of: "testpilot")
            let ends = try await browser.execute(
                """
                const boxes = document.querySelectorAll(
                  'main pre, .prose > .table-scroll, .callout, .code-tip, .token-swatches, '
                    + '.page-turner, .call-to-action__panel');
                return [...new Set([...boxes].filter((box) => !box.closest('.code-tip pre'))
                  .map((box) => Math.round(box.getBoundingClientRect().right)))];
                """, as: [Int].self)
            #expect(ends.count == 1, "\(route): \(ends)")
        }

        // A panel of the dashboard is about as high as what it holds.
        _ = try await shared.open("/work/dashboard/", of: "testpilot")
        let empty = try await browser.execute(
            """
            return [...document.querySelectorAll('main .section')].filter((panel) => {
              const parts = [...panel.querySelectorAll('*')]
                .filter((part) => !part.children.length || part.matches('svg'))
                .map((part) => part.getBoundingClientRect()).filter((box) => box.height);
              const end = Math.max(...parts.map((box) => box.bottom));
              return panel.getBoundingClientRect().bottom - end > 120;
            }).map((panel) => panel.className).join();
            """
        ).string
        #expect(empty == "")

        try await browser.setViewport(width: 360, height: 780)
        _ = try await shared.open("/work/contacts/", of: "testpilot")
        let broken = try await browser.execute(
            """
            return [...document.querySelectorAll('.contact-card a')]
              .filter((link) => {
                const range = document.createRange();
                range.selectNodeContents(link);
                // One line, and not two.
                return range.getBoundingClientRect().height > 36;
              })
              .map((link) => link.textContent).join();
            """
        ).string
        #expect(broken == "")
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
