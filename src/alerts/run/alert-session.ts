import { randomUUID } from 'node:crypto'
import { counted } from '../../resource/counted.ts'
import { wholeExpression } from '../../settings/pattern.ts'
import type { AlertFigures, LabelledCount } from '../../state/alert-figures.ts'
import type { AlertConfig } from '../alert-rule.ts'
import { DeliveryQueue } from '../delivery/delivery-queue.ts'
import { fencedQueue } from '../delivery/fenced-queue.ts'
import { Heartbeat } from '../delivery/heartbeat.ts'
import { AlertEngine } from '../engine/alert-engine.ts'
import type { UptimeShare } from '../uptime-share.ts'
import type { MaintenanceCalendar } from '../plan/maintenance.ts'
import { NotificationPlanner } from '../plan/notification-planner.ts'
import { shownAlert } from '../plan/shown-alert.ts'
import { sendHttp } from '../receivers/http-client.ts'
import type { AlertStore } from '../store/alert-store.ts'
import type { DeliveryRow } from '../store/delivery-row.ts'
import { countAlerts } from './alert-counts.ts'
import { AlertDesk } from './alert-desk.ts'
import { AlertIntake } from './alert-intake.ts'
import { Alerter } from './alerter.ts'
import { compileMatch, hashText, linkTo, maintenanceOf, receiversOf, toldOf } from './create-parts.ts'
import type { SendingOptions } from './create-parts.ts'
import { onceRules } from './once-rules.ts'

/** What an AlertSession needs to know of a run. */
export interface SessionOptions extends SendingOptions {
  readonly config: AlertConfig
  /** Each URL is polled once: what it finds counts at once, and all that turned is told at the end of the run. */
  readonly once: boolean
  /** A later run goes on with the file; false: nobody does. */
  readonly keepsState: boolean
  /** Null: no other machine tells people. */
  readonly fence: Parameters<typeof fencedQueue>[1]
  /** The status page, for links; '' without one. */
  readonly link: string
}

/** What an AlertSession needs from its thread. */
export interface SessionHooks {
  /** In ms since the epoch, of a clock that is never set. */
  readonly now: () => number
  /** In ms since the epoch, of the clock of the machine. */
  readonly wallNow: () => number
  /** Takes lines for people. */
  readonly warn: (line: string) => void
  /** See EngineOptions. */
  uptimeOf(url: string, overMs: number, wallNow: number): Promise<UptimeShare>
  /** Whether URLs are being polled: heartbeats are sent as long as they are. */
  isHealthy(): boolean
}

/** Everything that the alerter thread does, put together: polls in, notifications out, answers. */
export class AlertSession {
  readonly intake: AlertIntake
  readonly desk: AlertDesk
  readonly #engine: AlertEngine
  readonly #planner: NotificationPlanner
  readonly #queue: DeliveryQueue
  readonly #alerter: Alerter<DeliveryRow>
  readonly #options: SessionOptions
  readonly #hooks: SessionHooks
  #link: string
  #maintenance: MaintenanceCalendar
  /** The settings of the heartbeat. */
  #heartbeat = ''

