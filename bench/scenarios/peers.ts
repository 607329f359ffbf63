import { blackbox } from '../contestants/blackbox.ts'
import type { Contestant } from '../contestants/contestant.ts'
import { fasthttp, go, POLLERS } from '../contestants/go.ts'
import { headcount } from '../contestants/headcount.ts'
import { fetchLoop, floor, undici } from '../contestants/peer.ts'
import { wrk } from '../contestants/wrk.ts'
import type { Bench } from '../lib/bench.ts'
import { startSite } from './site.ts'
import type { Site, SiteOptions } from './site.ts'
import { runEntry, runScenario } from './run-scenario.ts'
import type { ScenarioResult } from './run-scenario.ts'

/** The values of `--contestants`. */
export const CONTESTANTS = [
  'headcount',
  'fetch',
  'undici',
  'go',
  'fasthttp',
  'blackbox',
  'floor',
  'wrk',
] as const

/** headcount and the other contestants, all on one site. */
export async function comparePeers(
  scenario: string,
  options: SiteOptions,
  bench: Bench,
): Promise<ScenarioResult> {
  const site = await startSite(bench, options)
  try {
    const notes: string[] = []
    const fit = (await present(site, bench, notes)).filter((contestant) => {
      const why = contestant.whyUnsupported(site.work)
      if (why !== null) notes.push(`${contestant.name} was not measured: it ${why}.`)
      return why === null
    })
    const entries = fit.map((contestant) => ({ name: contestant.name, contestant, site }))
    const turns = await runScenario(scenario, entries, bench)
    return { ...turns, notes: [...notes, ...turns.notes] }
  } finally {
    await site.stop()
  }
}

/** The contestants that are installed and selected. */
async function present(site: Site, bench: Bench, notes: string[]): Promise<Contestant[]> {
  const wanted = (word: (typeof CONTESTANTS)[number]) => bench.contestants.includes(word)
  const list: Contestant[] = []
  if (wanted('headcount')) list.push(headcount())
  if (bench.base !== null) list.push(headcount(1, 'json', bench.base))
  if (wanted('fetch')) list.push(fetchLoop)
  if (wanted('undici')) list.push(undici)
  if (wanted('go')) {
    if (bench.go === null) notes.push('The Go program was not measured: there is no go on the PATH.')
    else list.push(await best(go, site, bench))
  }
  if (wanted('fasthttp')) {
    if (bench.fasthttp === null) notes.push('Go with fasthttp was not measured: it is not installed.')
    else if (fasthttp(1).whyUnsupported(site.work) === null) list.push(await best(fasthttp, site, bench))
  }
  if (wanted('blackbox')) {
    if (bench.blackbox) list.push(blackbox)
    else notes.push('blackbox_exporter was not measured: it is not installed.')
  }
  if (wanted('floor')) list.push(floor)
  if (wanted('wrk')) {
    if (bench.wrk) list.push(wrk)
    else notes.push('wrk was not measured: it is not installed.')
  }
  return list
}

/** A Go program with the best number of pollers on this machine. */
async function best(program: (pollers: number) => Contestant, site: Site, bench: Bench): Promise<Contestant> {
  const tries: { contestant: Contestant; polls: number }[] = []
  for (const pollers of POLLERS) {
    const contestant = program(pollers)
    const entry = { name: contestant.name, contestant, site }
    const { pollsPerCpuSecond } = await runEntry(entry, { ...bench, seconds: bench.seconds / 2 })
    tries.push({ contestant, polls: pollsPerCpuSecond })
  }
  tries.sort((a, b) => b.polls - a.polls)
  return (tries as [(typeof tries)[0]])[0].contestant
}
