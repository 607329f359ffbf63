import { checkPattern } from './pattern.ts'

/** One step of a conversation with a server: a text to send, or a pattern that its answer must match. */
export type TalkStep = readonly [action: 'send' | 'expect', text: string]

/** The longest text that is sent in one step, in bytes. */
const MAX_SEND = 4_096

const ESCAPES: Readonly<Record<string, string>> = { r: '\r', n: '\n', t: '\t', 0: '\0', '\\': '\\', '"': '"' }

/**
 * Parses a text to send, with escapes such as `\r\n`. The result has one character for each byte of UTF-8. Throws a RangeError that
 * does not quote it.
 */
export function parseSend(text: string): TalkStep {
  const sent = utf8(text).replaceAll(/\\(x[0-9a-f]{2}|.|$)/gis, (_, escape: string) => {
    const character =
      escape.length === 3 ? String.fromCharCode(Number.parseInt(escape.slice(1), 16)) : ESCAPES[escape]
    if (character !== undefined) return character
    throw new RangeError(UNKNOWN_ESCAPE)
  })
  if (sent.length > MAX_SEND) throw new RangeError(`the text is longer than ${MAX_SEND} bytes`)
  return ['send', sent]
}

const UNKNOWN_ESCAPE = String.raw`after a backslash only r, n, t, 0, ", \ or x with two digits can follow, as in PING\r\n`

function utf8(text: string): string {
  return Buffer.from(text).toString('latin1')
}

/** Parses what an answer must contain: a text, or `/EXPRESSION/FLAGS`. Throws a RangeError that does not quote it. */
export function parseExpect(text: string): TalkStep {
  if (text === '')
    throw new RangeError('the text is empty: write what the answer must contain, as in /^220 /')
  return ['expect', checkPattern(text)]
}

/**
 * The order of steps whose order is not known, since each kind was given as a list: they take turns. A text is sent first, unless
 * more is expected than sent.
 */
export function takeTurns(steps: readonly TalkStep[]): readonly TalkStep[] {
  const sends = steps.filter(([action]) => action === 'send')
  const expects = steps.filter(([action]) => action === 'expect')
  const [first, second] = expects.length > sends.length ? [expects, sends] : [sends, expects]
  return first.flatMap((step, at) => [step, ...second.slice(at, at + 1)]).concat(second.slice(first.length))
}
