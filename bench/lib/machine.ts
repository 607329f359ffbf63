import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { cpus, loadavg, release, totalmem, type } from 'node:os'
import { COMMAND as BLACKBOX } from '../contestants/blackbox.ts'
import type { Bench } from './bench.ts'

/** The machine and the versions of the programs. */
export interface Machine {
  readonly date: string
  readonly cpu: string
  readonly cores: number
  readonly memoryGb: number
  readonly system: string
  /** The load average of a minute before the bench began. */
  readonly load: number
  readonly pinned: string
  readonly versions: Readonly<Record<string, string>>
}

/** Reads it. Call it before the bench makes the machine busy. */
export function describeMachine(bench: Pick<Bench, 'cores' | 'go' | 'nginx' | 'blackbox'>): Machine {
  const { client, origin } = bench.cores
  const versions: Record<string, string> = { Node: process.versions.node, undici: versionOf('undici') }
  if (bench.go !== null) versions['Go'] = commandVersion('go', 'version')
  if (bench.nginx) versions['nginx'] = commandVersion('nginx', '-v')
  if (bench.blackbox) versions['blackbox_exporter'] = commandVersion(BLACKBOX, '--version')
  return {
    date: new Date().toISOString().slice(0, 10),
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    load: loadavg()[0] as number,
    pinned:
      client === null
        ? 'nothing is pinned'
        : `each contestant, all of its threads, is pinned to core ${client}, the origin to core ${origin}`,
    versions,
  }
}

function versionOf(name: string): string {
  const path = new URL(`../../node_modules/${name}/package.json`, import.meta.url)
  return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version
}

/** The first version number that a command prints. */
function commandVersion(command: string, flag: string): string {
  // nginx prints it on standard error.
  const text = execFileSync('sh', ['-c', `${command} ${flag} 2>&1`], { encoding: 'utf8' })
  return /\d+\.\d+(?:\.\d+)?/.exec(text)?.[0] ?? 'unknown'
}
