import type { NameServer } from './name-server.ts'
import type { Question } from './question.ts'

/** A name gets the blame for silence only where lost datagrams are less likely the cause than this. */
const MAX_LIKELIHOOD = 1e-6

/**
 * Whether it may be the servers, or the way to them, that left these questions without an answer, and not the name: only
 * datagrams count against the name after which the server was still there to answer others.
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
