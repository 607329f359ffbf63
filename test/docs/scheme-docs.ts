import { COMMON, OTHERS_ONLY } from '../../src/settings/schemes.ts'
import type { Scheme } from '../../src/settings/schemes.ts'
import { code, table } from './markdown.ts'

const list = (names: Iterable<string>) => [...names].map(code).join(', ')

/** The schemes of URLs, as a table in Markdown. */
export function schemeTable(schemes: Readonly<Record<string, Scheme>>): string {
  const rows = Object.values(schemes).map(({ form, defaultPort, up, settings }) => [
    code(form),
    defaultPort === null ? 'none' : String(defaultPort),
    up,
    settings === 'rest' ? `all except those for other schemes (${list(OTHERS_ONLY)})` : list(settings),
  ])
  const common = [...COMMON].map((name) => code(name === 'label' ? 'label.NAME' : name)).join(', ')
  const rest = `Every scheme has ${common}.`
  return `${table(['URL', 'default port', 'up when', 'its own settings'], rows)}\n${rest}`
}
