import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eachOf } from './answer.ts'
import type { Answer, AskAll } from './answer.ts'
import type { Case } from './case.ts'
import { curlOptions } from './curl-options.ts'
import { isAccepted, failedCheck } from './shell-checks.ts'

const PROCESSES = 8

/** Some processes of curl, each with a part of the cases; what comes is looked at as a script with grep and jq would. */
export const askCurl: AskAll = async (site, cases) => {
  const answers = new Map<Case, Answer>()
  const folder = mkdtempSync(join(tmpdir(), 'headcount-'))
  const transfers = cases.flatMap((one, at) => {
    const file = (kind: string) => join(folder, `${at}.${kind}`)
    const options = curlOptions(site, one, file)
    return options === null ? [] : [{ one, at, file, options }]
  })
  const parts = Array.from({ length: PROCESSES }, (_, part) => part)
  await eachOf(parts, PROCESSES, async (part) => {
    const own = transfers.filter((_, at) => at % PROCESSES === part)
    const config = join(folder, `config-${part}`)
    for (let done = 0; done < own.length;) {
      writeFileSync(
        config,
        own
          .slice(done)
          .map(({ at, options }) => section(at, options))
          .join('\nnext\n'),
      )
      // It gives up the rest after some errors.
      const lines = (await curl(config)).matchAll(/^case (\d+) (\d+) (\d+)$/gm)
      const before = done
      for (const [, at, status, exit] of lines) {
        const transfer = own[done++]
        if (transfer?.at !== Number(at)) throw new Error(`curl leaves out ${transfer?.one.name}`)
        const { one, file } = transfer
        answers.set(one, judge(one, Number(status), Number(exit), read(file('head')), read(file('body'))))
      }
      if (done === before) throw new Error(`curl says nothing of ${own[done]?.one.name}`)
    }
  })
  rmSync(folder, { recursive: true })
  return answers
}

function section(at: number, options: readonly string[]): string {
  return [...options, `write-out = "\\ncase ${at} %{http_code} %{exitcode}\\n"`].join('\n')
}

function read(file: string): Buffer {
  return existsSync(file) ? readFileSync(file) : Buffer.alloc(0)
}

function curl(config: string): Promise<string> {
  return new Promise((resolve) => {
    // The environment may name proxies.
    const options = { env: { PATH: process.env['PATH'] ?? '' }, maxBuffer: 2 ** 24 }
    execFile('curl', ['--disable', '--silent', '--config', config], options, (_, stdout) => resolve(stdout))
  })
}

function judge({ ask }: Case, status: number, exit: number, head: Buffer, body: Buffer): Answer {
  if (exit !== 0) return { verdict: 'down', status, why: String(exit) }
  if (!/^https?:/.test(ask.url)) return { verdict: 'up', status: 0, why: '' }
  const why = isAccepted(status, ask.accept) ? failedCheck(ask, head.toString(), body) : 'status'
  return { verdict: why === '' ? 'up' : 'down', status, why }
}
