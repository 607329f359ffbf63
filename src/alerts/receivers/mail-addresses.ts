import type { AddressProgress, SendResult } from '../notification.ts'
import type { Mailbox } from './email-keys.ts'
import { oneLine } from './http-response.ts'

/** What the server said to an address for which it has not taken a mail. */
export interface Rejection {
  readonly address: string
  /** It would be said again. */
  readonly isFinal: boolean
  /** For people. */
  readonly said: string
}

/** What came of handing over a mail. `rejections`: whether the server took the mail for others or not. */
export interface Handover {
  readonly result: SendResult
  readonly rejections: readonly Rejection[]
}

/** An address may be put off so often, some minutes, once others have the mail: they wait for what follows in the meantime. */
const MAX_PUT_OFF = 6

/** Those of `all` who are to get the mail yet. */
export function addressesLeft(all: readonly Mailbox[], progress: AddressProgress | null): readonly Mailbox[] {
  return all.filter(({ address }) => typeof (progress?.[address] ?? 0) === 'number')
}

/**
 * Takes what came of an attempt to send to `left`. Returns what is to come of the mail: while nobody has it, what the server said; after that
 * another attempt for those who are left, while there are any. Nobody gets it twice.
 */
export function settleMail(
  left: readonly Mailbox[],
  before: AddressProgress | null,
  { result, rejections }: Handover,
): SendResult {
  if (result.type !== 'sent' && !Object.values(before ?? {}).includes('taken')) return result
  const rejected = new Map(rejections.map((one) => [one.address, one]))
  const addresses: Record<string, AddressProgress[string]> = { ...before }
  const refused: string[] = []
  for (const { address } of left) {
    const rejection = rejected.get(address)
    if (rejection === undefined && result.type === 'retry') continue
    if (rejection === undefined && result.type === 'sent') {
      addresses[address] = 'taken'
      continue
    }
    // What refuses a mail as a whole refuses it for each address.
    const { isFinal, said } = rejection ?? { isFinal: true, said: result.said }
    const putOff = Number(addresses[address] ?? 0) + 1
    const isOver = isFinal || putOff >= MAX_PUT_OFF
    addresses[address] = isOver ? 'refused' : putOff
    if (isOver) refused.push(`${address} (${said})`)
  }
  const except = refused.length === 0 ? {} : { except: oneLine(refused.join(', ')) }
  const said = result.type === 'sent' ? result.said : `others have it; ${result.said}`
  if (addressesLeft(left, addresses).length === 0) return { type: 'sent', said, ...except }
  const retryAfterMs = result.type === 'retry' ? result.retryAfterMs : null
  return { type: 'retry', said, retryAfterMs, addresses, ...except }
}
