import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { chooseCores, installed } from './lib/cores.ts'
import { buildGo } from './contestants/go.ts'
import { takeTurns } from './scenarios/turns.ts'

const folder = mkdtempSync(`${tmpdir()}/headcount-bench-`)
try {
  const bench = {
    folder,
    cores: chooseCores(),
    rounds: 1,
    seconds: 3,
    warmUp: 1,
    short: false,
    contestants: process.argv[3]?.split(',') ?? null,
    nginx: installed('nginx'),
    go: await buildGo(folder),
    blackbox: installed('prometheus-blackbox-exporter'),
    say: (l: string) => console.error(l),
  }
  const sc = {
    fresh: { urls: 10000, origins: 10000, demand: 20000 },
    keep: { urls: 1000, origins: 1000, demand: 100000, keepAlive: true },
    tls: { urls: 100, origins: 1, demand: 10000, tls: true },
    dns: { urls: 10000, origins: 10000, demand: 20000, ttl: 1 },
  } as const
  const r = await takeTurns(process.argv[2]!, sc[process.argv[2] as 'fresh'], bench)
  console.log(JSON.stringify(r, null, 1))
} finally {
  rmSync(folder, { recursive: true, force: true })
}
