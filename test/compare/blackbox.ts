// Polls every case of the hostile server with headcount and with blackbox_exporter, and prints what each says. Needs
// prometheus-blackbox-exporter on the PATH (Debian's package of that name).
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startExporter } from '../helpers/blackbox-exporter.ts'
import { freePort } from '../helpers/free-port.ts'
import { HostileServer, SCRIPTS } from '../helpers/hostile-server.ts'
import { TestPoller } from '../helpers/test-poller.ts'

const TIMEOUT_S = 2

const config = join(mkdtempSync(join(tmpdir(), 'headcount-')), 'blackbox.yml')
// As near to headcount's defaults as its options allow.
writeFileSync(
  config,
  `modules: {head: {prober: http, timeout: ${TIMEOUT_S}s, http: {method: HEAD, preferred_ip_protocol: ip4}}}\n`,
)
const ends: (() => unknown)[] = []
const exporter = await startExporter({ teardown: (end) => void ends.push(end) }, config)

/** `up 200`, `down 404`, `down`: what probe_success and probe_http_status_code say. */
async function probe(url: string): Promise<string> {
  const query = new URLSearchParams({ module: 'head', target: url })
  let text: string
  try {
    const signal = AbortSignal.timeout(5 * TIMEOUT_S * 1_000)
    text = await (await fetch(`${exporter}/probe?${query.toString()}`, { signal })).text()
  } catch (error) {
    if ((error as Error).name !== 'TimeoutError') throw error
    return 'no answer'
  }
  const metric = (name: string) => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1])
  const status = metric('probe_http_status_code')
  return `${metric('probe_success') === 1 ? 'up' : 'down'}${status > 0 ? ` ${status}` : ''}`
}

const server = await HostileServer.start()
const poller = new TestPoller({ timeoutMs: TIMEOUT_S * 1_000 })
const urls = new Map(Object.keys(SCRIPTS).map((name) => [name, server.url(name)]))
urls.set('nobody listens', `http://127.0.0.1:${await freePort()}/`)
process.stdout.write('| case | blackbox_exporter | headcount | differs |\n|---|---|---|---|\n')
for (const [name, url] of urls) {
  const [theirs, state] = await Promise.all([probe(url), poller.pollWithoutStall(url)])
  const ours = `${state.verdict}${state.status > 0 ? ` ${state.status}` : ` ${state.reason}`}`
  const same = theirs === ours || (theirs === state.verdict && state.status === 0)
  process.stdout.write(`| ${name} | ${theirs} | ${ours} | ${same ? '' : 'yes'} |\n`)
}
await poller.close()
await server.close()
for (const end of ends) await end()
