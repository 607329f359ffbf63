import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ExecutionContext } from 'ava'
import { directoryOf } from './directory.ts'
import { freePort } from './free-port.ts'
import { startServerProgram } from './server-program.ts'

/** A series at one time, as Prometheus stores it. */
export interface StoredSample {
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** A real Prometheus that ends with the test. */
export interface Prometheus {
  /** The series that `query` selects at `time`, in seconds since the epoch; default: now. */
  query(query: string, time?: number): Promise<StoredSample[]>
  /** Resolves when `query` selects something. */
  until(query: string): Promise<StoredSample[]>
}

/** Starts Prometheus with a configuration, which is YAML. */
export async function startPrometheus(t: ExecutionContext, config: string): Promise<Prometheus> {
  const directory = directoryOf(t)
  const port = await freePort()
  const file = join(directory, 'prometheus.yml')
  writeFileSync(file, config)
  const { get } = await startServerProgram(t, {
    command: 'prometheus',
    args: [
      `--config.file=${file}`,
      `--storage.tsdb.path=${join(directory, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    port,
    readyPath: '/-/ready',
  })

  const query = async (text: string, time?: number) => {
    const parameters = new URLSearchParams({
      query: text,
      ...(time === undefined ? {} : { time: String(time) }),
    })
    const { data, error } = (await (await get(`/api/v1/query?${parameters.toString()}`)).json()) as {
      data?: { result: { metric: Record<string, string>; value: [number, string] }[] }
      error?: string
    }
    if (data === undefined) throw new Error(error)
    return data.result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }))
  }
  return {
    query,
    async until(text) {
      for (;;) {
        const found = await query(text)
        if (found.length > 0) return found
        await sleep(100)
      }
    },
  }
}
