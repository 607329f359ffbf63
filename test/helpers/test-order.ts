import { createHash } from 'node:crypto'

/**
 * Starts of the names of the files that take longest, most of them because they wait for deadlines. They run first, so that none
 * of them is left over at the end, and others use the processor meanwhile.
 */
const SLOWEST = [
  'e2e/faults',
  'e2e/reload',
  'poll/attempt/stall-detector',
  'poll/verdict/recheck',
  'poll/dial/odd-certificates',
  'poll/dns/hostile-servers',
  'e2e/listen',
  'e2e/metrics',
  'e2e/first-words',
  'poll/dial/tls',
  'poll/dial/dial-race',
  'e2e/exit',
  'e2e/table',
  'poll/http/http2/http2-frames',
  'poll/dns/reply',
  'poll/schemes/dns',
  'poll/schemes/websocket',
  'properties/',
  'e2e/',
  'poll/',
  'targets/',
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
