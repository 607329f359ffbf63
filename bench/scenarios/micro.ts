import { fileURLToPath } from 'node:url'
import type { Bench } from '../lib/bench.ts'
import { Child } from '../lib/child.ts'

/** The cost of one item in a part of the program that every poll passes. */
export interface Micro {
  readonly name: string
  readonly ns: number
}

/** Runs the micro-benchmarks in a process of their own on the core of the contestants. */
export async function measureParts(timeMs: number, urls: number, { cores, log }: Bench): Promise<Micro[]> {
  let output = ''
  const path = fileURLToPath(new URL('../micro/run.ts', import.meta.url))
  const child = await Child.start(process.execPath, [path, String(timeMs), String(urls)], {
    core: cores.client,
    onLine: (line) => (output = line),
  })
  if ((await child.ended()) !== 0) throw new Error(`micro-benchmarks: ${child.stderr}`)
  const parts = JSON.parse(output) as Micro[]
  for (const { name, ns } of parts) log(`micro, ${name}: ${Math.round(ns)} ns`)
  return parts
}
