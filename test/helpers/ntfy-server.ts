import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'
import { directoryOf } from './directory.ts'
import { freePort } from './free-port.ts'
import { startServerProgram } from './server-program.ts'

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
  const args = ['serve', '--config', file]
  const { get } = await startServerProgram(t, { command: 'ntfy', args, port, readyPath: '/v1/health' })
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
