import { execFile, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { RawResponseServer } from '../helpers/raw-response-server.ts'
import { HEADS } from './heads.ts'

// What curl and Go's net/http say of each of HEADS. `npx node test/compare/clients.ts` records it anew in clients.json: needs
// curl and Go (Debian's packages curl and golang-go).

/** The columns of the record. */
export const COLUMNS = ['curl HEAD', 'curl GET', 'Go HEAD', 'Go GET'] as const

/** What each of COLUMNS makes of a head: the status of its answer, or null where it is refused. */
export type Row = readonly (number | null)[]

/** What was recorded, and with which versions. */
export interface Recorded {
  readonly curl: string
  readonly go: string
  /** How a head begins, as JSON would have it, and what is said of it; in the order of HEADS. */
  readonly heads: readonly (readonly [head: string, ...said: Row])[]
}

const FILE = new URL('clients.json', import.meta.url)
const run = promisify(execFile)
const MAX_OUTPUT = 64 * 2 ** 20

/** The record in the repository. */
export function recorded(): Recorded {
  return JSON.parse(readFileSync(FILE, 'utf8')) as Recorded
}

/** As much of a head as is needed to know it again. */
export function shown(head: string): string {
  return head.length > 200 ? `${head.slice(0, 100)}… ${head.length} bytes` : head
}

/** The versions of what is installed; null for what is not. */
export function versions(): { readonly curl: string | null; readonly go: string | null } {
  const version = (command: string, argument: string, pattern: RegExp) =>
    pattern.exec(spawnSync(command, [argument], { encoding: 'utf8' }).stdout ?? '')?.[1] ?? null
  return { curl: version('curl', '--version', /^curl (\S+)/), go: version('go', 'version', /\bgo([\d.]+)/) }
}

/** Asks with the clients that are installed, one request after the other, each on a connection of its own. */
export async function ask(heads: readonly string[] = HEADS): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'headcount-'))
  const server = await RawResponseServer.start(heads)
  const said = heads.map(() => COLUMNS.map((): number | null => null))
  try {
    const outputs = [
      ['curl', await askCurl(server.url, heads.length, folder)],
      ['Go', await askGo(server.url, heads.length, folder)],
    ] as const
    for (const [client, output] of outputs) {
      for (const [, method, index, status] of output.matchAll(/^(HEAD|GET) (\d+) (\d+)$/gm)) {
        const row = said[Number(index)]
        if (row !== undefined)
          row[COLUMNS.findIndex((name) => name === `${client} ${method}`)] = Number(status)
      }
    }
  } finally {
    await server.close()
    rmSync(folder, { recursive: true })
  }
  if (server.connections !== heads.length * COLUMNS.length)
    throw new Error(`${server.connections} connections for ${heads.length * COLUMNS.length} requests`)
  return said
}

/** curl's exit codes after a head that it took: done; the body ended too early; the body could not be read. */
const TAKEN = new Set([0, 18, 56])

async function askCurl(url: string, count: number, folder: string): Promise<string> {
  const config = join(folder, 'curl')
  // A host of its own for each request, or curl would use connections again.
  const transfers = ['HEAD', 'GET'].flatMap((method) =>
    Array.from({ length: count }, (_, index) =>
      [
        `url = "http://${method}-${index}.test/${index}"`,
        ...(method === 'HEAD' ? ['head'] : []),
        `connect-to = "::${url.slice('http://'.length)}"`,
        'output = "/dev/null"',
        'max-time = 10',
        'noproxy = "*"',
        `write-out = "${method} ${index} %{http_code} %{exitcode}\\n"`,
      ].join('\n'),
    ),
  )
  const lines: string[] = []
  // It gives up the rest after some errors.
  while (lines.length < transfers.length) {
    writeFileSync(config, transfers.slice(lines.length).join('\nnext\n'))
    const { stdout } = await run('curl', ['--disable', '--silent', '--config', config], {
      maxBuffer: MAX_OUTPUT,
    }).catch((error: unknown) => error as { stdout: string })
    const more = stdout.split('\n').slice(0, -1)
    if (more.length === 0) throw new Error('curl says nothing')
    lines.push(...more)
  }
  return lines
    .map((line) => /^(\w+ \d+ \d+) (\d+)$/.exec(line))
    .map((match) => (TAKEN.has(Number(match?.[2])) ? match?.[1] : ''))
    .join('\n')
}

async function askGo(url: string, count: number, folder: string): Promise<string> {
  const program = join(folder, 'client')
  const source = fileURLToPath(new URL('go/main.go', import.meta.url))
  // Nothing but the standard library: no toolchain and no module is fetched.
  const env = { ...process.env, GOTOOLCHAIN: 'local', GOPROXY: 'off', GO111MODULE: 'off', NO_PROXY: '*' }
  await run('go', ['build', '-o', program, source], { env })
  const { stdout } = await run(program, [url, String(count)], { env, maxBuffer: MAX_OUTPUT })
  return stdout
}

if (import.meta.main) {
  const { curl, go } = versions()
  if (curl === null || go === null) throw new Error('curl and Go have to be installed')
  const rows = (await ask()).map((row, index) => JSON.stringify([shown(HEADS[index] as string), ...row]))
  writeFileSync(FILE, `{"curl":"${curl}","go":"${go}","heads":[\n${rows.join(',\n')}\n]}\n`)
}
