import { createHash } from 'node:crypto'
import type { PublicPage } from '../../settings/public-page.ts'
import type { GroupVerdict } from './page-view.ts'
import { REFRESH } from './refresh.ts'
import { styleOf } from './style.ts'

/** A file that a page loads. Another content has another name. */
export interface PageAsset {
  readonly name: string
  readonly type: string
  readonly bytes: Uint8Array
}

/** The files that a page loads, and their addresses, relative to the page. */
export interface PageAssets {
  readonly files: readonly PageAsset[]
  readonly style: string
  readonly script: string
  /** Null: there is none. */
  readonly logo: string | null
  /** The icon in the tab of a browser. */
  readonly icons: Readonly<Record<GroupVerdict, string>>
}

/** The folder of these files, beside the pages. */
export const ASSETS = 'assets'

const ICONS: Readonly<Record<GroupVerdict, string>> = {
  up: '<circle cx="7" cy="7" r="6" fill="#009e73"/>',
  degraded: '<path d="M7 1.5l5.5 10.5h-11z" fill="none" stroke="#a86f00" stroke-width="2"/>',
  down: '<path d="M1 2h12L7 13z" fill="#c8500a"/>',
  unknown:
    '<circle cx="7" cy="7" r="5" fill="none" stroke="#8a919c" stroke-width="2" stroke-dasharray="3 2.2"/>',
  maintenance: '<path d="M2 2h10v10h-10z" fill="none" stroke="#4a7dbd" stroke-width="2"/>',
}

/** The files of a page. */
export function pageAssets({ name, logo, colours }: PublicPage): PageAssets {
  const files: PageAsset[] = []
  const add = (stem: string, extension: string, type: string, content: string | Uint8Array): string => {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content
    const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 12)
    const file = `${stem}.${hash}.${extension}`
    files.push({ name: file, type, bytes })
    return `${ASSETS}/${file}`
  }
  const icon = (verdict: GroupVerdict) =>
    add(
      verdict,
      'svg',
      'image/svg+xml',
      `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 14 14">${ICONS[verdict]}</svg>`,
    )
  return {
    style: add(name, 'css', 'text/css; charset=utf-8', styleOf(colours)),
    script: add('refresh', 'js', 'text/javascript; charset=utf-8', REFRESH),
    logo: logo === null ? null : add(name, logo.extension, logo.type, logo.bytes),
    icons: {
      up: icon('up'),
      degraded: icon('degraded'),
      down: icon('down'),
      unknown: icon('unknown'),
      maintenance: icon('maintenance'),
    },
    files,
  }
}
