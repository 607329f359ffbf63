import dgram from 'node:dgram'
import { once } from 'node:events'
import type { ExecutionContext } from 'ava'
import packet from 'dns-packet'
import type { Answer } from 'dns-packet'

/** What the server says of a name: records; an rcode; after a while; nothing at all. */
export type Scripted =
  | {
      readonly a?: readonly string[]
      readonly aaaa?: readonly string[]
      readonly cname?: string
      readonly ttl?: number
      /** From the first question about it: a recursive server knows by then. */
      readonly delayMs?: number
      /** Families that get no answer. */
      readonly silent?: readonly ('A' | 'AAAA')[]
      /** Spoils what goes out. */
      readonly spoilt?: (reply: Buffer) => Buffer
    }
  | 'NXDOMAIN'
  | 'SERVFAIL'
  | 'REFUSED'
  | 'FORMERR'
  | 'silent'

/** What tells whether a name server is there. */
const ROOT = 'NS .'

const RCODES = { FORMERR: 1, SERVFAIL: 2, NXDOMAIN: 3, REFUSED: 5 }

/** A DNS server on loopback that answers by script; names that it does not know do not exist. */
export class DnsServer {
  /** Change it to change the answers. Names without a trailing dot; '.' is the root, '*' every name that is not there. */
  readonly zone: Record<string, Scripted>
  readonly #questions: string[] = []
  readonly #socket = dgram.createSocket('udp4')
  readonly #timers = new Set<NodeJS.Timeout>()
  readonly #firstAsked = new Map<string, number>()

  constructor(zone: Record<string, Scripted>) {
    this.zone = zone
    this.#socket.on('message', (message, from) => this.#answer(packet.decode(message), from))
  }

  /** `ip:port`. */
  get address(): string {
    return `127.0.0.1:${this.#socket.address().port}`
  }

  async listen(): Promise<this> {
    this.#socket.bind(0, '127.0.0.1')
    await once(this.#socket, 'listening')
    return this
  }

  async close(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer)
    this.#socket.close()
    await once(this.#socket, 'close')
  }

  /** The questions so far, as `A a.example`; without those about the root, which a slow machine asks more of. */
  get asked(): string[] {
    return this.#questions.filter((question) => question !== ROOT)
  }

  /** How often `question` was asked. */
  count(question: string): number {
    return this.#questions.filter((asked) => asked === question).length
  }

  #answer(query: packet.Packet, from: dgram.RemoteInfo): void {
    const question = query.questions?.[0]
    if (question === undefined) return
    const name = question.name.toLowerCase()
    this.#questions.push(`${question.type} ${name}`)
    const scripted = this.zone[name] ?? this.zone['*'] ?? (name === '.' ? { ttl: 1 } : 'NXDOMAIN')
    if (scripted === 'silent') return
    const rcode = typeof scripted === 'string' ? RCODES[scripted] : 0
    if (typeof scripted !== 'string' && scripted.silent?.some((type) => type === question.type)) return
    const reply = packet.encode({
      type: 'response',
      ...(query.id === undefined ? {} : { id: query.id }),
      flags: packet.RECURSION_DESIRED | packet.RECURSION_AVAILABLE | rcode,
      questions: [question],
      answers: typeof scripted === 'string' ? [] : this.#records(name, question.type),
    })
    const spoilt = typeof scripted === 'string' ? undefined : scripted.spoilt
    const send = () => this.#socket.send(spoilt?.(reply) ?? reply, from.port, from.address)
    const firstAsked = this.#firstAsked.get(`${question.type} ${name}`) ?? performance.now()
    this.#firstAsked.set(`${question.type} ${name}`, firstAsked)
    const delayMs =
      firstAsked + (typeof scripted === 'string' ? 0 : (scripted.delayMs ?? 0)) - performance.now()
    if (delayMs <= 0) return send()
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      send()
    }, delayMs)
    this.#timers.add(timer)
  }

  /** As a recursive server answers: the chain of CNAMEs and what is at its end. */
  #records(name: string, type: string): Answer[] {
    const scripted = this.zone[name] ?? this.zone['*']
    if (scripted === undefined || typeof scripted === 'string') return []
    const ttl = scripted.ttl ?? 300
    if (scripted.cname !== undefined) {
      const rest = scripted.cname === name ? [] : this.#records(scripted.cname, type)
      return [{ type: 'CNAME', name, ttl, data: scripted.cname }, ...rest]
    }
    if (type === 'A') return (scripted.a ?? []).map((data) => ({ type, name, ttl, data }))
    if (type === 'AAAA') return (scripted.aaaa ?? []).map((data) => ({ type, name, ttl, data }))
    return []
  }
}

/** Starts one, closed at the end of the test. */
export async function dnsServer(
  t: Pick<ExecutionContext, 'teardown'>,
  zone: Record<string, Scripted>,
): Promise<DnsServer> {
  const server = await new DnsServer(zone).listen()
  t.teardown(() => server.close())
  return server
}
