/** A key: one typed character, or the name of another key. */
export type Key =
  { readonly type: 'text'; readonly text: string } | { readonly type: 'key'; readonly name: KeyName }

export type KeyName =
  'up' | 'down' | 'page-up' | 'page-down' | 'home' | 'end' | 'enter' | 'escape' | 'backspace' | 'clear'

/** The sequences that terminals send (ECMA-48, xterm's "Control Sequences"). */
const KEY_SEQUENCES: ReadonlyMap<string, KeyName> = new Map([
  ['\u001b[A', 'up'],
  ['\u001bOA', 'up'],
  ['\u001b[B', 'down'],
  ['\u001bOB', 'down'],
  ['\u001b[5~', 'page-up'],
  ['\u001b[6~', 'page-down'],
  ['\u001b[H', 'home'],
  ['\u001bOH', 'home'],
  ['\u001b[1~', 'home'],
  ['\u001b[F', 'end'],
  ['\u001bOF', 'end'],
  ['\u001b[4~', 'end'],
  ['\r', 'enter'],
  ['\n', 'enter'],
  ['\u001b', 'escape'],
  ['\u007f', 'backspace'],
  ['\b', 'backspace'],
  ['\u0015', 'clear'],
])

/** The sequence of a key, or one character. */
// oxlint-disable-next-line no-control-regex
const NEXT_KEY = /\u001b(?:\[[\u0030-\u003f]*[\u0020-\u002f]*[\u0040-\u007e]|O.)?|./gsu

/** Parses what a terminal sent into keys. Unknown keys are skipped. */
export function parseKeys(input: string): Key[] {
  return (input.match(NEXT_KEY) ?? []).flatMap((part): Key[] => {
    const name = KEY_SEQUENCES.get(part)
    if (name !== undefined) return [{ type: 'key', name }]
    return /^[^\p{C}\p{Zl}\p{Zp}]$/u.test(part) ? [{ type: 'text', text: part }] : []
  })
}
