import { resolve } from 'node:path'
import { parseFileName, parseListName, parsePositiveDuration } from '../settings/values.ts'
import type { ListEntry, ListSettings } from '../targets/list-entry.ts'
import { isHttpName } from '../targets/list-names.ts'
import { parseHttpUrl } from '../settings/url.ts'
import type { ValueReader } from './value-reader.ts'
import { HEADER } from '../settings/named-setting.ts'
import { readNamed } from './add-settings.ts'
import type { Entry, Tree } from './tree.ts'

/** The keys of a list that comes from a server. */
export const LIST_KEYS: readonly string[] = [
  'url',
  'headers',
  'auth',
  'cacert',
  'cert',
  'key',
  'timeout',
  'refresh',
]

/** Reads lists of URLs, each a name or a map. Paths are relative to the directory of the configuration. */
export function readFiles(reader: ValueReader, tree: Tree, directory: string): ListEntry[] {
  const items = tree.type === 'list' ? tree.items : [tree]
  return items.flatMap((item) => {
    const entry = item.type === 'map' ? readEntry(reader, item, directory) : readName(reader, item, directory)
    return entry === null ? [] : [entry]
  })
}

function readName(reader: ValueReader, tree: Tree, directory: string): ListEntry | null {
  const filled = reader.text(tree, 'files')
  if (filled === null) return null
  const { text, offset } = filled
  if (text === '') return reader.report(offset, 'files: the name is empty')
  if (text === '-')
    return reader.report(offset, 'files: standard input can only be read with -f - on the command line')
  const name = reader.parse(filled, 'files', () => parseListName(text))
  if (name === null) return null
  return { file: isHttpName(name) ? name : resolve(directory, name), settings: null }
}

function readEntry(reader: ValueReader, tree: Tree & { type: 'map' }, directory: string): ListEntry | null {
  const entries = new Map<string, Entry>()
  for (const entry of tree.entries) {
    if (LIST_KEYS.includes(entry.key)) entries.set(entry.key, entry)
    else reader.reportUnknownKey(entry, LIST_KEYS)
  }
  const read = <T>(key: string, parse: (text: string) => T): T | null => {
    const entry = entries.get(key)
    const filled = entry === undefined ? null : reader.text(entry.value, key)
    return filled === null ? null : reader.parse(filled, key, () => parse(filled.text))
  }
  const path = (key: string) => read(key, (text) => resolve(directory, parseFileName(text)))
  const headers = entries.get('headers')
  const settings: ListSettings = {
    headers: headers === undefined ? [] : readNamed(reader, HEADER, headers.value),
    auth: read('auth', parseAuth),
    cacert: path('cacert'),
    cert: path('cert'),
    key: path('key'),
    timeoutMs: read('timeout', parsePositiveDuration),
    refreshMs: read('refresh', parsePositiveDuration),
  }
  for (const [one, other] of [['cert', 'key'] as const, ['key', 'cert'] as const])
    if (entries.has(one) && !entries.has(other))
      reader.report(tree.offset, `${one}: it needs ${other} beside it`)
  const url = read('url', parseListUrl)
  if (!entries.has('url')) reader.report(tree.offset, 'files: the list has no url')
  if (url === null) return null
  const logins = [
    settings.auth !== null,
    /^https?:\/\/[^/?#]*@/i.test(url),
    settings.headers.some(([name]) => name.toLowerCase() === 'authorization'),
  ]
  if (logins.filter(Boolean).length > 1)
    reader.report(
      tree.offset,
      'files: give credentials only once: as auth, in the url, or in a header Authorization',
    )
  return { file: url, settings }
}

/** Checks `name:password`. Throws a RangeError that does not quote it. */
function parseAuth(text: string): string {
  if (!text.includes(':')) throw new RangeError('not a name and a password such as name:password')
  return text
}

/** Throws a RangeError that quotes no credentials. */
function parseListUrl(text: string): string {
  const parsed = parseHttpUrl(text)
  if ('why' in parsed) throw new RangeError(parsed.why)
  return parsed.url
}
