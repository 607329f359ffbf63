import type { NameServer } from './name-server.ts'
import type { Question } from './question.ts'

/** A name is blamed for silence only if the likelihood that all datagrams were lost is lower than this. */
const MAX_LIKELIHOOD = 1e-6

/**
 * Whether the servers or the network may be to blame for questions without an answer, and not the name. A datagram counts
 * against the name only if the server has answered a datagram that was sent later.
 */
export function areServersSilent(questions: readonly Question[]): boolean {
  const counted = new Map<NameServer, number>()
  for (const { unanswered } of questions) {
    for (const { server, sentAt } of unanswered) {
      if (sentAt <= server.answeredSentAt) counted.set(server, (counted.get(server) ?? 0) + 1)
    }
  }
  let likelihood = 1
  for (const [server, datagrams] of counted) likelihood *= server.loss.likelihood(datagrams)
  return likelihood > MAX_LIKELIHOOD
}
