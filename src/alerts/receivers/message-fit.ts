import { shorten } from '../../resource/shorten.ts'
import type { MessageLine, MessageText } from './message-text.ts'

/** Lengths to which values are shortened, one after the other, when even a message without items does not fit. */
const SHORTER_LENGTHS = [150, 80, 40, 20]

/** The most of a message that fits: items are left out from the end, and counted; then values are shortened. */
export function fitMessage(message: MessageText, fits: (message: MessageText) => boolean): MessageText {
  for (let count = message.items.length; count > 0; count--) {
    const shorter = withItems(message, count)
    if (fits(shorter)) return shorter
  }
  const bare = withItems(message, 0)
  if (fits(bare)) return bare
  for (const length of SHORTER_LENGTHS) {
    const shorter = withShortValues(bare, length)
    if (fits(shorter)) return shorter
  }
  return withShortValues({ ...bare, facts: [] }, 20)
}

function withItems(message: MessageText, count: number): MessageText {
  const items = message.items.slice(0, count)
  return { ...message, items, more: message.more + message.items.length - items.length }
}

function withShortValues(message: MessageText, length: number): MessageText {
  const cut = ({ name, value }: MessageLine) => ({ name, value: shorten(value, length) })
  return { ...message, subject: shorten(message.subject, length), facts: message.facts.map(cut) }
}

/** The subject line: `Down: https://example/`. It has at most 200 UTF-16 units. */
export function subjectLine({ title, subject }: MessageText): string {
  return `${title}: ${subject}`
}

/** The lines about what is not named; none if all are. */
export function moreLines({ items, more }: MessageText): readonly string[] {
  return more === 0 || items.length === 0 ? [] : [`and ${more.toLocaleString('en-US')} more`]
}

/** The body as plain text, without the subject line. It ends without a line break. */
export function plainBody(message: MessageText): string {
  const { note, facts, items, link } = message
  const blocks = [
    note,
    facts.map(({ name, value }) => `${name}: ${value}`).join('\n'),
    [...items.map(({ name, value }) => `- ${name}: ${value}`), ...moreLines(message)].join('\n'),
    link,
  ]
  return blocks.filter((block) => block !== '').join('\n\n')
}
