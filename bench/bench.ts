import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { readArguments } from './arguments.ts'
import type { Arguments, Scenario } from './arguments.ts'
import { COMMAND as BLACKBOX } from './contestants/blackbox.ts'
import { buildGo } from './contestants/go.ts'
import type { Bench } from './lib/bench.ts'
import { buildPrograms } from './lib/build-programs.ts'
import { chooseCores, installed } from './lib/cores.ts'
import { installDependencies } from './lib/install-dependencies.ts'
import { describeMachine } from './lib/machine.ts'
import { writeDocument } from './report/document.ts'
import { drawBars } from './report/picture.ts'
import { report } from './report/report.ts'
import type { Results } from './report/results.ts'
import { grow } from './scenarios/growth.ts'
import { measureParts } from './scenarios/micro.ts'
import { pollPaced } from './scenarios/paced.ts'
import type { PacedOptions } from './scenarios/paced.ts'
import { COMMAND as VALKEY, measureCluster } from './scenarios/cluster.ts'
import { comparePeers } from './scenarios/peers.ts'
import { fillPool } from './scenarios/pool.ts'
import { compareProbes } from './scenarios/probe.ts'
import { reload } from './scenarios/reload.ts'
import { measureStarts } from './scenarios/start.ts'
import { serveWeb } from './scenarios/web.ts'
import type { WebOptions } from './scenarios/web.ts'
import type { SiteOptions } from './scenarios/site.ts'

// `npm run bench` compares headcount with other programs that poll URLs, on this machine.

const FRESH: SiteOptions = { urls: 10_000, origins: 10_000, demand: 20_000 }
const KEEP: SiteOptions = { urls: 10_000, origins: 1_000, demand: 100_000, keepAlive: true }
const TLS: SiteOptions = { urls: 100, origins: 1, demand: 10_000, tls: true }
const TLS_KEEP: SiteOptions = { urls: 10_000, origins: 100, demand: 100_000, keepAlive: true, tls: true }
const HTTP2: SiteOptions = { ...TLS_KEEP, http2: true }
/** TTL of addresses in s: half of the interval, so that every poll looks up its name, however fast a contestant is. */
const DNS: SiteOptions = { ...FRESH, demand: 5_000, ttl: 1 }
const BODY: SiteOptions = { ...FRESH, check: 'body' }
const BODY_KEEP: SiteOptions = { ...KEEP, check: 'body' }
const JSON_BODY: SiteOptions = { ...FRESH, check: 'json' }
const TCP: SiteOptions = { ...FRESH, check: 'tcp' }
const QUERY: SiteOptions = { urls: 1_000, origins: 1, demand: 50_000, check: 'query' }
const MILLION_SHORT: PacedOptions = { urls: 10_000, origins: 100, interval: 2, duration: 3 }
const MILLION: PacedOptions = { urls: 1_000_000, origins: 1_000, interval: 60, duration: 120 }
/** A TTL that is longer than the run: each name is looked up for its first poll. */
const NAMES: PacedOptions = { urls: 1_000_000, origins: 1_000_000, interval: 240, duration: 280, ttl: 86_400 }
const NAMES_SHORT: PacedOptions = { ...MILLION_SHORT, origins: 10_000, ttl: 86_400 }
const IDLE: PacedOptions = { urls: 10_000, origins: 1_000, interval: 60, duration: 120 }
const RELOAD = { urls: 1_000_000, origins: 1_000, interval: 600, changes: 5 }
const RELOAD_SHORT = { urls: 10_000, origins: 100, interval: 10, changes: 1 }

const WEB: WebOptions = {
  series: { urls: 10_000, origins: 1_000, demand: 1_000, keepAlive: true },
  long: { urls: 1_000_000, origins: 1_000, demand: 1_000_000 / 60, keepAlive: true },
  fast: KEEP,
}
const WEB_SHORT: WebOptions = {
  ...WEB,
  series: { ...WEB.series, urls: 1_000 },
  long: { urls: 10_000, origins: 100, demand: 10_000, keepAlive: true },
}

