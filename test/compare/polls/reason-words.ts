import type { Answer } from './answer.ts'

/** Which of headcount's reasons an exit code of curl goes with (`man curl`, EXIT CODES). */
const OF_CURL: Readonly<Record<string, readonly string[]>> = {
  1: ['redirect', 'protocol'],
  3: ['redirect'],
  5: ['proxy'],
  6: ['dns'],
  7: ['refused', 'unreachable', 'policy'],
  8: ['protocol'],
  18: ['closed'],
  28: ['timeout', 'slow'],
  35: ['tls', 'tls-version', 'reset', 'closed', 'protocol'],
  47: ['redirect'],
  52: ['closed'],
  56: ['closed', 'reset', 'protocol', 'tls', 'proxy', 'unreachable'],
  60: ['tls-expired', 'tls-not-yet-valid', 'tls-hostname', 'tls-untrusted'],
  22: ['protocol'],
  23: ['body'],
  61: ['body'],
  63: ['body'],
  64: ['protocol'],
  90: ['tls-pin'],
  97: ['proxy', 'refused'],
}

/** The same for words of the Go program, which knows fewer. */
const OF_GO: Readonly<Record<string, readonly string[]>> = {
  'tls-expired': ['tls-not-yet-valid'],
  tls: ['tls-version'],
  dns: ['timeout', 'protocol'],
  timeout: ['slow'],
  closed: ['reset', 'body'],
  proxy: ['unreachable', 'refused'],
  reset: ['closed'],
}

/** Whether a peer's reason is one of headcount's. A peer that gives none has nothing to differ in. */
export function isSameReason(peer: string, ours: Answer, theirs: Answer): boolean {
  if (theirs.why === '' || theirs.why === ours.why) return true
  // A status that is not accepted is reason enough, whatever else there is.
  if (ours.why === 'status' && ours.status === theirs.status) return true
  // A redirect that is not followed to its end has a reason with us and the status of the last answer with them.
  if (ours.why === 'redirect' && theirs.status > 300 && theirs.status < 309) return true
  const words = (peer === 'curl' ? OF_CURL : OF_GO)[theirs.why]
  return words?.includes(ours.why) === true
}
