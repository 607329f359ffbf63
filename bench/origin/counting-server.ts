import { fileURLToPath } from 'node:url'
import { Child } from '../lib/child.ts'

/** A server of the bench in a process of its own that counts its requests. */
export interface CountingServer {
  readonly port: number
  /** The number of requests since its start. */
  count(): Promise<number>
  stop(): Promise<void>
}

/** What a server of HTTP answers and counts. */
export interface Content {
  /** Its certificate and key, for TLS. */
  readonly pair: { readonly cert: string; readonly key: string } | null
  /** Whether it offers HTTP/2, which needs TLS here. */
  readonly http2: boolean
  /** The body of each answer to GET. */
  readonly page: string
  readonly counts: 'requests' | 'connections'
}

/** Starts a script of this folder: it prints its port, then answers each line with its count. */
export async function startCountingServer(
  script: string,
  args: readonly string[],
  core: number | null,
): Promise<CountingServer> {
  let onCount: (number: number) => void = () => {}
  const next = () => new Promise<number>((resolve) => (onCount = resolve))
  const first = next()
  const path = fileURLToPath(new URL(script, import.meta.url))
  const child = await Child.start(process.execPath, [path, ...args], {
    core,
    onLine: (line) => onCount(Number(line)),
  })
  const orEnded = async (answer: Promise<number>) =>
    Promise.race([answer, child.ended().then(() => Promise.reject(new Error(`${script}: ${child.stderr}`)))])
  return {
    port: await orEnded(first),
    count() {
      const answer = next()
      child.writeLine('count')
      return orEnded(answer)
    },
    stop: () => child.stop('SIGKILL'),
  }
}
