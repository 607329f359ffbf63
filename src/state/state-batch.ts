import { Packer, Unpacker } from '../resource/packer.ts'
import type { PollerNumber } from '../resource/poller-number.ts'
import type { ResourceId } from '../resource/resource.ts'
import { cut } from '../resource/shorten.ts'
import { REASON_FACTS, REASONS } from './reasons.ts'
import type { Reason } from './reasons.ts'
import type { StateBase, State } from './state.ts'

/** Maximum length of a text from a server, in UTF-16 units. The monitor keeps one per URL. */
export const MAX_SERVER_TEXT_LENGTH = 500

/** Methods with a code, their index here; '' for a poll without HTTP. */
const METHODS: readonly string[] = ['HEAD', 'GET', '']

/** In place of the code of a method: its text follows. */
const OTHER_METHOD = 255

/** Bits of one byte. PROXIED: there is a phase 'proxy'. */
const RECHECKED = 1
const PROXIED = 2

/** A State as it is sent to the monitor, which knows the URL of each id. */
export type SentState = State extends infer S ? (S extends State ? Omit<S, 'url'> : never) : never

/** States packed into one ArrayBuffer, which is transferred to the monitor. */
export class StateBatch {
  readonly #packer = new Packer()
  #size = 0

  /** How many States it holds. */
  get size(): number {
    return this.#size
  }

  add(state: SentState): void {
    const packer = this.#packer
    packer.u32(state.id)
    packer.u16(state.generation)
    packer.u8(REASONS.indexOf(state.reason))
    const { proxy } = state.phasesMs
    packer.u8((state.rechecked ? RECHECKED : 0) | (proxy === undefined ? 0 : PROXIED))
    packer.f64(state.at)
    packMethod(packer, state.method)
    packer.u32(state.errCount)
    packer.f32(state.durationMs)
    packer.f32(state.phasesMs.dns)
    packer.f32(state.phasesMs.connect)
    packer.f32(state.phasesMs.tls)
    packer.f32(state.phasesMs.wait)
    if (proxy !== undefined) packer.f32(proxy)
    packer.f32(state.lateMs)
    packer.f32(state.stalledMs)
    packer.u16(state.status)
    packer.u16(state.redirects)
    packer.u16(state.poller)
    packer.text(cut(state.statusText, MAX_SERVER_TEXT_LENGTH))
    packer.text(cut(state.detail, MAX_SERVER_TEXT_LENGTH))
    packer.text(state.finalUrl)
    packer.text(state.address)
    packer.text(state.httpVersion)
    packer.u8(state.tls === null ? 0 : 1)
    if (state.tls !== null) {
      packer.text(state.tls.protocol)
      packer.f64(state.tls.expiresAt)
    }
    this.#size++
  }

  /** Returns the buffer to transfer, and empties the batch. */
  take(): ArrayBuffer {
    this.#size = 0
    return this.#packer.take()
  }
}

/** Calls `visit` with each State in a buffer that a StateBatch made. */
export function unpackStates(buffer: ArrayBuffer, visit: (state: SentState) => void): void {
  const from = new Unpacker(buffer)
  while (from.hasMore) {
    const id = from.u32() as ResourceId
    const generation = from.u16()
    const reason = REASONS[from.u8()] as Reason
    const bits = from.u8()
    const facts: Omit<StateBase, 'url'> = {
      id,
      generation,
      at: from.f64(),
      method: unpackMethod(from),
      errCount: from.u32(),
      durationMs: from.f32(),
      phasesMs: unpackPhases(from, bits),
      lateMs: from.f32(),
      stalledMs: from.f32(),
      status: from.u16(),
      redirects: from.u16(),
      rechecked: (bits & RECHECKED) !== 0,
      poller: from.u16() as PollerNumber,
      statusText: from.text(),
      detail: from.text(),
      finalUrl: from.text(),
      address: from.text(),
      httpVersion: from.text(),
      tls: unpackTls(from),
    }
    visit(withVerdict(facts, reason))
  }
}

/** HEAD, GET and none take one byte. */
function packMethod(packer: Packer, method: string): void {
  const code = METHODS.indexOf(method)
  packer.u8(code < 0 ? OTHER_METHOD : code)
  if (code < 0) packer.text(method)
}

function unpackMethod(from: Unpacker): string {
  const code = from.u8()
  return code === OTHER_METHOD ? from.text() : (METHODS[code] as string)
}

function unpackPhases(from: Unpacker, bits: number): StateBase['phasesMs'] {
  const phases = { dns: from.f32(), connect: from.f32(), tls: from.f32(), wait: from.f32() }
  return (bits & PROXIED) === 0 ? phases : { ...phases, proxy: from.f32() }
}

function unpackTls(from: Unpacker): StateBase['tls'] {
  return from.u8() === 0 ? null : { protocol: from.text(), expiresAt: from.f64() }
}

/** The verdict follows from the reason, so only the reason is sent. */
function withVerdict(facts: Omit<StateBase, 'url'>, reason: Reason): SentState {
  // The type of the table does not show that verdict and reason belong together.
  return { ...facts, verdict: REASON_FACTS[reason].verdict, reason } as SentState
}
