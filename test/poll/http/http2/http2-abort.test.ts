import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import test from 'ava'
import { selfSigned } from '../../../helpers/certificates.ts'
import { FRAME_SCRIPTS } from '../../../helpers/frame-scripts.ts'
import { FrameServer } from '../../../helpers/frame-server.ts'

const POLL_COLLECTED = new URL('../../../helpers/poll-collected.ts', import.meta.url).pathname
const ROUNDS = 10

for (const [name, reason] of [
  ['two-hundred-fields', 'ok'],
  ['fields-cut-off', 'protocol'],
] as const) {
  test(`no answer over HTTP/2 ends the process: ${name}`, async (t) => {
    const server = await FrameServer.start(
      await selfSigned([{ type: 'ip', value: '127.0.0.1' }]),
      FRAME_SCRIPTS,
    )
    t.teardown(() => server.close())
    const { stdout } = await promisify(execFile)(process.execPath, [
      '--max-semi-space-size=1',
      POLL_COLLECTED,
      String(ROUNDS),
      server.url(name),
    ])
    t.deepEqual(JSON.parse(stdout), { [reason]: ROUNDS * 40 })
  })
}
