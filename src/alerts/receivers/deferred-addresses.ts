import type { SendResult } from '../notification.ts'
import type { Mailbox } from './email-keys.ts'

/** What came of handing over a mail. */
export interface Handover {
  readonly result: SendResult
  /** Addresses that the server puts off, whether it took the mail for others or not. */
  readonly deferred: readonly Mailbox[]
}

/** A mail is tried so often for addresses that are put off, some minutes: others wait for what follows in the meantime. */
const MAX_ATTEMPTS = 6

/** So many mails are remembered. One that is not is sent to all of its addresses again, with the same Message-ID. */
const MAX_MAILS = 1_000

/** For whom a mail is still to be sent that the server took for others: nobody gets it twice. */
export class DeferredAddresses {
  readonly #byMail = new Map<string, { readonly to: readonly Mailbox[]; readonly attempts: number }>()

  /** Those of `all` who have not got the mail. */
  of(id: string, all: readonly Mailbox[]): readonly Mailbox[] {
    return this.#byMail.get(id)?.to ?? all
  }

  /** Takes what came of an attempt. Returns what is to come of the mail: another attempt for those who are left, while there are any. */
  settle(id: string, { result, deferred }: Handover): SendResult {
    const before = this.#byMail.get(id)
    const someHaveIt = before !== undefined || result.type === 'sent'
    if (!someHaveIt || (result.type === 'retry' && deferred.length === 0)) return result
    const attempts = (before?.attempts ?? 0) + 1
    this.#byMail.delete(id)
    if (deferred.length === 0 || attempts === MAX_ATTEMPTS)
      return result.type === 'sent' ? result : { type: 'sent', said: result.said }
    const [oldest] = this.#byMail.keys()
    if (this.#byMail.size >= MAX_MAILS && oldest !== undefined) this.#byMail.delete(oldest)
    this.#byMail.set(id, { to: deferred, attempts })
    return { type: 'retry', said: result.said, retryAfterMs: null }
  }
}
