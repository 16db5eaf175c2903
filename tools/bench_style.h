// The style sheet of the benchmark's page.
#pragma once

#include <string_view>

namespace roster::tools {

inline constexpr std::string_view kBenchStyle = R"css(
:root {
  color-scheme: light dark;
  --page: #fbfbfa; --card: #ffffff; --ink: #1c2126; --soft: #5c6670; --rule: #dfe3e6; --grid: #e9ecee;
  --c0: #1f63c6; --c1: #d9772b; --c2: #7fb0ee; --c3: #15967a; --c4: #8a63c7; --c5: #97a1aa; --c6: #c8372d; --c7: #15967a;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #14171a; --card: #1c2024; --ink: #e8ebed; --soft: #a1abb4; --rule: #343a40; --grid: #2a3035;
    --c0: #5c9dff; --c1: #f09a52; --c2: #33629f; --c3: #37bf9f; --c4: #ab8ae6; --c5: #6f7a84; --c6: #f0675c; --c7: #37bf9f;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 15px/1.5 system-ui, "Segoe UI", "DejaVu Sans", sans-serif; }
main { max-width: 1080px; margin: 0 auto; padding: 32px 24px 64px; }
h1 { font-size: 27px; line-height: 1.2; margin: 0 0 4px; }
h2 { font-size: 19px; margin: 40px 0 10px; }
h3 { font-size: 14px; margin: 22px 0 8px; color: var(--soft); }
p { margin: 6px 0; max-width: 75ch; }
.soft { color: var(--soft); }
.tiles { display: grid; grid-template-columns: repeat(auto-fill, minmax(190px, 1fr)); gap: 12px; margin: 0; padding: 0; }
.tiles div { background: var(--card); border: 1px solid var(--rule); border-radius: 8px; padding: 12px 14px;
  display: flex; flex-direction: column-reverse; justify-content: flex-end; }
.tiles dt { color: var(--soft); font-size: 13px; line-height: 1.35; }
.tiles dd { margin: 0; font-size: 22px; font-weight: 600; font-variant-numeric: tabular-nums; }
.card { background: var(--card); border: 1px solid var(--rule); border-radius: 8px; padding: 14px 16px; margin: 12px 0; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 13.5px; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--soft); padding: 0 0 6px; }
th, td { padding: 4px 10px; text-align: right; border-bottom: 1px solid var(--rule); white-space: nowrap; }
th:first-child, td:first-child, .second th:nth-child(2), .second td:nth-child(2), .words th, .words td { text-align: left; }
.words td { white-space: normal; }
thead th { color: var(--soft); font-weight: 600; }
tbody th { font-weight: 500; }
tbody tr:last-child > * { border-bottom: 0; }
.settings td { text-align: left; white-space: normal; overflow-wrap: anywhere; }
.settings th { width: 12em; color: var(--soft); }
.slower { color: var(--c6); font-weight: 600; } .faster { color: var(--c7); font-weight: 600; }
.legend { display: flex; flex-wrap: wrap; gap: 4px 20px; list-style: none; margin: 0 0 8px; padding: 0; font-size: 13.5px; }
.legend svg { width: 12px; height: 12px; margin-right: 6px; vertical-align: -1px; }
details summary { cursor: pointer; color: var(--soft); padding: 4px 0; }
.plot { display: block; width: 100%; height: auto; }
.plot text { fill: var(--ink); font-size: 12.5px; font-variant-numeric: tabular-nums; }
.plot .tick, .plot .note { fill: var(--soft); font-size: 11.5px; }
.plot .grid { stroke: var(--grid); } .plot .axis { stroke: var(--soft); }
.plot .tail { stroke-width: 1.5; } .plot .curve { fill: none; stroke-width: 2; }
.plot .fit { stroke: var(--soft); stroke-dasharray: 3 4; }
.many { display: grid; grid-template-columns: repeat(auto-fill, minmax(290px, 1fr)); gap: 12px; }
.many figure { margin: 0; background: var(--card); border: 1px solid var(--rule); border-radius: 8px; padding: 10px 12px; }
.many figcaption { display: flex; justify-content: space-between; font-size: 13.5px; font-weight: 600; }
.c0 { fill: var(--c0); stroke: var(--c0); } .c1 { fill: var(--c1); stroke: var(--c1); }
.c2 { fill: var(--c2); stroke: var(--c2); } .c3 { fill: var(--c3); stroke: var(--c3); }
.c4 { fill: var(--c4); stroke: var(--c4); } .c5 { fill: var(--c5); stroke: var(--c5); }
.c6 { fill: var(--c6); stroke: var(--c6); } .c7 { fill: var(--c7); stroke: var(--c7); }
rect { stroke: none !important; }
@media print { main { max-width: none; } .card { break-inside: avoid; } }
)css";

}  // namespace roster::tools
