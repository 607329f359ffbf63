import { LOCAL_CAUSES } from '../../state/local-causes.ts'
import { classify } from '../attempt/classify.ts'
import { localAnswer } from './dns-answer.ts'
import type { DnsAnswer } from './dns-answer.ts'
import type { NameServer } from './name-server.ts'

// Answers for name servers that can't be asked. They do not blame the name.

/** Nothing listens at the address of the server, or this machine has no route to it. */
export function serverUnreachable({ title }: NameServer, error: Error): DnsAnswer {
  return localAnswer(
    'dns-unreachable',
    `${title} ${LOCAL_CAUSES['dns-unreachable'].text}: ${classify(error).detail}`,
  )
}

/** The server has not answered over TCP until now. */
export function silentOverTcp({ title }: NameServer): DnsAnswer {
  return localAnswer('dns-tcp', `${title} ${LOCAL_CAUSES['dns-tcp'].text}`)
}

/** The query over TCP failed, for this reason. */
export function failedOverTcp({ title }: NameServer, why: string): DnsAnswer {
  return localAnswer(
    'dns-tcp',
    `${title} ${LOCAL_CAUSES['dns-tcp'].text}, and the answer is too long for UDP: ${why}`,
  )
}
