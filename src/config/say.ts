import type { Overrides } from '../overrides.ts'
import { OverrideError } from '../settings/override.ts'
import { Saying } from '../settings/said.ts'
import { secretly } from './reader.ts'
import type { Reader } from './reader.ts'
import type { Tree } from './tree.ts'

/** The headers in a map. */
export function readHeaders(reader: Reader, tree: Tree): NonNullable<Overrides['headers']> {
  const saying = new Saying()
  sayAll(reader, saying, 'headers', tree)
  return saying.said.overrides?.headers ?? []
}

/** Says each header or label of a map. */
export function sayAll(reader: Reader, saying: Saying, name: 'headers' | 'labels', tree: Tree): void {
  const prefix = name === 'headers' ? 'header.' : 'label.'
  for (const { key, value, offset } of reader.entries(tree, name))
    say(reader, saying, prefix + key, value, offset)
}

/** Says one thing. */
export function say(reader: Reader, saying: Saying, key: string, value: Tree, keyOffset: number): void {
  const filled = key === 'accept' ? reader.joined(value, key) : reader.text(value, key)
  if (filled === null) return
  try {
    saying.add(key, filled.text)
  } catch (error) {
    if (!(error instanceof OverrideError)) throw error
    if (error.at === 'key') reader.wrong(keyOffset, error.message)
    else reader.wrong(filled.offset, secretly(error.message, filled.names))
  }
}
