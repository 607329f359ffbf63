import { COLOUR_NAMES, PAGE_NAME } from '../settings/public-page.ts'
import type { PublicPage } from '../settings/public-page.ts'
import { LABEL } from '../settings/named-setting.ts'
import { quote } from '../settings/quote.ts'
import { parseUrl } from '../settings/url.ts'
import { parseSwitch } from '../settings/values.ts'
import { readAnnouncements } from './announcements.ts'
import { parseLabelName } from './label-name.ts'
import { MapReader } from './map-reader.ts'
import { readColours } from './page-colours.ts'
import { readLogo } from './page-logo.ts'
import type { Tree } from './tree.ts'
import type { ValueReader } from './value-reader.ts'

/** The most pages. A copy of each is kept while it is asked for. */
const MAX_PAGES = 100

/** The longest titles, in UTF-16 units. */
const MAX_TITLE_LENGTH = 200

const MAX_DAYS = 365
const DEFAULT_DAYS = 90

/** The name of a page is a segment of its path. Its files lie in this folder. */
const RESERVED = 'assets'

/** The keys of a page. */
export const PAGE_KEYS: readonly string[] = [
  'name',
  'title',
  'match',
  'group',
  'title-label',
  'titles',
  'show-urls',
  'logo',
  'colours',
  'announcements',
  'days',
  'without-login',
]

/** Reads the public status pages. Paths are relative to `directory`. */
export function readPublicPages(reader: ValueReader, tree: Tree, directory: string): PublicPage[] {
  if (tree.type !== 'list') {
    reader.report(tree.offset, 'public: must be a list of pages; begin each page with a dash')
    return []
  }
  if (tree.items.length > MAX_PAGES) reader.report(tree.offset, `public: at most ${MAX_PAGES} pages`)
  const names = new Set<string>()
  return tree.items.flatMap((item) => {
    const page = readPage(reader, item, directory, names)
    return page === null ? [] : [page]
  })
}

function readPage(reader: ValueReader, tree: Tree, directory: string, names: Set<string>): PublicPage | null {
  const map = new MapReader(reader, tree, 'public', PAGE_KEYS)
  if (tree.type !== 'map') return null
  const name = map.read('name', (text) => parseName(text, names))
  const match = map.tree('match')
  const labels = match === undefined ? [] : readTexts(reader, match, 'match')
  if (map.tree('name') === undefined) reader.report(map.offset, 'public: the page has no name')
  if (match === undefined)
    reader.report(map.offset, 'public: the page has no match: name a label that its URLs have')
  else if (match.type === 'map' && match.entries.length === 0)
    reader.report(match.offset, 'match: it needs at least one label')
  for (const [index, [label]] of labels.entries())
    if (labels.findIndex(([one]) => one === label) < index)
      reader.report(map.offsetOf('match'), 'match: the same label twice')
  const page = {
    title: map.read('title', parseTitle) ?? name ?? '',
    match: labels,
    group: map.read('group', parseLabelName),
    titleLabel: map.read('title-label', parseLabelName) ?? 'title',
    titles: readTitles(reader, map.tree('titles')),
    showUrls: map.read('show-urls', parseSwitch) ?? false,
    logo: map.read('logo', (text) => readLogo(text, directory, reader.files)),
    colours: readColours(reader, map.tree('colours'), COLOUR_NAMES),
    announcements: readAnnouncements(reader, map.tree('announcements')),
    days: map.read('days', parseDays) ?? DEFAULT_DAYS,
    withoutLogin: map.read('without-login', parseSwitch) ?? false,
  }
  return name === null ? null : { name, ...page }
}

/** Throws a RangeError. On some disks, names that differ only in case are the same. */
function parseName(text: string, names: Set<string>): string {
  if (!PAGE_NAME.test(text))
    throw new RangeError(
      'not a segment of a path: letters, digits, dots, dashes and underscores, at most 60, the first a letter or digit',
    )
  const key = text.toLowerCase()
  if (key === RESERVED) throw new RangeError(`${quote(text)} is the folder of the files of all pages`)
  if (names.has(key)) throw new RangeError(`another page has the name ${quote(text)}`)
  names.add(key)
  return text
}

function parseTitle(text: string): string {
  if (text.trim() === '') throw new RangeError('it is empty')
  if (text.length > MAX_TITLE_LENGTH) throw new RangeError(`longer than ${MAX_TITLE_LENGTH} characters`)
  return LABEL.parseValue(text)
}

function parseDays(text: string): number {
  const days = /^\d{1,3}$/.test(text) ? Number(text) : 0
  if (days < 1 || days > MAX_DAYS) throw new RangeError(`not a number of days from 1 to ${MAX_DAYS}`)
  return days
}

/** Names and values of a map. */
function readTexts(reader: ValueReader, tree: Tree, name: string): (readonly [string, string])[] {
  return reader.entries(tree, name).flatMap(({ key, value }) => {
    const filled = reader.text(value, `${name}: a value`)
    return filled === null ? [] : [[key, filled.text] as const]
  })
}

function readTitles(reader: ValueReader, tree: Tree | undefined): ReadonlyMap<string, string> {
  const titles = new Map<string, string>()
  if (tree === undefined) return titles
  for (const { key, value, offset } of reader.entries(tree, 'titles')) {
    const parsed = parseUrl(key)
    const filled = reader.text(value, 'titles: a title')
    const title = filled === null ? null : reader.parse(filled, 'titles', () => parseTitle(filled.text))
    if ('why' in parsed) reader.report(offset, `titles: the key is not a URL: ${parsed.why}`)
    else if (title !== null) titles.set(parsed.url, title)
  }
  return titles
}
