import test from 'ava'
import { selfSigned } from '../../../helpers/certificates.ts'
import { FrameServer } from '../../../helpers/frame-server.ts'
import { sendRandomFrames } from '../../../helpers/random-frames.ts'
import { TestPoller } from '../../../helpers/test-poller.ts'
import { repetitions } from '../../../helpers/thorough.ts'
import { waitUntil } from '../../../helpers/wait-until.ts'
import { LOCAL_CAUSES } from '../../../../src/state/local-causes.ts'

/** The first seed. */
const FIRST_SEED = 9_113
const COUNT = repetitions(60, 200)

for (const keepAlive of [false, true]) {
  test(`random frames: each poll ends, no verdict is unknown, no connection stays open, keep-alive ${keepAlive}`, async (t) => {
    const server = await FrameServer.start(await selfSigned([{ type: 'ip', value: '127.0.0.1' }]), {
      random: sendRandomFrames,
    })
    t.teardown(() => server.close())
    const poller = new TestPoller({
      http2: true,
      insecure: true,
      keepAlive,
      timeoutMs: 5_000,
      hostConcurrency: 64,
      recheck: false,
      getFallback: false,
      maxRedirects: 0,
    })
    const seeds = Array.from({ length: COUNT }, (_, n) => FIRST_SEED + n)
    const states = await Promise.all(seeds.map((seed) => poller.poll(`${server.url('random')}?${seed}`)))
    await poller.close()
    const reasons: Record<string, number> = {}
    for (const [n, { verdict, reason, detail }] of states.entries()) {
      reasons[reason] = (reasons[reason] ?? 0) + 1
      t.false(
        verdict === 'unknown' && !detail.startsWith(LOCAL_CAUSES['thread-stalled'].text),
        `seed ${seeds[n]}: ${reason} ${detail}`,
      )
    }
    t.log(reasons)
    t.true((reasons['ok'] ?? 0) > 0 && (reasons['protocol'] ?? 0) > 0)
    await t.notThrowsAsync(waitUntil(() => server.open === 0))
  })
}
