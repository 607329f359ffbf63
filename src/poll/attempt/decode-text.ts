import { isUtf8 } from 'node:buffer'

/** For texts of servers that are too long. */
export { cut } from '../../resource/shorten.ts'

/** Text of a server as UTF-8 if its bytes are valid UTF-8, otherwise as Latin-1. */
export function decodeText(latin1: string): string {
  // oxlint-disable-next-line no-control-regex
  if (!/[^\x00-\x7f]/.test(latin1)) return latin1
  const bytes = Buffer.from(latin1, 'latin1')
  return isUtf8(bytes) ? bytes.toString('utf8') : latin1
}
