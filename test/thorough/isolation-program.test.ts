import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { directoryOf } from '../helpers/directory.ts'
import { hostileLine } from '../helpers/hostile-neighbours.ts'
import { neighbours } from '../helpers/neighbours.ts'
import { Program } from '../helpers/program.ts'

// Whatever one URL's server, name or certificate does, no other URL's verdict or slot changes: the whole program, with its schedule.

const INTERVAL_MS = 8_000
/** Each healthy URL is polled in so many slots in a row. Before, on a machine that is too busy, slots may pass. */
const SLOTS = 3

/** The fields of headcount's JSON that are used here. */
interface StateLine {
  readonly type: string
  readonly at: string
  readonly url: string
  readonly verdict: string
  readonly durationMs: number
  readonly lateMs: number
  readonly phasesMs: { readonly connect: number }
  readonly httpVersion: string
}

/** The polls of a URL: of each, how many slots it is after the last one. */
class UrlPolls {
  readonly states: StateLine[] = []
  readonly steps: number[] = []
  #slot = Number.NaN

  add(state: StateLine): void {
    const slot = Date.parse(state.at) - state.durationMs - state.lateMs
    if (this.states.length > 0) this.steps.push(Math.round((slot - this.#slot) / INTERVAL_MS))
    this.states.push(state)
    this.#slot = slot
  }

  get isRegular(): boolean {
    return this.steps.length >= SLOTS - 1 && this.steps.slice(1 - SLOTS).every((step) => step === 1)
  }
}

for (const [name, flags] of [
  ['fresh connections', []],
  ['--keep-alive', ['--keep-alive']],
  ['--http2', ['--http2']],
  ['--http2 --keep-alive', ['--http2', '--keep-alive']],
] as const) {
  test.serial(
    `the program polls 200 healthy URLs in their slots beside all hostile behaviours, ${name}`,
    async (t) => {
      t.timeout(600_000)
      const all = await neighbours(t)
      const ca = join(directoryOf(t), 'ca.pem')
      writeFileSync(ca, all.tls.ca)
      const schedule = ['--interval', `${INTERVAL_MS}ms`, '--error-backoff', '0s', '--pool-size', '2']
      const network = ['--resolver', all.resolver, '--cacert', ca, ...flags]
      const program = new Program(t, ['-f', '-', '--format', 'json', ...schedule, ...network], {
        input: [...all.healthy.map((url) => `${url} timeout=60s`), ...all.hostile.map(hostileLine)].join(
          '\n',
        ),
      })
      const polls = new Map(all.healthy.map((url) => [url, new UrlPolls()]))
      const regular = new Set<string>()
      let read = 0
      const readMore = () => {
        const lines = program.json as unknown as StateLine[]
        for (const line of lines.slice(read)) {
          const ofUrl = line.type === 'state' ? polls.get(line.url) : undefined
          ofUrl?.add(line)
          if (ofUrl?.isRegular === true) regular.add(line.url)
        }
        read = lines.length
        return regular.size === all.healthy.length
      }
      await program.until(readMore)
      program.child.kill('SIGTERM')
      const { code, signal, stderr } = await program.ended()
      t.is(code ?? signal, 0, stderr)
      readMore()
      const states = [...polls.values()].flatMap((ofUrl) => ofUrl.states)
      t.deepEqual(
        states.filter(({ verdict }) => verdict !== 'up'),
        [],
      )
      const steps = [...polls.values()].flatMap((ofUrl) => ofUrl.steps)
      t.true(Math.min(...steps) >= 1, 'no slot is polled twice')
      for (const [url, ofUrl] of polls) t.is(all.asked(url), ofUrl.states.length, `requests of ${url}`)
      const kept = states.filter(({ phasesMs }) => phasesMs.connect === 0).length
      t.is(kept > 0, name.includes('--keep-alive'))
      t.is(
        states.some(({ httpVersion }) => httpVersion === '2'),
        name.includes('--http2'),
      )
      t.notRegex(stderr, /poller \d+ |monitor/)
      t.log(
        `${states.length} polls, ${kept} on kept connections, ${steps.filter((step) => step > 1).length} times late by slots`,
      )
    },
  )
}
