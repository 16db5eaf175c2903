"""Plots of a page become files that any XML reader takes, with all that the page has of them."""
import sys
import unittest
from pathlib import Path
from xml.dom import minidom

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "bench"))
import pictures  # noqa: E402

BARS = ('<svg class="plot bars" viewBox="0 0 960 120" role="img" aria-labelledby="a-title a-desc">\n'
        '<title id="a-title">Latencies: a &amp; b</title>\n<text class="label" x="1" y="2">two-dense</text></svg>')
CURVE = ('<figure><figcaption><span>{0}</span><span>slope 0.98</span></figcaption>\n'
         '<svg class="plot power" viewBox="0 0 300 190" role="img"><title>t</title><desc>d</desc></svg>\n</figure>\n')
PAGE = ('<!doctype html><html><head><style>\n.c0 {{ fill: red; }}\n</style></head><body><section>\n'
        '<div class="card">\n<ul class="legend"><li><svg viewBox="0 0 12 12" aria-hidden="true"><rect class="c0" '
        'width="12" height="12" rx="2"/></svg>prepared</li><li class="soft">bars: p50</li></ul>\n{bars}</div>\n'
        '</section><section>\n<h2>caches &lt; cold</h2>\n<div class="many">\n{curves}</div>\n</section></body></html>')


class PicturesTest(unittest.TestCase):
    def setUp(self):
        page = PAGE.format(bars=BARS, curves="".join(CURVE.format(name) for name in ("one", "two", "3 &amp; 4", "e", "f")))
        self.pictures = dict(pictures.pictures(page))

    def test_there_is_one_for_each_plot_of_bars_and_one_for_each_group_of_curves(self):
        self.assertEqual(list(self.pictures), ["Latencies: a & b", "caches < cold"])

    def test_they_are_documents_with_the_style_of_the_page(self):
        for svg in self.pictures.values():
            root = minidom.parseString(svg.encode()).documentElement
            self.assertEqual(root.getAttribute("xmlns"), "http://www.w3.org/2000/svg")
            self.assertIn(".c0 { fill: red; }", root.getElementsByTagName("style")[0].firstChild.data)

    def test_bars_have_their_legend(self):
        texts = [node.firstChild.data for node in
                 minidom.parseString(self.pictures["Latencies: a & b"]).getElementsByTagName("text")]
        self.assertEqual(texts, ["prepared", "two-dense"])

    def test_curves_stand_side_by_side_with_names_and_slopes(self):
        root = minidom.parseString(self.pictures["caches < cold"]).documentElement
        texts = [node.firstChild.data for node in root.getElementsByTagName("text")]
        self.assertEqual(texts[::2], ["one", "two", "3 & 4", "e", "f"])
        self.assertEqual(set(texts[1::2]), {"slope 0.98"})
        places = [(plot.getAttribute("x"), plot.getAttribute("y")) for plot in root.getElementsByTagName("svg")]
        self.assertEqual(len(set(places)), 5)
        width, height = (int(number) for number in root.getAttribute("viewBox").split()[2:])
        for x, y in places:
            self.assertLessEqual(int(x) + 300, width)
            self.assertLessEqual(int(y) + 190, height)

    def test_files_are_named_after_page_and_plot(self):
        self.assertEqual(pictures.file_name("Latencies: a & b"), "latencies-a-b")


if __name__ == "__main__":
    unittest.main()
