import type { ExecutionContext } from 'ava'
import { freePort } from './free-port.ts'
import { startServerProgram } from './server-program.ts'

/** Starts Debian's blackbox_exporter with this configuration, ended with the test. Returns its URL, without a slash at its end. */
export async function startExporter(t: Pick<ExecutionContext, 'teardown'>, config: string): Promise<string> {
  const port = await freePort()
  const args = [`--config.file=${config}`, `--web.listen-address=127.0.0.1:${port}`, '--log.level=error']
  const command = 'prometheus-blackbox-exporter'
  const { url } = await startServerProgram(t, { command, args, port, readyPath: '/-/healthy' })
  return url
}
