import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import v8 from 'node:v8'
import vm from 'node:vm'
import test from 'ava'
import { DeliveryQueue } from '../../src/alerts/delivery/delivery-queue.ts'
import type { Notification, SendResult } from '../../src/alerts/notification.ts'
import { NotificationPlanner } from '../../src/alerts/plan/notification-planner.ts'
import { AlertStore } from '../../src/alerts/store/alert-store.ts'
import { alertOf, plannerOptions, START, webRule } from '../helpers/alert-samples.ts'
import { directoryOf } from '../helpers/directory.ts'
import { repetitions } from '../helpers/thorough.ts'

const ALERTS = repetitions(20_000, 100_000)
const GROUPS = 10
/** What an alert that fires may take, in bytes of the heap. */
const ALERT_BYTES = 1_500

v8.setFlagsFromString('--expose-gc')
const collect = vm.runInNewContext('gc') as () => void

function heap(): number {
  collect()
  return process.memoryUsage().heapUsed
}

test('whatever turns at once is one notification for each group, and memory is given back', async (t) => {
  const before = heap()
  let now = START
  const warn = (line: string) => t.fail(line)
  const store = new AlertStore(join(directoryOf(t), 'alerts.db'), { now: () => now, warn })
  t.teardown(() => store.close())
  const sent: Notification[] = []
  const send = (notification: Notification): Promise<SendResult> => {
    sent.push(notification)
    return Promise.resolve({ type: 'sent', said: '' })
  }
  const queue = new DeliveryQueue({
    store,
    receivers: new Map([
      ['ops', { sender: { send }, settings: '', fallback: null, fallbackAfterMs: 0, perMinute: 60 }],
    ]),
    now: () => now,
    warn,
    onSettled: () => {},
  })
  const planner = new NotificationPlanner(
    plannerOptions({ rules: [webRule({ groupBy: ['rack'] })], instance: store.instance }),
    store.loadPlan(),
    now,
  )
  const alert = (n: number) => alertOf(`host${n}`, { labels: { rack: `${n % GROUPS}`, n: `${n}` } })
  const storm = async (type: 'fired' | 'resolved') => {
    planner.apply(
      Array.from({ length: ALERTS }, (_, n) => ({ type, alert: alert(n) })),
      now,
    )
    queue.add(store.write(planner.tick(now)))
    now += 10_000
    queue.add(store.write(planner.tick(now)))
    while (queue.nextDue <= now || queue.waiting > 0) {
      queue.tick(now)
      await turn()
    }
    t.deepEqual(
      sent
        .splice(0)
        .map(({ alerts, total, commonLabels }) => [alerts.length, total, Object.keys(commonLabels)]),
      Array.from({ length: GROUPS }, () => [20, ALERTS / GROUPS, ['rack']]),
    )
  }
  await storm('fired')
  t.is(planner.alerts().length, ALERTS)
  const during = heap() - before
  t.log(`${Math.round(during / ALERTS)} bytes of the heap for each alert`)
  t.true(during < ALERTS * ALERT_BYTES)
  now += 60_000
  await storm('resolved')
  t.deepEqual([planner.alerts(), planner.groups(), store.loadPlan().alerts], [[], [], []])
  t.true(heap() - before < during / 10 + 5e6)
})
