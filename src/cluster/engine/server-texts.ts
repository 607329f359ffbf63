import { escapeText } from '../../print/text/escape.ts'
import type { EngineAddress } from '../../settings/cluster-options.ts'

/** Longest text of a server in a message, in UTF-16 units. */
export const MAX_TEXT = 300

/** The server in messages, or those who know where it is: hosts and ports. */
export function hostsOf({ hosts }: EngineAddress): string {
  return hosts.map(({ host, port }) => `${host}:${port}`).join()
}

/** What an error says, escaped; its code if it says nothing. */
export function errorText(error: Error): string {
  const code = 'code' in error ? String(error.code) : ''
  return escapeText(error.message === '' ? code : error.message, MAX_TEXT)
}
