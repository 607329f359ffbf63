import dgram from 'node:dgram'
import { once } from 'node:events'
import net from 'node:net'
import type { ExecutionContext } from 'ava'
import packet from 'dns-packet'
import type { Answer } from 'dns-packet'
import { hostPort } from '../../src/poll/attempt/host-port.ts'
import { freePort } from './free-port.ts'

/** What the server says of a name: records; an rcode; after a while; nothing at all. */
export type ScriptedAnswer =
  | {
      readonly a?: readonly string[]
      readonly aaaa?: readonly string[]
      readonly cname?: string
      /** Records of any type. */
      readonly records?: readonly Answer[]
      /** Records of the authority section, also beside an rcode. */
      readonly authorities?: readonly Answer[]
      readonly rcode?: 'NXDOMAIN'
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
const ROOT_QUESTION = 'NS .'

const RCODES = { FORMERR: 1, SERVFAIL: 2, NXDOMAIN: 3, REFUSED: 5 }

/** A datagram holds so much without EDNS. */
const MAX_DATAGRAM = 512

/** What comes of a reply over UDP: whatever is sent, now or later. */
export type SendReply = (reply: Buffer, question: string, send: (datagram: Buffer) => void) => void

/** A DNS server on loopback that answers by script; names that it does not know do not exist. */
export class DnsServer {
  /** Change it to change the answers. Names without a trailing dot; '.' is the root, '*' every name that is not there. */
  readonly zone: Record<string, ScriptedAnswer>
  /** Change it to lose, double or spoil replies. */
  sendReply: SendReply = (reply, _question, send) => send(reply)
  /** Over TCP: what is sent of a reply with its length before it, in pieces, before the connection is closed; null for no TCP. */
  pieces: ((framed: Buffer) => readonly Buffer[]) | null = (framed) => [framed]
  readonly #tcp = net.createServer((socket) => this.#serve(socket))
  readonly #connections = new Set<net.Socket>()
  readonly #questions: string[] = []
  readonly #socket: dgram.Socket
  readonly #host: string
  readonly #timers = new Set<NodeJS.Timeout>()
  #closed = false
  readonly #firstAsked = new Map<string, number>()

  constructor(zone: Record<string, ScriptedAnswer>, host = '127.0.0.1') {
    this.zone = zone
    this.#host = host
    this.#socket = dgram.createSocket(net.isIPv6(host) ? 'udp6' : 'udp4')
    this.#socket.on('message', (message, from) => this.#answer(packet.decode(message), from))
  }

  /** `ip:port`. */
  get address(): string {
    return hostPort(this.#host, this.#socket.address().port)
  }

  async listen(): Promise<this> {
    for (let attempt = 0; ; attempt++) {
      // Without TCP, the port is one that no other test is given, so that TCP stays refused there.
      const port = this.pieces === null ? await freePort() : await this.#listenOverTcp()
      try {
        this.#socket.bind(port, this.#host)
        await once(this.#socket, 'listening')
        return this
      } catch (error) {
        // The port is somebody's over UDP.
        if (attempt === 10) throw error
        this.#tcp.close()
      }
    }
  }

  async #listenOverTcp(): Promise<number> {
    this.#tcp.listen(0, this.#host)
    await once(this.#tcp, 'listening')
    return (this.#tcp.address() as net.AddressInfo).port
  }

  /** The system keeps no more than about this many bytes of questions for it. */
  limitBuffer(bytes: number): void {
    this.#socket.setRecvBufferSize(bytes)
  }

  async close(): Promise<void> {
    this.#closed = true
    for (const timer of this.#timers) clearTimeout(timer)
    for (const socket of this.#connections) socket.destroy()
    this.#tcp.close()
    this.#socket.close()
    await once(this.#socket, 'close')
  }

  /** The questions so far, as `A a.example`; without those about the root, which a slow machine asks more of. */
  get asked(): string[] {
    return this.#questions.filter((question) => question !== ROOT_QUESTION)
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
    const named = typeof scripted === 'string' ? scripted : scripted.rcode
    const rcode = named === undefined ? 0 : RCODES[named]
    if (typeof scripted !== 'string' && scripted.silent?.some((type) => type === question.type)) return
    const complete = this.#reply(query, question, name, rcode)
    const fitting = complete.length <= MAX_DATAGRAM ? complete : truncated(complete)
    const spoilt = typeof scripted === 'string' ? undefined : scripted.spoilt
    const reply = spoilt?.(fitting) ?? fitting
    const send = () =>
      this.sendReply(reply, `${question.type} ${name}`, (datagram) => {
        if (!this.#closed) this.#socket.send(datagram, from.port, from.address)
      })
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

  #reply(query: packet.Packet, question: packet.Question, name: string, rcode: number): Buffer {
    return packet.encode({
      type: 'response',
      ...(query.id === undefined ? {} : { id: query.id }),
      flags: packet.RECURSION_DESIRED | packet.RECURSION_AVAILABLE | rcode,
      questions: [question],
      answers: rcode === 0 ? this.#records(name, question.type) : [],
      authorities: this.#authorities(name),
    })
  }

  #serve(socket: net.Socket): void {
    this.#connections.add(socket)
    socket.on('error', () => {}).on('close', () => this.#connections.delete(socket))
    socket.on('data', (framed) => {
      const query = packet.decode((framed as Buffer).subarray(2))
      const question = query.questions?.[0]
      if (question === undefined || this.pieces === null) {
        socket.destroy()
        return
      }
      const name = question.name.toLowerCase()
      this.#questions.push(`${question.type} ${name} over TCP`)
      const reply = this.#reply(query, question, name, 0)
      const pieces = this.pieces(
        Buffer.concat([Buffer.from([reply.length >> 8, reply.length & 0xff]), reply]),
      )
      void this.#write(socket, pieces)
    })
  }

  /** Each piece in a segment of its own. */
  async #write(socket: net.Socket, pieces: readonly Buffer[]): Promise<void> {
    socket.setNoDelay(true)
    for (const piece of pieces) {
      if (socket.destroyed) return
      await new Promise((resolve) => socket.write(piece, resolve))
    }
    socket.end()
  }

  #authorities(name: string): Answer[] {
    const scripted = this.zone[name]
    return scripted === undefined || typeof scripted === 'string' ? [] : [...(scripted.authorities ?? [])]
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
    const records = (scripted.records ?? []).filter((record) => record.type === type)
    if (records.length > 0) return records
    if (type === 'A') return (scripted.a ?? []).map((data) => ({ type, name, ttl, data }))
    if (type === 'AAAA') return (scripted.aaaa ?? []).map((data) => ({ type, name, ttl, data }))
    return []
  }
}

/** Whole records, as many as fit, and the bit that says so. */
function truncated(complete: Buffer): Buffer {
  const { questions = [], answers = [], id = 0, flags = 0 } = packet.decode(complete)
  const reply = (count: number) =>
    packet.encode({
      type: 'response',
      id,
      flags: flags | packet.TRUNCATED_RESPONSE,
      questions,
      answers: answers.slice(0, count),
    })
  // From none on: it is few that fit, however many there are.
  let count = 0
  while (count < answers.length && reply(count + 1).length <= MAX_DATAGRAM) count++
  return reply(count)
}

/** Starts one, closed at the end of the test. */
export async function dnsServer(
  t: Pick<ExecutionContext, 'teardown'>,
  zone: Record<string, ScriptedAnswer>,
  { host, ...changes }: Partial<Pick<DnsServer, 'sendReply' | 'pieces'>> & { host?: string } = {},
): Promise<DnsServer> {
  const server = await Object.assign(new DnsServer(zone, host), changes).listen()
  t.teardown(() => server.close())
  return server
}