const RUN: { readonly [Name in Scenario]: (bench: Bench) => Promise<Results['scenarios'][Name]> } = {
  fresh: (bench) => comparePeers('fresh', bench.short ? { ...FRESH, urls: 1_000 } : FRESH, bench),
  keep: (bench) => comparePeers('keep', KEEP, bench),
  tls: (bench) => comparePeers('tls', TLS, bench),
  'tls-keep': (bench) => comparePeers('tls-keep', TLS_KEEP, bench),
  http2: (bench) => comparePeers('http2', HTTP2, bench),
  dns: (bench) => comparePeers('dns', bench.short ? { ...DNS, urls: 1_000 } : DNS, bench),
  body: (bench) => comparePeers('body', bench.short ? { ...BODY, urls: 1_000 } : BODY, bench),
  'body-keep': (bench) => comparePeers('body-keep', BODY_KEEP, bench),
  json: (bench) => comparePeers('json', bench.short ? { ...JSON_BODY, urls: 1_000 } : JSON_BODY, bench),
  tcp: (bench) => comparePeers('tcp', bench.short ? { ...TCP, urls: 1_000 } : TCP, bench),
  query: (bench) => comparePeers('query', QUERY, bench),
  probe: (bench) => compareProbes(bench.short ? { ...FRESH, urls: 1_000 } : FRESH, bench),
  million: (bench) => paced('million', bench.short ? MILLION_SHORT : MILLION, bench),
  names: (bench) => paced('names', bench.short ? NAMES_SHORT : NAMES, bench),
  idle: (bench) => paced('idle', bench.short ? MILLION_SHORT : IDLE, bench),
  async reload(bench) {
    const options = bench.short ? RELOAD_SHORT : RELOAD
    return { ...options, ...(await reload(options, bench)) }
  },
  web: (bench) => serveWeb(bench.short ? WEB_SHORT : WEB, bench),
  growth: (bench) => grow(bench.short ? [100, 1_000] : [1_000, 10_000, 100_000, 1_000_000], bench),
  pool: (bench) => fillPool(bench.short ? [1, 2] : [1, 2, 4, 8], KEEP, bench),
  start: (bench) => measureStarts(bench.short ? [1, 100] : [1, 1_000, 10_000], bench),
  cluster: (bench) =>
    measureCluster(
      { urls: bench.short ? 100 : 2_000, rates: bench.short ? [100] : [1_000, 4_000] },
      installed(VALKEY),
      bench,
    ),
  micro: (bench) => measureParts(bench.short ? 20 : 1_000, bench.short ? 10_000 : 1_000_000, bench),
}

async function paced(name: string, options: PacedOptions, bench: Bench) {
  return { ...options, ...(await pollPaced(name, options, bench)) }
}

async function run(asked: Arguments, folder: string, argv: readonly string[]): Promise<void> {
  const { short, base, contestants, rounds, seconds } = asked
  if (process.platform !== 'linux') throw new Error('the bench reads /proc: it needs Linux')
  const log = (line: string) => void process.stderr.write(`${line}\n`)
  await installDependencies(log)
  const bench: Bench = {
    folder,
    rounds,
    seconds,
    short,
    ...buildPrograms(base),
    contestants,
    log,
    warmUp: short ? 0.2 : 3,
    cores: chooseCores(),
    // The short run is the same on every machine.
    nginx: !short && installed('nginx'),
    blackbox: installed(BLACKBOX),
    wrk: installed('wrk'),
    go: contestants.includes('go') ? await buildGo(folder, 'nethttp') : null,
    fasthttp: contestants.includes('fasthttp') ? await buildGo(folder, 'fasthttp') : null,
  }
  const machine = describeMachine(bench)
  const measured: Partial<Record<Scenario, unknown>> = {}
  for (const name of asked.scenarios) measured[name] = await RUN[name](bench)
  // The path of the JSON is left out: it has no effect on the figures.
  const shownArguments = argv.filter((word, at) => !word.startsWith('--json') && argv[at - 1] !== '--json')
  const command = ['npm run bench', ...(shownArguments.length > 0 ? ['--', ...shownArguments] : [])].join(' ')
  const results: Results = {
    command,
    machine,
    rounds,
    seconds,
    short,
    scenarios: measured as Results['scenarios'],
  }
  const text = report(results)
  process.stdout.write(text)
  if (asked.json !== null) writeFileSync(asked.json, `${JSON.stringify(results, null, 2)}\n`)
  if (asked.write !== null) writeDocument(asked.write, text)
  if (asked.picture !== null) writeFileSync(asked.picture, drawBars(results))
}

const argv = process.argv.slice(2)
const options = readArguments(argv)
if (options !== null) {
  const folder = mkdtempSync(`${tmpdir()}/headcount-bench-`)
  // Child processes are killed on 'exit', which a signal without a handler does not emit.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  await run(options, folder, argv)
  process.exit()
}
