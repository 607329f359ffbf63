import { COLOUR_NAMES } from '../../settings/public-page.ts'
import type { PublicPage } from '../../settings/public-page.ts'

/** The stylesheet of a page with these colours. They are checked: `#rrggbb`. */
export function styleOf(colours: PublicPage['colours']): string {
  const rules = (theme: 'light' | 'dark') =>
    COLOUR_NAMES.flatMap((name) => {
      const colour = colours[name]
      return colour === undefined ? [] : [`--${name}:${colour[theme]}`]
    }).join(';')
  const [light, dark] = [rules('light'), rules('dark')]
  if (light === '') return STYLE
  return `${STYLE}:root{${light}}\n@media(prefers-color-scheme:dark){:root{${dark}}}\n`
}

const STYLE = `:root{color-scheme:light dark;--bg:#fbfbfa;--card:#fff;--ink:#16181d;--soft:#5b626e;--line:#e6e6e3;--up:#009e73;--degraded:#a86f00;--down:#c8500a;--unknown:#7a818c;--maintenance:#3a6fb0;--none:#d5d7db;--accent:#0b62c4;--mono:ui-monospace,"SF Mono",Menlo,"DejaVu Sans Mono",monospace}
@media(prefers-color-scheme:dark){:root{--bg:#101215;--card:#171a1f;--ink:#eceef1;--soft:#a3abb7;--line:#272b32;--up:#2fc497;--degraded:#f0b13a;--down:#ff8a55;--unknown:#8b95a5;--maintenance:#7fb0ee;--none:#343a43;--accent:#79b4ff}}
*{box-sizing:border-box}
html{font-size:16px}
body{margin:0;background:var(--bg);color:var(--ink);font:.875rem/1.45 Inter,system-ui,sans-serif;font-variant-numeric:tabular-nums;border-top:3px solid var(--accent)}
header,main,footer{max-width:60rem;margin:auto;padding:0 1.5rem}
header{display:flex;align-items:center;gap:.75rem;min-height:4rem;font-size:1rem;font-weight:650;overflow-wrap:anywhere}
header img{max-height:2.5rem;max-width:10rem;flex:none}
.headline{display:flex;align-items:center;gap:.75rem;margin-top:1.5rem}
.headline .glyph{width:1.75rem;height:1.75rem}
h1{font-size:1.875rem;line-height:1.2;letter-spacing:-.02em;font-weight:650;margin:0}
h2{font-size:1rem;font-weight:650;margin:0}
.soft,footer,.since,.when{color:var(--soft)}
main>.soft{margin:.25rem 0 1.5rem}
.bar{display:flex;gap:.5rem;align-items:baseline;justify-content:space-between;margin:2.5rem 0 .75rem}
.bar .soft,footer{font-size:.75rem}
ul{list-style:none;margin:0;padding:0}
.list,.note{background:var(--card);border:1px solid var(--line);border-radius:10px;overflow:hidden}
.list>li+li,details ul>li{border-top:1px solid var(--line)}
.line,summary{display:flex;flex-wrap:wrap;gap:.25rem .75rem;align-items:center;padding:.75rem 1rem}
summary{cursor:pointer;list-style:none}
summary::-webkit-details-marker{display:none}
summary .name::after{content:"";display:inline-block;width:.375rem;height:.375rem;margin:0 0 .15rem .5rem;border:solid var(--soft);border-width:0 1.5px 1.5px 0;transform:rotate(-45deg)}
details[open] summary .name::after{transform:rotate(45deg)}
summary:hover{background:color-mix(in srgb,var(--ink) 3%,transparent)}
summary:focus-visible{outline:2px solid var(--ink);outline-offset:-2px;border-radius:10px}
details .line{padding-left:2.75rem}
.name{font-weight:600;overflow-wrap:anywhere;flex:1 1 8rem;min-width:0}
.line .line .name,details .line .name{font-weight:400}
.word{text-align:right;margin-left:1.625rem}
.glyph{width:.875rem;height:.875rem;flex:none;fill:none;stroke-width:2}
.glyph.up{fill:var(--up)}
.glyph.degraded{stroke:var(--degraded)}
.glyph.down{fill:var(--down)}
.glyph.unknown{stroke:var(--unknown);stroke-dasharray:3 2.2}
.glyph.maintenance{stroke:var(--maintenance)}
.past{flex:0 0 100%;min-width:0;padding-left:1.625rem;display:flex;gap:.75rem;align-items:center}
.bars{flex:1;width:0;min-width:0;height:1.25rem;display:block}
.bars path{fill:none;stroke-width:2.8;stroke:var(--none)}
.bars .up{stroke:var(--up)}
.bars .degraded{stroke:var(--degraded)}
.bars .down{stroke:var(--down)}
.bars .unknown{stroke:var(--unknown)}
.bars .maintenance{stroke:var(--maintenance)}
.uptime{width:5.75rem;text-align:right;line-height:1.2}
.uptime small{display:block;font-size:.75rem;white-space:nowrap}
.incident .when{flex:1 0 100%;padding-left:1.625rem;font-size:.75rem}
.note{padding:.75rem 1rem;margin-bottom:.75rem;border-left:4px solid var(--unknown)}
.note.warning{border-left-color:var(--degraded)}
.note.critical{border-left-color:var(--down)}
.note h2 .soft{font-weight:400;font-size:.75rem}
.note p{margin:.25rem 0 0;white-space:pre-line;overflow-wrap:anywhere}
footer{padding-top:2.5rem;padding-bottom:1.5rem}
@media(max-width:40rem){header,main,footer{padding-left:1rem;padding-right:1rem}h1{font-size:1.5rem}details .line{padding-left:1.75rem}}
@media(min-width:120rem){html{font-size:20px}}
@media(min-width:200rem){html{font-size:28px}}
@media(forced-colors:active){.glyph.up,.glyph.down{fill:CanvasText}.glyph.degraded,.glyph.unknown,.glyph.maintenance,.bars path{stroke:CanvasText}}
@media print{body{background:#fff;border:0}summary .name::after{display:none}details:not([open])::details-content{content-visibility:visible;block-size:auto}.list>li,.note{break-inside:avoid}.list,.note{background:none}*{print-color-adjust:exact}}
`
