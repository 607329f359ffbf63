import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ExecutionContext } from 'ava'
import { directoryOf } from './directory.ts'
import { startOrigin } from './origin.ts'
import { Program } from './program.ts'
import { receiverServer } from './receiver-server.ts'
import { Valkey } from './valkey.ts'
import { waitUntil } from './wait-until.ts'

const URLS = 12

/** Most that anything takes here, in ms: a machine may be busy with other tests. */
export const PATIENCE_MS = 100_000

/** A line of JSON of a State. */
interface StateLine {
  readonly at: string
  readonly url: string
  readonly verdict: string
  readonly previousVerdict: string
  readonly zones?: readonly { readonly zone: string; readonly verdict: string }[]
}

/** Headcounts in several zones, each of which polls from an address of its own, a real engine, a server that can tell them apart, and a receiver. */
export class ZoneCluster {
  readonly valkey: Valkey
  readonly machines = new Map<string, Program>()
  /** Zones whose request for `/1` is answered with an error. */
  readonly refused = new Set<string>()
  /** Zones of which nothing gets through. */
  readonly cut = new Set<string>()
  /** The last requests of each machine in each zone, by path: when they came, in ms since the epoch. */
  readonly requests = new Map<string, number>()
  readonly #t: ExecutionContext
  readonly #zones: readonly string[]
  #config = ''
  #url = ''
  #told: () => string[] = () => []

  private constructor(t: ExecutionContext, valkey: Valkey, zones: readonly string[]) {
    this.#t = t
    this.valkey = valkey
    this.#zones = zones
  }

  /** Starts servers, and no machine. */
  static async start(t: ExecutionContext, ...zones: string[]): Promise<ZoneCluster> {
    const [valkey, { origin: hook, received }] = [await Valkey.start(t), await receiverServer(t)]
    const cluster = new ZoneCluster(t, valkey, zones)
    const { url } = await startOrigin(t, (request, response) => {
      const zone = zones[Number(request.socket.remoteAddress?.split('.').at(-1)) - 2] ?? ''
      if (cluster.cut.has(zone)) return void request.destroy()
      cluster.requests.set(`${zone} ${request.headers['user-agent']} ${request.url}`, Date.now())
      response.writeHead(cluster.refused.has(zone) && request.url === '/1' ? 500 : 204).end()
    })
    cluster.#url = url
    cluster.#told = () => received.map(({ body }) => (JSON.parse(body) as { readonly status: string }).status)
    cluster.#config = join(directoryOf(t), 'headcount.yml')
    const urls = Array.from({ length: URLS }, (_, n) => `'${url}/${n}'`).join(', ')
    writeFileSync(
      cluster.#config,
      `receivers: { ops: { webhook: '${hook}/hook' } }
alerts: [{ name: web, to: ops, down: true, group-wait: 0s }]
canary: '${url}/canary'
interval: 500ms
max-backoff: 1s
urls: [${urls}]
`,
    )
    return cluster
  }

  /** Starts a machine of a zone. */
  machine(name: string, zone: string, env: NodeJS.ProcessEnv = {}): void {
    const source = `127.0.0.${this.#zones.indexOf(zone) + 2}`
    const flags = ['-p', '1', '--format', 'json', '--cluster', this.valkey.url, '--source', source]
    const own = ['--node', name, '--user-agent', name, ...(zone === '' ? [] : ['--zone', zone])]
    this.machines.set(name, new Program(this.#t, ['-c', this.#config, ...flags, ...own], { env }))
  }

  signal(name: string, signal: NodeJS.Signals): void {
    this.machines.get(name)?.child.kill(signal)
  }

  /** Resolves when each of these zones has polled all URLs anew. */
  async polled(...zones: string[]): Promise<void> {
    const since = Date.now()
    const isPolled = (zone: string, path: string) =>
      [...this.requests].some(
        ([key, at]) => at > since && key.startsWith(`${zone} `) && key.endsWith(` ${path}`),
      )
    await waitUntil(
      () =>
        zones.every((zone) =>
          Array.from({ length: URLS }, (_, n) => `/${n}`).every((path) => isPolled(zone, path)),
        ),
      PATIENCE_MS,
    )
  }

  /** The first State with another verdict that a machine has shown; undefined: there is none. */
  otherThan(verdict: string, name: string): StateLine | undefined {
    return this.shown(name).find((state) => state.verdict !== verdict)
  }

  /** What a machine has shown of `/1`, and when, the latest last. */
  shown(name: string): StateLine[] {
    const lines = (this.machines.get(name)?.json ?? []) as unknown as (StateLine & {
      readonly type: string
    })[]
    return lines.filter(({ type, url }) => type === 'state' && url === `${this.#url}/1`)
  }

  /** Resolves when each of these machines shows `/1` so, with what zones say of it: `eu down, us up`. */
  async shows(verdict: string, said: string, ...names: string[]): Promise<void> {
    const isShown = (name: string) => {
      const last = this.shown(name).at(-1)
      const all = last?.zones?.map(({ zone, verdict: of }) => `${zone || '-'} ${of}`).join(', ')
      return last?.verdict === verdict && all === said
    }
    await waitUntil(() => names.every(isShown), PATIENCE_MS).catch((cause: unknown) => {
      const lines = names.map((name) => `${name}: ${JSON.stringify(this.shown(name).at(-1))}`)
      throw new Error(`not ${verdict} by ${said}:\n${lines.join('\n')}`, { cause })
    })
  }

  /** The verdicts of any URL that machines have shown since their start. */
  get verdicts(): string[] {
    const all = [...this.machines.values()].flatMap(({ json }) =>
      json.filter(({ type }) => type === 'state').map(({ verdict }) => String(verdict)),
    )
    return [...new Set(all)].toSorted()
  }

  /** What people were told. */
  get told(): string[] {
    return this.#told()
  }

  /** Resolves when people were told so many times, and the engine knows it: what is being sent when a machine dies is sent again. */
  async toldTimes(times: number): Promise<void> {
    await waitUntil(() => this.told.length >= times, PATIENCE_MS)
    while ((await this.valkey.command('HKEYS', '{headcount-headcount}:alert-state')).includes('delivery'))
      await sleep(20)
  }
}
