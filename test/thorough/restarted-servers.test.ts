import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { Authority } from '../helpers/certificates.ts'
import { directoryOf } from '../helpers/directory.ts'
import { freePort } from '../helpers/free-port.ts'
import { whilePaused } from '../helpers/paused.ts'
import { forkServer } from '../helpers/processes.ts'
import { pathOf, Program } from '../helpers/program.ts'

// A server that dies and starts again leaves dead connections in the pool: no URL is down because of one.

const RESTARTS = 10
/** Between two restarts each URL is polled so often: the second time on a connection of the first. */
const POLLS = 3
const URLS = 20

/** The fields of headcount's JSON that are used here. */
interface StateLine {
  readonly type: string
  readonly at: string
  readonly url: string
  readonly verdict: string
  readonly durationMs: number
  readonly phasesMs: { readonly connect: number }
}

for (const [name, flags] of [
  ['HTTP/1', []],
  ['HTTP/2', ['--http2']],
] as const) {
  test(`servers are killed and started again under kept connections: no URL is down, ${name}`, async (t) => {
    t.timeout(600_000)
    const authority = await Authority.create()
    const ca = join(directoryOf(t), 'ca.pem')
    writeFileSync(ca, authority.pem)
    const pair = await authority.issue([{ type: 'ip', value: '127.0.0.1' }])
    const ports = [await freePort(), await freePort()]
    let server: ChildProcess | null = null
    const start = async () => {
      const { child } = await forkServer(pathOf('kept-server'), ports.map(String), { ...pair })
      server = child
      // A time of the same clock as that of the States, a step of it later.
      return Date.now() + 1
    }
    t.teardown(() => server?.kill('SIGKILL'))
    let killedAt = 0
    const restart = async () => {
      killedAt = Date.now()
      server?.kill('SIGKILL')
      await once(server as ChildProcess, 'exit')
      listensFrom = await start()
    }
    let listensFrom = await start()
    const urls = ports.flatMap((port, at) =>
      Array.from({ length: URLS }, (_, n) => `${at === 0 ? 'http' : 'https'}://127.0.0.1:${port}/${n}`),
    )
    // Each failure shows: there is no second attempt, and nothing waits for longer than the others.
    const schedule = ['--interval', '200ms', '--timeout', '20s', '--error-backoff', '0s', '--no-recheck']
    const program = new Program(
      t,
      ['--format', 'json', '--keep-alive', '--cacert', ca, ...schedule, ...flags, ...urls],
      { env: { HEADCOUNT_POOL_SIZE: '1' } },
    )
    const down: StateLine[] = []
    let kept = 0
    let read = 0
    for (let round = 0; round <= RESTARTS; round++) {
      const polls = new Map<string, number>()
      const begun: StateLine[] = []
      await program.until(({ json }) => {
        for (const line of (json as unknown as StateLine[]).slice(read)) {
          read++
          if (line.type !== 'state' || Date.parse(line.at) - line.durationMs < listensFrom) continue
          begun.push(line)
          polls.set(line.url, (polls.get(line.url) ?? 0) + 1)
        }
        return urls.every((url) => (polls.get(url) ?? 0) >= POLLS)
      })
      // Every second time the program stands still meanwhile: then it can not know that its connections are dead.
      if (round % 2 === 1) await whilePaused(program.child, restart)
      else await restart()
      // Those that ended as the server was killed may be its last.
      for (const line of begun) {
        if (line.verdict !== 'up' && Date.parse(line.at) < killedAt) down.push(line)
        if (line.phasesMs.connect === 0) kept++
      }
    }
    t.deepEqual(down, [])
    t.true(kept > RESTARTS * urls.length, 'connections were kept in between')
    program.child.kill('SIGTERM')
    t.is((await program.ended()).code, 0)
  })
}
