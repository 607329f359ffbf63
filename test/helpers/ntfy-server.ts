import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ExecutionContext } from 'ava'
import { directoryOf } from './directory.ts'
import { freePort } from './free-port.ts'

/** A message as subscribers get it. */
export interface ShownMessage {
  readonly title: string
  readonly message: string
  readonly priority: number
  readonly tags: readonly string[]
  readonly click?: string
  /** What a message has that is too long. */
  readonly attachment?: unknown
}

/** A real ntfy server that ends with the test. */
export async function startNtfy(
  t: ExecutionContext,
): Promise<{ readonly url: string; readonly messages: (topic: string) => Promise<ShownMessage[]> }> {
  const directory = directoryOf(t)
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const file = join(directory, 'server.yml')
  writeFileSync(
    file,
    JSON.stringify({
      'listen-http': `127.0.0.1:${port}`,
      'base-url': url,
      'cache-file': join(directory, 'cache.db'),
      'attachment-cache-dir': join(directory, 'attachments'),
      'visitor-request-limit-burst': 1_000,
    }),
  )
  const child = spawn('ntfy', ['serve', '--config', file], { stdio: ['ignore', 'ignore', 'pipe'] })
  let log = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (log += text))
  const ended = once(child, 'exit')
  t.teardown(async () => {
    child.kill('SIGKILL')
    await ended
  })
  const get = (path: string) => {
    if (child.exitCode !== null) throw new Error(`ntfy ended\n${log}`)
    return fetch(`${url}${path}`, { headers: { connection: 'close' } })
  }
  const isReady = () =>
    get('/v1/health').then(
      ({ status }) => status === 200,
      () => false, // It does not listen yet.
    )
  while (!(await isReady())) await sleep(20)
  return {
    url,
    async messages(topic) {
      const lines = await (await get(`/${topic}/json?poll=1`)).text()
      return lines
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as ShownMessage)
    },
  }
}
