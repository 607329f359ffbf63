import { createHash } from 'node:crypto'

/**
 * Starts of the names of the files that take longest, most of them because they wait for deadlines. They run first, so that none
 * of them is left over at the end, and others use the processor meanwhile.
 */
const SLOWEST = [
  'e2e/faults',
  'e2e/profiles',
  'e2e/listen',
  'poll/attempt/stall-detector',
  'poll/isolation',
  'e2e/suspend',
  'e2e/uplink',
  'e2e/metrics',
  'e2e/discovery',
  'poll/checks/body',
  'e2e/exit',
  'e2e/table',
  'e2e/reload',
  'e2e/terminal-kinds',
  'targets/http-list',
  'poll/http/http2/http2-frames',
  'poll/dial/dial-race',
  'web/server/http-server',
  'e2e/',
]

/**
 * Compares two test files: the slowest come first; with a `seed` the order looks random, so that tests that depend on the
 * order fail. The same seed gives the same order.
 */
export function testOrder(seed: string | undefined): (a: string, b: string) => number {
  const key = seed === undefined ? bySpeed : (file: string) => hash(`${seed} ${nameOf(file)}`)
  return (a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0)
}

function bySpeed(file: string): string {
  const name = nameOf(file)
  const at = SLOWEST.findIndex((start) => name.startsWith(start))
  return `${String(at === -1 ? SLOWEST.length : at).padStart(2, '0')} ${name}`
}

/** The path without what differs between machines. */
function nameOf(file: string): string {
  return file.replace(/^.*\/test\//, '')
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
