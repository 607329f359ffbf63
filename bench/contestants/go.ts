import { fileURLToPath } from 'node:url'
import { Child } from '../lib/child.ts'
import { installed } from '../lib/cores.ts'
import { BODY_TEXT, intervalMs } from './contestant.ts'
import type { Contestant } from './contestant.ts'
import { startWithSummary } from './peer.ts'

/** Numbers of pollers to try: the Go program is measured with the best one. */
export const POLLERS = [64, 512]

/** Builds the Go program and returns its path; null: there is no Go. */
export async function buildGo(folder: string): Promise<string | null> {
  if (!installed('go')) return null
  const program = `${folder}/codewalk`
  const source = fileURLToPath(new URL('../peers/codewalk/main.go', import.meta.url))
  // It uses the standard library only: nothing is downloaded.
  const env = { GOTOOLCHAIN: 'local', GOPROXY: 'off', GO111MODULE: 'off' }
  const build = await Child.start('go', ['build', '-o', program, source], { core: null, env })
  if ((await build.ended()) !== 0) throw new Error(`the Go program can't be built: ${build.stderr}`)
  return program
}

/** The program of the Go codewalk. */
export function go(pollers: number): Contestant {
  return {
    name: `Go codewalk, ${pollers} pollers`,
    whyUnsupported: () => null,
    start(work, bench) {
      const args = ['-f', work.list, '-pollers', String(pollers), '-i', `${intervalMs(work)}ms`]
      if (work.keepAlive) args.push('-keep-alive')
      if (work.resolver !== null) args.push('-resolver', work.resolver)
      if (work.root !== null) args.push('-cacert', work.root)
      if (work.check !== null) args.push('-check', work.check, '-text', BODY_TEXT)
      return startWithSummary(bench.go as string, args, { core: bench.cores.client })
    },
  }
}
