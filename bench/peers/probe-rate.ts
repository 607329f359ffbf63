import { readFileSync } from 'node:fs'
import { Pool } from 'undici'

// Requests probes at a fixed rate, however long they take, and prints how long those after the warm-up took, from when they were due.
// Arguments: the list, the port, probes a second, the warm-up and the measurement in s.

const [list = '', port = '', rate = '', warmUp = '', seconds = ''] = process.argv.slice(2)
const urls = readFileSync(list, 'utf8').trim().split('\n')
const prober = new Pool(`http://127.0.0.1:${port}`, { connections: 256 })
const began = performance.now()
const times: number[] = []
let sent = 0
let failed = 0
let why = ''

async function probe(dueAt: number): Promise<void> {
  const target = encodeURIComponent(urls[sent++ % urls.length] as string)
  const { body } = await prober.request({ method: 'GET', path: `/probe?module=probe&target=${target}` })
  const text = await body.text()
  if (!/^probe_success 1$/m.test(text))
    throw new Error(/^headcount_probe_failure_reason.* 1$/m.exec(text)?.[0] ?? 'probe_success is not 1')
  if (dueAt - began >= Number(warmUp) * 1_000) times.push(performance.now() - dueAt)
}

const timer = setInterval(() => {
  for (;;) {
    const dueAt = began + (sent * 1_000) / Number(rate)
    if (dueAt > performance.now()) return
    probe(dueAt).catch((error: unknown) => {
      failed++
      why = String(error)
    })
  }
}, 1)

setTimeout(
  () => {
    times.sort((a, b) => a - b)
    const at = (share: number) => times[Math.floor(times.length * share)] ?? Number.NaN
    process.stdout.write(`${JSON.stringify({ p50Ms: at(0.5), p99Ms: at(0.99), failed, why })}\n`)
    clearInterval(timer)
    // What has no answer yet is not waited for.
    void prober.destroy()
  },
  (Number(warmUp) + Number(seconds)) * 1_000,
)
