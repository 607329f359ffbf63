import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'
import { seeded } from '../helpers/random.ts'
import { chaosAlertmanager, chaosMail, chaosWebhook } from './alert-receivers.ts'
import type { Fate, ReceiverFault } from './alert-receivers.ts'
import type { TurningOrigin } from './turning-origin.ts'

/** What befalls the first attempts of some notifications at a receiver, while all is not well. */
const FAULTS: Readonly<Record<string, { readonly kinds: readonly ReceiverFault[]; readonly most: number }>> =
  {
    busy: { kinds: ['429'], most: 2 },
    broken: { kinds: ['500'], most: 2 },
    hanging: { kinds: ['hang'], most: 1 },
    resetting: { kinds: ['reset', 'half taken'], most: 2 },
    moved: { kinds: ['redirect'], most: 1 },
    pager: { kinds: ['500', 'half taken'], most: 1 },
    mail: { kinds: ['429', 'hang'], most: 1 },
    alertmanager: { kinds: ['500', 'half taken'], most: 1 },
  }

/** What befalls the `attempt`-th request to a receiver with this id; null: nothing. The same for the same seed. */
export function faultOf(seed: number, receiver: string, id: string, attempt: number): ReceiverFault | null {
  const faults = FAULTS[receiver]
  if (faults === undefined) return null
  const hash = createHash('sha256').update(`${seed} ${receiver} ${id}`).digest()
  const { below } = seeded(hash.readUInt32LE())
  const failing = below(faults.most + 2) - 1
  return attempt > failing ? null : (faults.kinds[below(faults.kinds.length)] as ReceiverFault)
}

/** Starts one receiver of each kind, and writes a configuration that has each path told to all of them. */
export async function startReceivers(
  t: Pick<ExecutionContext, 'teardown'>,
  directory: string,
  origin: TurningOrigin,
  fate: Fate,
) {
  const webhook = (name: string) => chaosWebhook(t, name, fate)
  const hooks = {
    witness: await webhook('witness'),
    busy: await webhook('busy'),
    broken: await webhook('broken'),
    hanging: await webhook('hanging'),
    resetting: await webhook('resetting'),
  }
  const halves = await webhook('halves')
  const moved = await webhook('moved')
  const fallback = await webhook('fallback')
  const pager = await chaosWebhook(t, 'pager', fate, ({ body }) => body)
  const mail = await chaosMail(t, 'mail', fate)
  const alertmanager = await chaosAlertmanager(t, 'alertmanager', fate)

  const config = join(directory, 'c.yml')
  const perMinute = { 'per-minute': 6_000 }
  const receivers = {
    ...Object.fromEntries(
      Object.entries(hooks).map(([name, { url }]) => [name, { webhook: url, ...perMinute }]),
    ),
    halves: { webhook: halves.url, ...perMinute },
    moved: { webhook: moved.url, fallback: 'fallback', ...perMinute },
    fallback: { webhook: fallback.url, ...perMinute },
    pager: { pagerduty: { 'routing-key': 'k'.repeat(32), url: pager.url }, ...perMinute },
    mail: {
      email: { to: ['ops@example.org'], server: `smtp://127.0.0.1:${mail.port}`, starttls: 'off' },
      ...perMinute,
    },
    alertmanager: { alertmanager: alertmanager.url, ...perMinute },
  }
  const to = Object.keys(receivers).filter((name) => name !== 'halves' && name !== 'fallback')
  const down = { down: { after: 2 }, unknown: { for: '2m' } }
  writeFileSync(
    config,
    JSON.stringify({
      receivers,
      alerts: [
        { name: 'each', to, ...down, 'group-by': 'path', 'group-wait': '0s', continue: true },
        { name: 'halves', to: 'halves', ...down, 'group-by': 'half', 'group-wait': '1s' },
      ],
      urls: origin.paths.map((path, n) => `${origin.url}/${path} label.path=${path} label.half=${n % 2}`),
    }),
  )
  return { config, hooks, halves, moved, fallback, pager, mail, alertmanager }
}
