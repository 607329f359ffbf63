import { setTimeout as sleep } from 'node:timers/promises'
import { escapeText } from '../../print/text/escape.ts'
import type { EngineAddress } from '../../settings/cluster-options.ts'
import { refusalOf } from './check-server.ts'
import { connect } from './redis.ts'
import type { Connection } from './redis.ts'
import { errorText, hostsOf, MAX_TEXT } from './server-texts.ts'

/** How long the server may take to answer at first, in ms. */
const PATIENCE_MS = 5_000

/** Connects once, does something, and leaves. `key`: see `connect`. Rejects with an error whose message says which server does not answer, and why. */
export async function withConnection<Result>(
  address: EngineAddress,
  key: string,
  act: (redis: Connection) => Promise<Result>,
): Promise<Result> {
  const redis = connect(address, 'tool', key)
  try {
    // Not once: what nobody listens for, ioredis prints with its stack. A server of another protocol is an error for each piece of its answer.
    const failed = new Promise<Error>((resolve) => redis.on('error', resolve))
    const ready = redis.connect().then(
      () => null,
      () => failed,
    )
    const late = sleep(PATIENCE_MS, new Error(`no answer within ${PATIENCE_MS / 1_000} s`), { ref: false })
    const error = await Promise.race([ready, failed, late])
    if (error !== null) throw error
    return await act(redis)
  } catch (cause) {
    throw new Error(describe(address, cause as Error), { cause })
  } finally {
    redis.disconnect()
  }
}

function describe(address: EngineAddress, error: Error): string {
  const name = hostsOf(address)
  const refusal = refusalOf(error)
  if (refusal !== null) return `the server ${name} can't be used: ${escapeText(refusal, MAX_TEXT)}`
  return `the server ${name} does not answer (${errorText(error)})`
}
