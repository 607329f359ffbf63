import { setImmediate as turn } from 'node:timers/promises'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import type { Notification, SendResult } from '../../src/alerts/notification.ts'
import { DeliveryQueue } from '../../src/alerts/delivery/delivery-queue.ts'
import type { QueuedReceiver } from '../../src/alerts/delivery/receiver-queue.ts'
import { NotificationPlanner } from '../../src/alerts/plan/notification-planner.ts'
import { AlertStore } from '../../src/alerts/store/alert-store.ts'
import { alertOf, plannerOptions, ruleOf, START } from './samples.ts'

const SENT: SendResult = { type: 'sent', said: '200 OK' }

test('what the planner makes is written, sent and marked', async (t: ExecutionContext) => {
  let now = START
  const warnings: string[] = []
  const store = new AlertStore(':memory:', { now: () => now, warn: (line) => warnings.push(line) })
  const sent: Notification[] = []
  const receiver: QueuedReceiver = {
    sender: {
      send: (notification) => {
        sent.push(notification)
        return Promise.resolve(SENT)
      },
    },
    fallback: null,
    perMinute: 60,
  }
  const planner = new NotificationPlanner(
    plannerOptions({ instance: store.instance, rules: [ruleOf()] }),
    store.loadPlan(),
    now,
  )
  const queue = new DeliveryQueue({
    store,
    receivers: new Map([['ops', receiver]]),
    now: () => now,
    warn: (line) => warnings.push(line),
    onSettled: () => {},
  })
  planner.apply([{ type: 'fired', alert: alertOf('a') }], now)
  queue.add(store.write(planner.tick(now)))
  now = planner.nextDue()
  queue.add(store.write(planner.tick(now)))
  queue.tick(now)
  await turn()
  t.deepEqual(
    sent.map(({ cause, total }) => [cause, total]),
    [['new', 1]],
  )
  t.is(store.finished('sent', 10).length, 1)
  t.deepEqual(store.loadPending(), [])
  t.deepEqual(warnings, [])
  t.is(queue.counts.find(({ result }) => result === 'sent')?.count, 1)
  store.close()
})
