import { makePattern } from '../../settings/pattern.ts'
import type { Pattern } from '../../settings/pattern.ts'
import type { TalkStep } from '../../settings/talk.ts'
import { REASON_FACTS } from '../../state/reasons.ts'
import { failure, isFailure } from '../attempt/failure.ts'
import type { Failure } from '../attempt/failure.ts'
import { SERVER_PATIENCE_MS } from '../verdict/judge.ts'
import { PASSED } from '../verdict/probe-result.ts'
import type { HttpResponse } from '../http/exchange.ts'
import { MAX_ANSWER_BYTES } from './conversation.ts'
import type { Conversation } from './conversation.ts'
import type { SchemePoll } from './scheme-prober.ts'
import type { Pings } from './websocket-frames.ts'

/** How texts are sent and received over a connection. */
export interface Wire {
  readonly encode: (text: Buffer) => Buffer
  /** The texts received so far, how many bytes whole ones take, and whether no more can come or they break the rules. */
  readonly decode: (received: Buffer) => {
    readonly data: Buffer
    readonly bytes: number
    readonly closed: number | null
    readonly isInvalid: boolean
  }
  /** Takes out what asks whether the connection is alive, or says that it is. */
  readonly takePings?: (received: Buffer) => Pings
  /** What to send at the end. */
  readonly end: () => Buffer
}

const NOTHING = Buffer.alloc(0)

const PLAIN: Wire = {
  encode: (text) => text,
  decode: (received) => ({ data: received, bytes: received.length, closed: null, isInvalid: false }),
  end: () => NOTHING,
}

type PreparedStep = { readonly send: Buffer } | { readonly expect: Pattern }

/** By the steps of a profile, so that expressions are compiled once. */
const prepared = new WeakMap<readonly TalkStep[], readonly PreparedStep[]>()

/**
 * Sends and expects, in turn, in a conversation that it ends. What is expected is looked for in all that the server has sent since the
 * last text was sent. Failures: closed, reset, timeout, tls, protocol, local. Another answer is a failed check.
 */
export async function talk(
  { attempt, result, options }: SchemePoll,
  conversation: Conversation,
  wire: Wire = PLAIN,
): Promise<HttpResponse | Failure> {
  try {
    for (const step of preparedSteps(options.talk)) {
      if ('send' in step) {
        answerPings(conversation, wire)
        conversation.consume(wire.decode(conversation.received).bytes)
        conversation.write(wire.encode(step.send))
        continue
      }
      const { expect } = step
      const matched = await conversation.receive(attempt, matcher(expect, conversation, wire))
      if (!isFailure(matched)) continue
      const { data, isInvalid } = wire.decode(conversation.received)
      if (!isInvalid && expect.test(data.toString())) continue
      if (isInvalid || data.length === 0 || !ENDS.has(matched.reason)) return matched
      // The server has answered, only something else. A thread that was stalled may have missed the rest: see judge.ts.
      const detail = `${REASON_FACTS.body.text}: ${conversation.quote(data)}`
      const lateMs = matched.reason === 'timeout' ? options.timeoutMs / 4 : SERVER_PATIENCE_MS
      result.check = { failure: failure('body', detail), lateMs }
      return PASSED
    }
    return PASSED
  } finally {
    conversation.end(wire.end())
  }
}

/** Ends of an answer after which nothing more comes that could match. A server that refuses and closes before it has read all resets. */
const ENDS: ReadonlySet<Failure['reason']> = new Set(['closed', 'reset', 'timeout', 'protocol'])

function preparedSteps(steps: readonly TalkStep[]): readonly PreparedStep[] {
  let known = prepared.get(steps)
  if (known === undefined) {
    known = steps.map(([action, text]) =>
      action === 'send' ? { send: Buffer.from(text, 'latin1') } : { expect: makePattern(text) },
    )
    prepared.set(steps, known)
  }
  return known
}

function matcher(
  pattern: Pattern,
  conversation: Conversation,
  wire: Wire,
): () => typeof MATCHED | Failure | null {
  let pings = 0
  return () => {
    if (conversation.received.length > MAX_ANSWER_BYTES) return null
    pings += answerPings(conversation, wire)
    if (pings > MAX_PINGS)
      return failure('protocol', `more than ${MAX_PINGS} pings while waiting for a message`)
    const { received } = conversation
    const { data, closed, isInvalid } = wire.decode(received)
    if (isInvalid) return failure('protocol', `not a message: ${conversation.quote()}`)
    if (pattern.test(data.toString())) return MATCHED
    return closed === null ? null : failure('closed', `closed by the server with status ${closed}`)
  }
}

/** Returns how many there were. */
function answerPings(conversation: Conversation, { takePings }: Wire): number {
  if (takePings === undefined) return 0
  const { count, answers, rest } = takePings(conversation.received)
  if (count === 0) return 0
  conversation.replace(rest)
  conversation.write(answers)
  return count
}

/** The most pings and pongs that are taken while one text is expected. */
const MAX_PINGS = 1_000

const MATCHED = {}
