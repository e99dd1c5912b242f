"""Draws the wall time of cold builds as SVG: a bar for each contender, the floor as a line."""

import statistics
from xml.sax.saxutils import escape

WIDTH = 720
LABELS = 196  # Where the bars begin; the names are left of it.
RIGHT = 74  # Room for the figure behind the longest bar.
BAR, GAP = 24, 10
TOP, GROUP_HEAD, GROUP_GAP = 58, 30, 26
FLOOR = "floor"

STYLE = """
    text { font: 14px system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif; fill: #1f2328; }
    .title { font-size: 17px; font-weight: 600; }
    .group { font-weight: 600; }
    .small { font-size: 13px; fill: #57606a; }
    .back { fill: #ffffff; }
    .ours { fill: #6d3fd1; }
    .theirs { fill: #8c959f; }
    .floor { stroke: #bc4c00; stroke-width: 2; stroke-dasharray: 5 3; }
    .floor-text { font-size: 13px; fill: #bc4c00; }
    @media (prefers-color-scheme: dark) {
      text { fill: #e6edf3; }
      .small { fill: #9da7b3; }
      .back { fill: #0d1117; }
      .ours { fill: #a583f2; }
      .theirs { fill: #6e7681; }
      .floor { stroke: #ffa657; }
      .floor-text { fill: #ffa657; }
    }"""


def draw(groups):
    """The chart of `groups`: by medium, (figures by contender, the run that they are of)."""
    walls = {medium: {name: statistics.median(one["wall"]) for name, one in contenders.items()}
             for medium, (contenders, _) in groups.items()}
    scale = (WIDTH - LABELS - RIGHT) / max(max(group.values()) for group in walls.values())
    parts, y = [], TOP
    for medium, (_, run) in groups.items():
        bars = {name: value for name, value in walls[medium].items() if not name.startswith(FLOOR)}
        kind = run["machine"]["media"][medium]
        parts.append(f'<text class="group" x="16" y="{y + 16}">'
                     f'{escape(f"{medium.capitalize()} ({kind})")}</text>')
        y += GROUP_HEAD
        first = y
        for name, value in bars.items():
            kind = "ours" if name.startswith("robbieblocks") else "theirs"
            length = max(1, value * scale)
            middle = y + BAR / 2 + 5
            parts.append(f'<text x="{LABELS - 10}" y="{middle:g}" text-anchor="end">'
                         f'{escape(name)}</text>')
            parts.append(f'<rect class="{kind}" x="{LABELS}" y="{y}" width="{length:.1f}"'
                         f' height="{BAR}" rx="2"/>')
            parts.append(f'<text x="{LABELS + length + 8:.1f}" y="{middle:g}">{value:.2f} s</text>')
            y += BAR + GAP
        if FLOOR in walls[medium]:
            x = LABELS + walls[medium][FLOOR] * scale
            parts.append(f'<line class="floor" x1="{x:.1f}" x2="{x:.1f}" y1="{first - 6}"'
                         f' y2="{y - GAP + 6}"/>')
            parts.append(f'<text class="floor-text" x="{x:.1f}" y="{y + 12}">'
                         f'floor {walls[medium][FLOOR]:.2f} s</text>')
        y += GROUP_GAP
    run = next(iter(groups.values()))[1]
    title = f"Cold build of {run['pages']:,} pages: wall time, median"
    note = "Floor: the same files written by a loop that computes nothing. Shorter is better."
    height = y + 14
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}"'
        f' height="{height}" role="img" aria-labelledby="title">',
        f'<title id="title">{escape(title)}</title>', f"<style>{STYLE}\n</style>",
        f'<rect class="back" width="{WIDTH}" height="{height}"/>',
        f'<text class="title" x="16" y="28">{escape(title)}</text>',
        f'<text class="small" x="16" y="47">{escape(note)}</text>', *parts, "</svg>", ""])
