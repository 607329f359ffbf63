import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ExecutionContext } from 'ava'
import { freePort } from './free-port.ts'

/** Starts Debian's blackbox_exporter with this configuration, ended with the test. Returns its URL, without a slash at its end. */
export async function startExporter(t: Pick<ExecutionContext, 'teardown'>, config: string): Promise<string> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const args = [`--config.file=${config}`, `--web.listen-address=127.0.0.1:${port}`, '--log.level=error']
  const exporter = spawn('prometheus-blackbox-exporter', args, { stdio: 'ignore' })
  const ended = once(exporter, 'exit')
  t.teardown(async () => {
    exporter.kill()
    await ended
  })
  for (;;) {
    if (exporter.exitCode !== null) throw new Error('blackbox_exporter did not start')
    const isUp = await fetch(`${url}/-/healthy`).then(
      ({ ok }) => ok,
      () => false,
    )
    if (isUp) return url
    await sleep(20)
  }
}
