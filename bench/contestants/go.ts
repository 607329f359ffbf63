import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Child } from '../lib/child.ts'
import { installed } from '../lib/cores.ts'
import { BODY_TEXT, intervalMs } from './contestant.ts'
import type { Contestant } from './contestant.ts'
import { startWithSummary } from './peer.ts'

/** Numbers of pollers to try: the Go program is measured with the best one. */
export const POLLERS = [64, 512]

/** Where Debian puts the sources of Go libraries. */
const LIBRARIES = '/usr/share/gocode'

/** Builds a Go program of peers/ and returns its path; null: there is no Go, or not the library that it needs. */
export async function buildGo(folder: string, name: 'codewalk' | 'fasthttp'): Promise<string | null> {
  if (!installed('go')) return null
  if (name === 'fasthttp' && !existsSync(`${LIBRARIES}/src/github.com/valyala/fasthttp`)) return null
  const program = `${folder}/${name}`
  const source = fileURLToPath(new URL(`../peers/${name}/main.go`, import.meta.url))
  // Nothing is downloaded.
  const env = { GOTOOLCHAIN: 'local', GOPROXY: 'off', GO111MODULE: 'off', GOPATH: LIBRARIES }
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

/** The same with fasthttp in place of net/http. */
export function fasthttp(pollers: number): Contestant {
  return {
    name: `Go with fasthttp, ${pollers} pollers`,
    whyUnsupported({ resolver, check }) {
      if (check !== null) return 'sends HEAD requests only'
      return resolver === null ? null : "takes no DNS server but the system's"
    },
    start(work, bench) {
      const args = ['-f', work.list, '-pollers', String(pollers), '-i', `${intervalMs(work)}ms`]
      if (work.keepAlive) args.push('-keep-alive')
      if (work.root !== null) args.push('-cacert', work.root)
      return startWithSummary(bench.fasthttp as string, args, { core: bench.cores.client })
    },
  }
}
