import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'
import { hashText } from '../../src/cluster/share/text-hash.ts'
import { directoryOf } from './directory.ts'
import { startOrigin } from './origin.ts'
import { Program } from './program.ts'

/** One request as a server has seen it. */
export interface Request {
  readonly at: number
  /** The machine that made it. */
  readonly node: string
}

/** Time between two polls of a URL, in ms. */
const INTERVAL_MS = 1_000

/** A request counts for a slot if it comes at most so long before it, in ms, and less than the rest of the interval after. */
const EARLY_MS = 100

/** Several headcounts on this machine that share a list of URLs of servers that record every request. */
export class TestCluster {
  readonly requests = new Map<string, Request[]>()
  readonly #t: ExecutionContext
  readonly #server: string
  readonly #list: string
  readonly #machines = new Map<string, Program>()
  readonly #ended: Program[] = []

  private constructor(t: ExecutionContext, server: string, list: string) {
    this.#t = t
    this.#server = server
    this.#list = list
  }

  /** Starts the servers, whose URLs are in the list. `server`: the URL of the engine. */
  static async start(
    t: ExecutionContext,
    server: string,
    origins: number,
    urlsEach: number,
  ): Promise<TestCluster> {
    const list = join(directoryOf(t), 'urls.txt')
    const cluster = new TestCluster(t, server, list)
    const urls: string[] = []
    for (let one = 0; one < origins; one++) {
      const origin = await startOrigin(t, (request, response) => {
        const url = `${origin.url}${request.url}`
        const node = String(request.headers['user-agent'])
        cluster.requests.get(url)?.push({ at: Date.now(), node })
        response.writeHead(204).end()
      })
      for (let path = 0; path < urlsEach; path++) urls.push(`${origin.url}/${path}`)
    }
    for (const url of urls) cluster.requests.set(url, [])
    cluster.write(urls)
    return cluster
  }

  /** Writes the list anew. */
  write(urls: readonly string[]): void {
    writeFileSync(this.#list, `${urls.join('\n')}\n`)
  }

  get urls(): string[] {
    return [...this.requests.keys()]
  }

  /** Starts a machine. Without a list, it only polls. `server`: another way to the engine. */
  machine(name: string, hasList = true, server = this.#server, env: NodeJS.ProcessEnv = {}): Program {
    const flags = ['-i', `${INTERVAL_MS}ms`, '-p', '1', '--format', 'json', '--changes', '--user-agent', name]
    const args = [...(hasList ? ['-f', this.#list] : []), '--cluster', server, '--node', name, ...flags]
    const program = new Program(this.#t, args, { env })
    const before = this.#machines.get(name)
    if (before !== undefined) this.#ended.push(before)
    this.#machines.set(name, program)
    return program
  }

  /** Sends a machine a signal. */
  signal(name: string, signal: NodeJS.Signals): void {
    this.#machines.get(name)?.child.kill(signal)
  }

  /** Resolves when each URL was polled again from now on; by one of these machines, if they are given. */
  async allPolled(...by: string[]): Promise<void> {
    const since = Date.now()
    const isPolled = (all: Request[]) =>
      all.some(({ at, node }) => at >= since && (by.length === 0 || by.includes(node)))
    while (![...this.requests.values()].every(isPolled))
      await new Promise((resolve) => setTimeout(resolve, 50))
  }

  /** Resolves when each of these machines has polled at least `share` of the URLs within an interval or two. */
  async shared(share: number, ...nodes: string[]): Promise<void> {
    for (;;) {
      const since = Date.now() - 2 * INTERVAL_MS
      const polled = (node: string) =>
        [...this.requests.values()].filter((all) => all.some((one) => one.at > since && one.node === node))
          .length
      if (nodes.every((node) => polled(node) >= share * this.requests.size)) return
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }

  /**
   * The slots in which more than one machine has polled a URL, as texts for people. A request does not say which slot it is for: it is
   * taken to be for the one in which it has arrived. So a poll that is late by almost an interval while its URL moves to another
   * machine looks like a second one; no server could tell it from that. A machine so busy can fail a test that reads this.
   */
  get doublyPolled(): string[] {
    const found: string[] = []
    for (const [url, requests] of this.requests) {
      const phase = (hashText(url) / 2 ** 32) * INTERVAL_MS
      const slots = new Map<number, Request>()
      for (const request of requests) {
        const slot = Math.floor((request.at - phase + EARLY_MS) / INTERVAL_MS)
        const other = slots.get(slot)
        if (other !== undefined && other.node !== request.node)
          found.push(`${url} by ${other.node} at ${other.at} and by ${request.node} at ${request.at}`)
        slots.set(slot, request)
      }
    }
    return found
  }

  /** The longest time between two polls of any URL, in ms. */
  get longestGapMs(): number {
    let longest = 0
    for (const requests of this.requests.values())
      for (const [index, { at }] of requests.entries())
        if (index > 0) longest = Math.max(longest, at - (requests[index - 1] as Request).at)
    return longest
  }

  /** What any machine has shown of a URL that was not up. All servers are, all the time. */
  get notUp(): unknown[] {
    const programs = [...this.#machines.values(), ...this.#ended]
    return programs.flatMap(({ json }) =>
      json.filter(({ type, verdict }) => type === 'state' && verdict === 'down'),
    )
  }
}
