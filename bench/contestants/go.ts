import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Child } from '../lib/child.ts'
import { installed } from '../lib/cores.ts'
import { BODY_TEXT, intervalMs } from './contestant.ts'
import type { Contestant, Running, Workload } from './contestant.ts'
import { startWithSummary } from './peer.ts'

/** Numbers of pollers to try: the Go program is measured with the best one. */
export const POLLERS = [64, 512]

/** Where Debian puts the sources of Go libraries. */
const LIBRARIES = '/usr/share/gocode'

/** The client of the Go program. */
type GoClient = 'nethttp' | 'fasthttp'

/** Builds the Go program and returns its path; null: there is no Go, or not the library of its client. */
export async function buildGo(folder: string, client: GoClient): Promise<string | null> {
  if (!installed('go')) return null
  if (client === 'fasthttp' && !existsSync(`${LIBRARIES}/src/github.com/valyala/fasthttp`)) return null
  const program = `${folder}/codewalk-${client}`
  const sources = ['main', client].map((name) =>
    fileURLToPath(new URL(`../peers/codewalk/${name}.go`, import.meta.url)),
  )
  // Nothing is downloaded.
  const env = { GOTOOLCHAIN: 'local', GOPROXY: 'off', GO111MODULE: 'off', GOPATH: LIBRARIES }
  const build = await Child.start('go', ['build', '-tags', client, '-o', program, ...sources], {
    core: null,
    env,
  })
  if ((await build.ended()) !== 0) throw new Error(`the Go program can't be built: ${build.stderr}`)
  return program
}

/** The program of the Go codewalk. */
export function go(pollers: number): Contestant {
  return {
    name: `Go codewalk, ${pollers} pollers`,
    whyUnsupported: () => null,
    start: (work, { go: program, cores }) => start(program, pollers, work, cores.client),
  }
}

/** The same with fasthttp in place of net/http. */
export function fasthttp(pollers: number): Contestant {
  return {
    name: `Go with fasthttp, ${pollers} pollers`,
    whyUnsupported({ resolver, check, http2 }) {
      if (check !== null) return 'sends HEAD requests only'
      if (http2) return 'speaks HTTP/1 only'
      return resolver === null ? null : "takes no DNS server but the system's"
    },
    start: (work, { fasthttp: program, cores }) => start(program, pollers, work, cores.client),
  }
}

function start(
  program: string | null,
  pollers: number,
  work: Workload,
  core: number | null,
): Promise<Running> {
  const args = ['-f', work.list, '-pollers', String(pollers), '-i', `${intervalMs(work)}ms`]
  if (work.keepAlive) args.push('-keep-alive')
  if (work.resolver !== null) args.push('-resolver', work.resolver)
  if (work.root !== null) args.push('-cacert', work.root)
  if (work.check !== null) args.push('-check', work.check, '-text', BODY_TEXT)
  return startWithSummary(program as string, args, { core })
}
