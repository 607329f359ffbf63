import { announcements } from './announcements-html.ts'
import { incidents } from './incidents-html.ts'
import { markup } from './markup.ts'
import type { Markup } from './markup.ts'
import type { PageAssets } from './page-assets.ts'
import type { PageHistory } from './page-history.ts'
import { groupVerdict } from './page-view.ts'
import type { PageView } from './page-view.ts'
import { groupLines, time } from './services-html.ts'
import { glyph } from './shapes.ts'
import { headline } from './wording.ts'

/** What the page may load, also where somebody else serves it: its own files. No text becomes a script. */
export const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ')

/** What tells that headcount has made a page, near its beginning. */
export const PAGE_MARK = markup`<meta name="generator" content="headcount">`

/**
 * A page as HTML. It is the same for a minute if nothing changes. `history`: null where none is kept, or can be read. `note`: what
 * there is to say of it.
 */
export function pageHtml(
  view: PageView,
  history: PageHistory | null,
  assets: PageAssets,
  note: string | null = null,
): string {
  const { page, counts, at } = view
  const sentence = headline(counts)
  // Without JavaScript it is loaded again; with it, only what has changed is replaced.
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
${PAGE_MARK}
<meta http-equiv="Content-Security-Policy" content="${PAGE_POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${sentence} · ${page.title}</title>
<link rel="stylesheet" href="${assets.style}">
<link rel="icon" href="${assets.icons[groupVerdict(counts)]}">
<script src="${assets.script}" defer></script>
<noscript><meta http-equiv="refresh" content="300"></noscript>
</head>
<body>
<header>${assets.logo === null ? null : markup`<img src="${assets.logo}" alt="">`}<bdi>${page.title}</bdi></header>
<main>
<div class="headline">${glyph(groupVerdict(counts))}<h1 aria-live="polite">${sentence}</h1></div>
<p class="soft">As of ${time(at - (at % 60_000))} UTC<span class="lost" hidden>; the server does not answer now</span></p>
${announcements(page.announcements, at)}
${services(view, history)}
${history === null ? null : incidents(view, history)}
${note === null ? null : markup`<p class="soft">${note}</p>`}
</main>
<footer>Times are in UTC.</footer>
</body>
</html>
`.toString()
}

function services({ page, groups }: PageView, history: PageHistory | null): Markup | null {
  if (groups.length === 0) return null
  const span = history === null ? null : markup`<span class="soft">${page.days} days, and uptime</span>`
  return markup`<section aria-labelledby="services">
<div class="bar"><h2 id="services">Services</h2>${span}</div>
<ul class="list">
${groupLines(groups, page.group !== null, history)}</ul>
</section>`
}
