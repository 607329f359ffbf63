import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { bundleProgram } from '../../test/run/build-program.ts'
import type { Bench } from '../lib/bench.ts'
import { installed } from '../lib/cores.ts'
import { median } from '../lib/numbers.ts'
import { startSite } from './site.ts'

/** A command that starts, does one thing and ends. */
export interface Start {
  readonly name: string
  /** Median time from the start to the end, in ms. */
  readonly ms: number
  /** The most memory that the process had, in MB; null for programs other than Node. */
  readonly peakMb: number | null
}

/** Runs of each command; a round of the other scenarios takes longer. */
const RUNS_PER_ROUND = 4

/** Connections that curl has at once. */
const CURL_PARALLEL = 300

/** Writes the most memory of the process, in KB, to a file when it ends. */
const REPORT_MEMORY = `data:text/javascript,${encodeURIComponent(
  "import { isMainThread } from 'node:worker_threads'; import { readFileSync, writeFileSync } from 'node:fs'\n" +
    "const peak = () => /^VmHWM:\\s*(\\d+)/m.exec(readFileSync('/proc/self/status', 'utf8'))[1]\n" +
    "if (isMainThread) process.on('exit', () => writeFileSync(process.env.MEMORY_FILE, peak()))",
)}`

/** How long the published program takes to start, beside Node without a program and curl. All of them may use all cores. */
export async function measureStarts(sizes: readonly number[], bench: Bench): Promise<Start[]> {
  const cli = bundleProgram()
  const node = (...args: string[]): Command => ({ file: process.execPath, args, isNode: true })
  const commands = new Map<string, Command>([
    ['node -e 0', node('-e', '0')],
    ['headcount --version', node(cli, '--version')],
    ['headcount -h', node(cli, '-h')],
    ['headcount --help', node(cli, '--help')],
  ])
  const sites = []
  try {
    for (const urls of sizes) {
      const site = await startSite(bench, { urls, origins: urls, demand: urls })
      sites.push(site)
      const size = urls === 1 ? '1 URL' : `${urls.toLocaleString('en')} URLs`
      commands.set(
        `headcount --once, ${size}`,
        node(cli, '--once', '--format', 'quiet', '-f', site.work.list),
      )
      if (installed('curl')) commands.set(`curl --parallel -I, ${size}`, curl(site.work.list))
      else bench.log('curl is not installed: left out')
    }
    return timeInTurns(commands, bench)
  } finally {
    for (const site of sites) await site.stop()
  }
}

interface Command {
  readonly file: string
  readonly args: readonly string[]
  readonly isNode: boolean
}

function timeInTurns(commands: ReadonlyMap<string, Command>, bench: Bench): Start[] {
  const times = new Map<string, number[]>([...commands.keys()].map((name) => [name, []]))
  // The first run fills the compile cache.
  for (const command of commands.values()) runOnce(command, bench)
  const runs = bench.short ? 1 : RUNS_PER_ROUND * bench.rounds
  for (let run = 0; run < runs; run++)
    for (const [name, command] of commands) times.get(name)?.push(runOnce(command, bench))
  return [...commands].map(([name, command]) => {
    const ms = median(times.get(name) ?? [])
    const peakMb = command.isNode ? peakMbOf(command, bench) : null
    bench.log(`start: ${name}: ${ms.toFixed(0)} ms`)
    return { name, ms, peakMb }
  })
}

/** Runs a command to its end. Returns the time that it took, in ms. */
function runOnce({ file, args }: Command, bench: Bench, env: NodeJS.ProcessEnv = {}): number {
  const began = performance.now()
  const { status, stderr } = spawnSync(file, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, NODE_COMPILE_CACHE: `${bench.folder}/compiled`, ...env },
  })
  const took = performance.now() - began
  if (status !== 0) throw new Error(`${file} ${args.join(' ')} ended with ${status}: ${stderr.slice(-500)}`)
  return took
}

function peakMbOf(command: Command, bench: Bench): number {
  const file = `${bench.folder}/memory`
  runOnce(command, bench, { NODE_OPTIONS: `--import ${REPORT_MEMORY}`, MEMORY_FILE: file })
  return (Number(readFileSync(file, 'utf8')) * 1024) / 1e6
}

/** HEAD requests for each URL of a list. */
function curl(list: string): Command {
  const config = `${list}.curl`
  const urls = readFileSync(list, 'utf8').trimEnd().split('\n')
  writeFileSync(config, urls.map((url) => `url = "${url}"\noutput = "/dev/null"\n`).join(''))
  const args = [
    '--silent',
    '--head',
    '--parallel',
    '--parallel-max',
    String(CURL_PARALLEL),
    '--config',
    config,
  ]
  return { file: 'curl', args, isNode: false }
}
