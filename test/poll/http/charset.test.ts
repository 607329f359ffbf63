import test from 'ava'
import { BodyReader } from '../../../src/poll/http/body-reader.ts'
import type { BodyPlan } from '../../../src/poll/http/body-reader.ts'
import { literalSearch } from '../../../src/poll/checks/literal-search.ts'

const PLAN: BodyPlan = { limit: 65_536, maxBytes: 65_536, search: null }

/** The text of a body of this type, one character a byte. */
function textOf(contentType: string, body: string): string {
  const reader = new BodyReader(PLAN, contentType, '')
  reader.push(Buffer.from(body, 'latin1'))
  reader.end()
  return reader.text
}

const E_ACUTE: Readonly<Record<string, string>> = { 'utf-8': '\xc3\xa9', 'iso-8859-1': '\xe9' }

for (const [charset, bytes] of Object.entries(E_ACUTE))
  for (const [contentType, before] of [
    [`text/html;charset=${charset}`, ''],
    [`text/html ; Charset = ${charset}; x=y`, '<meta charset=koi8-r>'],
    [`text/html; charset="${charset}"`, ''],
    [`text/html; charset=" ${charset} "`, ''],
    ['text/html; charset=', `<meta charset=${charset}>`],
    ['text/html; charset=unknown', `<META http-equiv=x content="text/html; charset=${charset}">`],
    ['', `<meta name=a><meta\ncharset = " ${charset}">`],
    ['', `<meta name=charset content=x><meta charset='${charset}'>`],
    ['', `<!-- <meta charset=koi8-r> --><meta charset=${charset}>`],
    ['', `<?xml version="1.0" encoding = "${charset}"?><a>`],
    ['', `<meta ${'x '.repeat(100)}charset=${charset}`],
  ] as const)
    test(`the charset of ${JSON.stringify(contentType)} and ${JSON.stringify(before)}`, (t) => {
      const end = before.endsWith(charset) ? '>' : ''
      t.is(textOf(contentType, `${before}${end}${bytes}`), `${before}${end}é`)
    })

const BLANKS = ' '.repeat(2_000_000)

// If the time grew with the square of the length, it would take hours and these tests would time out.
for (const contentType of [
  `text/html;charset=${BLANKS},`,
  `text/html;charset="${BLANKS},`,
  `text/html;${BLANKS}charset${BLANKS}=${BLANKS}"${BLANKS},`,
])
  test(`the time for a Content-Type is linear: ${contentType.replaceAll(BLANKS, '…')}`, (t) => {
    t.is(textOf(contentType, '<p>é'), '<p>\ufffd')
  })

const PLAINLY: Readonly<Record<string, string>> = {
  'a tag with many blanks': `<meta charset=${' '.repeat(1_000)}`,
  'many tags with many blanks': `${'<meta '.repeat(42)}charset=${' '.repeat(757)}`,
  'many tags': '<meta '.repeat(169),
  'many names': `<meta ${'charset'.repeat(144)}`,
  'many blanks': ' '.repeat(1_020),
  'many comments': '<!--'.repeat(254),
}

for (const [what, body] of Object.entries(PLAINLY))
  test(`a body that comes byte by byte is searched once: ${what}`, (t) => {
    const bytes = Buffer.from(body)
    const contentType = `text/html;${BLANKS}`
    for (let times = 0; times < 10; times++) {
      const seen: string[] = []
      const search = () => {
        const find = literalSearch(['ready'])
        return (piece: string) => {
          seen.push(piece)
          return find(piece)
        }
      }
      const reader = new BodyReader({ ...PLAN, search }, contentType, '')
      for (let at = 0; at < bytes.length; at++) reader.push(bytes.subarray(at, at + 1))
      t.is(seen.join(''), body)
      reader.push(Buffer.from('rea'))
      t.false(reader.hasFound)
      reader.push(Buffer.from('dy'))
      t.true(reader.hasFound)
    }
  })
