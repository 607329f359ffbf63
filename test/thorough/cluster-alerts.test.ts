import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { directoryOf } from '../helpers/directory.ts'
import { startOrigin } from '../helpers/origin.ts'
import { headcount, Program } from '../helpers/program.ts'
import { receiverServer } from '../helpers/receiver-server.ts'
import { haveTool } from '../helpers/tool.ts'
import { Valkey } from '../helpers/valkey.ts'
import { waitUntil } from '../helpers/wait-until.ts'

// Three machines with one configuration that has alerts, a real server, and a receiver. What must hold whatever happens: of each time that
// a URL is down, and of its end, people are told exactly once.

const run = haveTool('valkey-server') ? test.serial : test.skip

const NAMES = ['a', 'b', 'c']

/** Polls are 500 ms apart; what would be told twice is told within this time, in ms. */
const QUIET_MS = 6_000

/** Most that a takeover takes here, in ms: a machine may be busy with other tests. */
const PATIENCE_MS = 60_000

class Alerting {
  readonly valkey: Valkey
  readonly machines = new Map<string, Program>()
  readonly #t: ExecutionContext
  readonly #config: string
  readonly #told: () => string[]
  readonly #setDown: (isDown: boolean) => void

  private constructor(
    t: ExecutionContext,
    valkey: Valkey,
    config: string,
    told: () => string[],
    setDown: (isDown: boolean) => void,
  ) {
    this.#t = t
    this.valkey = valkey
    this.#config = config
    this.#told = told
    this.#setDown = setDown
  }

  static async start(t: ExecutionContext, rule = 'down: true, group-wait: 0s'): Promise<Alerting> {
    const [valkey, { origin: hook, received }] = [await Valkey.start(t), await receiverServer(t)]
    let isDown = false
    const { url } = await startOrigin(t, (request, response) => {
      response.writeHead(isDown && request.url === '/1' ? 500 : 204).end()
    })
    const config = join(directoryOf(t), 'headcount.yml')
    const urls = Array.from({ length: 40 }, (_, n) => `'${url}/${n}'`).join(', ')
    writeFileSync(
      config,
      `receivers: { ops: { webhook: '${hook}/hook' } }
alerts: [{ name: web, to: ops, ${rule} }]
interval: 500ms
urls: [${urls}]
`,
    )
    const told = () => received.map(({ body }) => (JSON.parse(body) as { readonly status: string }).status)
    const alerting = new Alerting(t, valkey, config, told, (is) => (isDown = is))
    for (const name of NAMES) alerting.machine(name)
    await alerting.teller()
    return alerting
  }

  machine(name: string): void {
    const flags = ['-p', '1', '--format', 'quiet', '--cluster', this.valkey.url, '--node', name]
    this.machines.set(name, new Program(this.#t, ['-c', this.#config, ...flags]))
  }

  /** Resolves with the machine that tells people, when there is one other than `not`, and all polls go on. */
  async teller(not = ''): Promise<string> {
    for (;;) {
      const args = ['cluster', 'status', '--format', 'json', '--cluster', this.valkey.url]
      const { stdout } = await headcount(this.#t, args)
      const { machines, batches, waiting } = JSON.parse(stdout) as {
        readonly machines: readonly {
          readonly name: string
          readonly alerts: boolean
          readonly ageMs: number
        }[]
        readonly batches: number
        readonly waiting: number
      }
      const found = machines.find(({ alerts, ageMs, name }) => alerts && ageMs < 1_500 && name !== not)
      if (found !== undefined && batches > 0 && waiting === 0) return found.name
      await sleep(100)
    }
  }

  /**
   * The URL is down from now on, or up again, and people are told so. Resolves when that is known to the server: what is being sent when a
   * machine dies is sent again, with the same id.
   */
  async turn(isDown: boolean): Promise<void> {
    const before = this.#told().length
    this.#setDown(isDown)
    await waitUntil(() => this.#told().length > before, PATIENCE_MS)
    while ((await this.valkey.command('HKEYS', '{headcount-headcount}:alert-state')).includes('delivery'))
      await sleep(20)
  }

  setDown(isDown: boolean): void {
    this.#setDown(isDown)
  }

  /** After a while, people were told this, and nothing more. */
  async toldOnly(...told: string[]): Promise<void> {
    await waitUntil(() => this.#told().length >= told.length, PATIENCE_MS)
    await sleep(QUIET_MS)
    this.#t.deepEqual(this.#told(), told)
  }

  /** After a while, people were told this, once or twice. Resolves with what they were told. */
  async toldOnceOrTwice(told: string): Promise<string[]> {
    await waitUntil(() => this.#told().length > 0, PATIENCE_MS)
    await sleep(QUIET_MS)
    const all = [...this.#told()]
    this.#t.true(all.length <= 2 && all.every((one) => one === told), String(all))
    return all
  }

  signal(name: string, signal: NodeJS.Signals): void {
    this.machines.get(name)?.child.kill(signal)
  }
}

run('the machine that tells people is killed in the middle of an incident', async (t) => {
  const alerting = await Alerting.start(t)
  const first = await alerting.teller()
  await alerting.turn(true)
  alerting.signal(first, 'SIGKILL')
  await alerting.teller(first)
  await alerting.toldOnly('firing')
  await alerting.turn(false)
  await alerting.toldOnly('firing', 'resolved')
})

run('it is killed when a URL has just turned, or is stopped', async (t) => {
  const alerting = await Alerting.start(t)
  const first = await alerting.teller()
  alerting.setDown(true)
  alerting.signal(first, 'SIGKILL')
  const second = await alerting.teller(first)
  await alerting.toldOnly('firing')
  alerting.setDown(false)
  alerting.signal(second, 'SIGTERM')
  await alerting.teller(second)
  await alerting.toldOnly('firing', 'resolved')
})

run('it is frozen, and comes back', async (t) => {
  const alerting = await Alerting.start(t)
  const first = await alerting.teller()
  await alerting.turn(true)
  alerting.signal(first, 'SIGSTOP')
  await alerting.teller(first)
  await alerting.turn(false)
  alerting.signal(first, 'SIGCONT')
  await alerting.toldOnly('firing', 'resolved')
})

run('the server loses everything, or is killed and started again', async (t) => {
  const alerting = await Alerting.start(t)
  await alerting.turn(true)
  await alerting.valkey.command('FLUSHALL')
  await alerting.teller()
  // Another machine may take over before the one that told people has written its copy.
  const firing = await alerting.toldOnceOrTwice('firing')
  await alerting.valkey.kill()
  await sleep(2_500)
  await alerting.valkey.run()
  await alerting.teller()
  await alerting.toldOnly(...firing)
  await alerting.turn(false)
  await alerting.toldOnly(...firing, 'resolved')
})

run('all machines are restarted, and the machine that tells people is drained', async (t) => {
  const alerting = await Alerting.start(t)
  await alerting.turn(true)
  for (const name of NAMES) alerting.signal(name, 'SIGTERM')
  await Promise.all([...alerting.machines.values()].map((program) => program.ended()))
  for (const name of NAMES) alerting.machine(name)
  const first = await alerting.teller()
  await alerting.toldOnly('firing')
  t.is((await headcount(t, ['cluster', 'drain', first, '--cluster', alerting.valkey.url])).code, 0)
  await alerting.teller(first)
  await alerting.turn(false)
  await alerting.toldOnly('firing', 'resolved')
})