  constructor(store: AlertStore, options: SessionOptions, hooks: SessionHooks) {
    const { config, once, keepsState } = options
    const { now, wallNow, warn } = hooks
    this.#options = options
    this.#hooks = hooks
    this.#link = options.link
    const wallOffset = () => wallNow() - now()
    this.#engine = new AlertEngine(this.#rules(config), {
      hash: hashText,
      compile: wholeExpression,
      // What runs of a second have seen says nothing of a day.
      uptimeOf: (...asked) => (once ? Promise.resolve(null) : hooks.uptimeOf(...asked)),
      wallOffset,
    })
    this.#maintenance = maintenanceOf(config)
    const planning = {
      rules: this.#rules(config),
      maintenance: this.#maintenance,
      compileMatch,
      hash: hashText,
      instance: store.instance,
      wallOffset,
    }
    const saved = store.loadPlan()
    this.#planner = new NotificationPlanner(
      { ...planning, current: this.#engine.current, linkTo: (alerts) => linkTo(this.#link, alerts) },
      saved,
      now(),
    )
    store.takeSnapshot = () => this.#planner.snapshot()
    // The engine counts by the clock that is never set, also when an earlier thread of this run was suspended.
    this.#engine.restore(this.#planner.firing().map((alert) => shownAlert(alert, now() - wallNow())))
    this.#queue = new DeliveryQueue({
      store,
      receivers: this.#receivers(config),
      receiversOf: this.#planner.receiversOf,
      now,
      savedAt: saved.marks?.savedAt ?? null,
      warn,
      onSettled: () => this.#alerter.settled(),
    })
    this.#alerter = new Alerter({
      engine: this.#engine,
      planner: this.#planner,
      store,
      queue: fencedQueue(this.#queue, options.fence, () => this.#alerter.wake()),
      now,
      tellsAtEnd: once,
      keepsWaits: keepsState && !once,
    })
    this.#setHeartbeat(config)
    this.intake = new AlertIntake(this.#engine, now, () => this.#alerter.wake())
    this.desk = new AlertDesk({
      planner: this.#planner,
      current: this.#engine.current,
      store,
      queue: this.#queue,
      maintenance: () => this.#maintenance,
      now,
      wallNow,
      newId: randomUUID,
      changed: () => this.#alerter.turn(),
    })
  }

  /** How the alerter is. */
  get figures(): Omit<AlertFigures, 'cpuMs'> {
    const notifications = this.#queue.counts.map(({ receiver, result, count }): LabelledCount => [
      [receiver, result],
      count,
    ])
    const now = this.#hooks.wallNow()
    return {
      ...countAlerts(this.#planner.alerts()),
      silences: this.#planner.silences().filter(({ from, to }) => from <= now && now < to).length,
      maintenance: this.#maintenance
        .list(now)
        .map(({ window: { name }, isOpen }): LabelledCount => [[name], Number(isOpen)]),
      notifications,
      pending: this.#queue.waiting,
    }
  }

  /** Takes another configuration, and where the status page is. */
  configure(config: AlertConfig, link: string): void {
    this.#link = link
    this.#engine.reconfigure(this.#rules(config), this.#hooks.now())
    this.#maintenance = maintenanceOf(config)
    this.#planner.configure(this.#rules(config), this.#maintenance)
    this.#queue.configure(this.#receivers(config))
    this.#setHeartbeat(config)
    this.#alerter.turn()
  }

  /** The last turn. Resolves when all that can be sent within `patienceMs` is sent, and the file is closed. */
  async finish(patienceMs: number): Promise<void> {
    await this.#alerter.finish(patienceMs)
    const { waiting } = this.#queue
    if (waiting === 0) return
    const fate = this.#options.keepsState
      ? 'left, for the next run to send'
      : 'lost, which --alert-state FILE would have kept'
    this.#hooks.warn(`alerts: ${counted(waiting, 'notification')} ${fate}`)
  }

  #rules({ rules }: AlertConfig): AlertConfig['rules'] {
    return this.#options.once ? onceRules(rules) : rules
  }

  #receivers(config: AlertConfig): ReturnType<typeof receiversOf> {
    return receiversOf(config, {
      ...this.#options,
      firing: (groupKey) => toldOf(this.#planner.alerts(), groupKey),
    })
  }

  /** One that is as it was goes on: a reload makes no request, and begins no interval. */
  #setHeartbeat({ heartbeat }: AlertConfig): void {
    const settings = JSON.stringify(heartbeat)
    if (settings === this.#heartbeat) return
    this.#heartbeat = settings
    if (heartbeat === null) return this.#alerter.setPeriodic(null)
    const sending = { ...this.#options, receiver: 'heartbeat' }
    this.#alerter.setPeriodic(
      new Heartbeat({
        ...heartbeat,
        isHealthy: () => this.#hooks.isHealthy(),
        request: (url, signal) =>
          sendHttp({ url, method: 'GET', headers: {}, body: '', secrets: [] }, sending, signal),
        warn: (line) => this.#hooks.warn(line),
      }),
    )
  }
}
