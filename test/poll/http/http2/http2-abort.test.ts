import test from 'ava'
import { selfSigned } from '../../../helpers/certificates.ts'
import { FRAME_SCRIPTS } from '../../../helpers/frame-scripts.ts'
import { FrameServer } from '../../../helpers/frame-server.ts'
import { runScript } from '../../../helpers/program.ts'
import { repetitions } from '../../../helpers/thorough.ts'
import type { PollJob, PollReport } from '../../../programs/poll.ts'

const ROUNDS = repetitions(3, 10)
const POLLS = 40

for (const [name, reason] of [
  ['two-hundred-fields', 'ok'],
  ['fields-cut-off', 'protocol'],
] as const) {
  test(`no response over HTTP/2 ends the process: ${name}`, async (t) => {
    const server = await FrameServer.start(
      await selfSigned([{ type: 'ip', value: '127.0.0.1' }]),
      FRAME_SCRIPTS,
    )
    t.teardown(() => server.close())
    const options = { http2: true, insecure: true, timeoutMs: 60_000, hostConcurrency: 64 }
    const job: PollJob = {
      rounds: Array.from({ length: ROUNDS }, () => options),
      polls: POLLS,
      urls: [server.url(name)],
    }
    // Node's own client freed memory in the wrong order here and crashed at a collection: a small young generation has many.
    const nodeFlags = ['--max-semi-space-size=1']
    const { reasons } = await runScript<PollReport>(t, 'poll', [JSON.stringify(job)], { nodeFlags })
    t.deepEqual(reasons, { [reason]: ROUNDS * POLLS })
  })
}
