import { always, page } from '../answers.ts'
import type { Case } from '../case.ts'

const WORD = 'Größe'
const GREEK = 'Καλημέρα'
const utf16 = (text: string) => Buffer.from(text, 'utf16le')
const utf16be = (text: string) => utf16(text).swap16()
const latin1 = (text: string) => Buffer.from(text, 'latin1')
/** ISO-8859-7: the letters of GREEK. */
const greek = Buffer.from([0xca, 0xe1, 0xeb, 0xe7, 0xec, 0xdd, 0xf1, 0xe1])
const shiftJis = Buffer.from([0x93, 0xfa, 0x96, 0x7b])

/** What a charset is told by, what the body is, and what is looked for. */
const CHARSETS: readonly (readonly [name: string, type: string, body: Buffer, word: string])[] = [
  ['UTF-8 by the header', 'text/html; charset=utf-8', Buffer.from(WORD), WORD],
  ['UTF-8 by nothing', 'text/html', Buffer.from(WORD), WORD],
  ['UTF-8 with a mark', 'text/html', Buffer.from(`\ufeff${WORD}`), WORD],
  ['UTF-8 with a mark, from the beginning', 'text/plain', Buffer.from(`\ufeff${WORD}`), `/^${WORD}/`],
  ['UTF-8 in spite of the header', 'text/html; charset=utf-8', latin1(WORD), WORD],
  ['ISO-8859-1 by the header', 'text/html; charset=iso-8859-1', latin1(WORD), WORD],
  ['ISO-8859-1 by the header, in quotes', 'text/html; charset="ISO-8859-1"', latin1(WORD), WORD],
  ['windows-1252 by meta', 'text/html', latin1(`<meta charset=windows-1252><p>${WORD}`), WORD],
  [
    'windows-1252 by http-equiv',
    'text/html',
    latin1(`<meta http-equiv="Content-Type" content="text/html; charset=windows-1252"><p>${WORD}`),
    WORD,
  ],
  [
    'ISO-8859-1 by the XML declaration',
    'text/xml',
    latin1(`<?xml version="1.0" encoding="iso-8859-1"?>${WORD}`),
    WORD,
  ],
  ['ISO-8859-7 by the header', 'text/plain; charset=iso-8859-7', greek, GREEK],
  ['Shift_JIS by the header', 'text/plain; charset=shift_jis', shiftJis, '日本'],
  ['UTF-16LE with a mark', 'text/plain', utf16(`\ufeff${WORD}`), WORD],
  ['UTF-16BE with a mark', 'text/plain', utf16be(`\ufeff${WORD}`), WORD],
  ['UTF-16LE by the header', 'text/plain; charset=utf-16le', utf16(WORD), WORD],
  ['UTF-16, plain letters', 'text/plain', utf16('\ufeffready'), 'ready'],
  ['unknown by the header', 'text/plain; charset=x-nonsense', Buffer.from(WORD), WORD],
  ['none: ISO-8859-1 unmarked', 'text/plain', latin1(WORD), WORD],
]

/** Bodies in all kinds of charsets. */
export const CHARSET_CASES: readonly Case[] = CHARSETS.map(([name, type, body, word]) => ({
  name: `charset: ${name}`,
  ask: { url: 'http://{0}/', body: [word] },
  servers: [always(page(body, `Content-Type: ${type}`))],
  traits: ['charset'],
}))
