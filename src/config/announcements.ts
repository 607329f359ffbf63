import { SEVERITIES } from '../settings/public-page.ts'
import type { Announcement } from '../settings/public-page.ts'
import { itemsOf } from './items-of.ts'
import { MapReader } from './map-reader.ts'
import { parseTime } from './parse-time.ts'
import type { Tree } from './tree.ts'
import type { ValueReader } from './value-reader.ts'

/** The most announcements of a page, and their longest text in UTF-16 units. */
const MAX_ANNOUNCEMENTS = 100
const MAX_TEXT_LENGTH = 16_384

const KEYS: readonly string[] = ['text', 'severity', 'from', 'to']

/** Reads the announcements of a page. */
export function readAnnouncements(reader: ValueReader, tree: Tree | undefined): Announcement[] {
  return itemsOf(reader, tree, 'announcements', MAX_ANNOUNCEMENTS).flatMap((item) => {
    const map = new MapReader(reader, item, 'announcements', KEYS)
    if (item.type !== 'map') return []
    const text = map.read('text', parseText)
    const severity = map.read('severity', parseSeverity) ?? 'info'
    const from = map.read('from', parseTime)
    const to = map.read('to', parseTime)
    if (map.tree('text') === undefined) reader.report(item.offset, 'announcements: it has no text')
    if (from !== null && to !== null && to <= from)
      reader.report(map.offsetOf('to'), 'to: it must be later than from')
    return text === null ? [] : [{ text, severity, from, to }]
  })
}

function parseText(text: string): string {
  if (text.trim() === '') throw new RangeError('it is empty')
  if (text.length > MAX_TEXT_LENGTH) throw new RangeError(`longer than ${MAX_TEXT_LENGTH} characters`)
  // Line breaks are shown; other control characters and halves of characters are no part of HTML.
  if (/(?![\n\t])\p{Cc}|\p{Cs}/u.test(text)) throw new RangeError('it has a control character')
  return text.trim()
}

function parseSeverity(text: string): Announcement['severity'] {
  const severity = SEVERITIES.find((one) => one === text)
  if (severity === undefined) throw new RangeError(`not one of ${SEVERITIES.join(', ')}`)
  return severity
}
