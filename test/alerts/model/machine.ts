import { copyFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { DeliveryQueue } from '../../../src/alerts/delivery/delivery-queue.ts'
import type { Notification, SendResult } from '../../../src/alerts/notification.ts'
import { NotificationPlanner } from '../../../src/alerts/plan/notification-planner.ts'
import { AlertStore } from '../../../src/alerts/store/alert-store.ts'
import { plannerOptions } from '../../helpers/alert-samples.ts'
import { isQuiet, RECEIVERS, RULES } from './world.ts'
import type { Kill, Muting } from './world.ts'

/** What came to a receiver. */
export interface Arrival {
  readonly receiver: string
  readonly notification: Notification
  readonly sequence: number
}

/** Planner, store and queue as the alerter thread puts them together. It is given up when it is killed, and its files are copied. */
export class Machine {
  readonly planner: NotificationPlanner
  readonly store: AlertStore
  readonly queue: DeliveryQueue
  readonly #file: string
  readonly #windows: Muting['windows']
  readonly #arrived: (arrival: Arrival) => boolean
  /** Of notifications, by their ids. */
  readonly #sequences = new Map<string, number>()
  now: number
  /** What is to kill it; null: nothing. */
  fate: Exclude<Kill, 'now'> | null = null
  isDead = false

  /** `arrived` is told of each notification that comes to a receiver; it returns whether the receiver takes it. */
  constructor(file: string, windows: Muting['windows'], now: number, arrived: (arrival: Arrival) => boolean) {
    this.#file = file
    this.#windows = windows
    this.#arrived = arrived
    this.now = now
    const warn = (line: string) => {
      if (!line.startsWith('receiver ')) throw new Error(line)
    }
    this.store = new AlertStore(file, { now: () => this.now, warn })
    const muting = { windows, silences: new Map() }
    this.planner = new NotificationPlanner(
      plannerOptions({
        rules: RULES,
        instance: this.store.instance,
        maintenance: {
          covers: (alert, at) => isQuiet(alert, muting, at),
          nextChange: (at) =>
            Math.min(
              ...this.#windows.flatMap(({ from, to }) => [from, to]).filter((time) => time > at),
              Infinity,
            ),
        },
      }),
      this.store.loadPlan(),
      now,
    )
    this.store.takeSnapshot = () => this.planner.snapshot()
    for (const { sequence } of this.store.loadPending())
      this.#sequences.set(this.store.notification(sequence)?.id ?? '', sequence)
    const receiver = (name: string) => ({
      sender: { send: (notification: Notification) => this.#send(name, notification) },
      settings: '',
      fallback: name === 'chat' ? 'backup' : null,
      fallbackAfterMs: 60_000,
      perMinute: 1_000,
    })
    this.queue = new DeliveryQueue({
      store: this.store,
      receivers: new Map(RECEIVERS.map((name) => [name, receiver(name)])),
      now: () => this.now,
      // The times of all attempts are whole seconds.
      random: () => 0,
      warn,
      onSettled: () => {},
    })
  }

  get nextDue(): number {
    return Math.min(this.planner.nextDue(), this.queue.nextDue)
  }

  /** One turn. Returns whether it was written. */
  async turn(now: number): Promise<boolean> {
    this.now = now
    const planned = this.planner.tick(now)
    for (const { sequence, notification } of planned.notifications)
      this.#sequences.set(notification.id, sequence)
    if (this.#dies('unwritten')) return false
    const rows = this.store.write(planned)
    if (this.#dies('written')) return true
    this.queue.add(rows)
    this.queue.tick(now)
    await turn()
    return true
  }

  /** Leaves its files as a process leaves them that is killed, in a new place. */
  die(directory: string): string {
    this.isDead = true
    mkdirSync(directory)
    const file = join(directory, 'alerts.db')
    for (const end of ['', '-wal']) copyFileSync(`${this.#file}${end}`, `${file}${end}`)
    void this.queue.close(0)
    this.store.close()
    return file
  }

  #dies(when: Kill): boolean {
    this.isDead ||= this.fate === when
    return this.isDead
  }

  #send(receiver: string, notification: Notification): Promise<SendResult> {
    if (this.isDead) return new Promise(() => {})
    const sequence = this.#sequences.get(notification.id) ?? Number.NaN
    const isTaken = this.#arrived({ receiver, notification, sequence })
    // Its answer never comes.
    if (isTaken && this.#dies('sending')) return new Promise(() => {})
    return Promise.resolve(
      isTaken ? { type: 'sent', said: '200' } : { type: 'retry', said: '503', retryAfterMs: null },
    )
  }
}
