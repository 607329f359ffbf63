import type { Alert } from '../alert.ts'
import type { Silence } from '../alert-rule.ts'
import type { Notification } from '../notification.ts'
import type { MaintenanceCalendar } from '../plan/maintenance.ts'
import { labelledNow } from '../plan/labels-now.ts'
import { isFiring } from '../plan/planner-state.ts'
import type { AlertRow, GroupRow } from '../plan/planner-state.ts'
import type { DeliveryRow } from '../store/delivery-row.ts'
import type {
  AlertAnswers,
  AlertQuestion,
  ListedAlert,
  ListedDelivery,
  ListedWindow,
  NewSilence,
} from './alert-question.ts'

/** A NotificationPlanner, as questions use it. */
interface Planner {
  alerts(): readonly AlertRow[]
  groups(): readonly GroupRow[]
  isMuted(row: AlertRow): boolean
  silences(): readonly Silence[]
  silence(silence: Silence, wallNow: number): boolean
  endSilence(id: string): boolean
  acknowledge(key: string, by: string, now: number): boolean
}

/** An AlertStore, as questions use it. */
interface Store {
  latest(state: DeliveryRow['state'], limit: number): readonly DeliveryRow[]
  notification(sequence: number): Notification | null
}

/** What answers questions about alerts. */
export interface DeskParts {
  readonly planner: Planner
  /** An alert that fires as it is now. */
  readonly current: (alert: Alert) => Alert
  readonly store: Store
  readonly queue: { readonly waiting: number }
  /** The maintenance windows of the configuration. */
  readonly maintenance: () => Pick<MaintenanceCalendar, 'list'>
  /** In ms since the epoch, of a clock that is never set. */
  readonly now: () => number
  /** In ms since the epoch, of the clock of the machine, which silences and maintenance follow. */
  readonly wallNow: () => number
  /** Makes a new id. */
  readonly newId: () => string
  /** What a person did is written at once. */
  readonly changed: () => void
}

/** Answers the questions of the web thread about alerts, and does what people ask for. */
export class AlertDesk {
  readonly #parts: DeskParts

  constructor(parts: DeskParts) {
    this.#parts = parts
  }

  answer(question: AlertQuestion): AlertAnswers[AlertQuestion['type']] {
    const { planner, now } = this.#parts
    switch (question.type) {
      case 'alerts':
        return this.#alerts(question.limit)
      case 'deliveries':
        return this.#deliveries(question.state, question.limit)
      case 'silences':
        return { silences: planner.silences() }
      case 'maintenance':
        return { windows: this.#windows() }
      case 'silence':
        return this.#silence(question.silence)
      case 'endSilence':
        return this.#did(planner.endSilence(question.id))
      case 'acknowledge':
        return this.#did(planner.acknowledge(question.key, question.by, now()))
      default:
        return question satisfies never
    }
  }

  #windows(): readonly ListedWindow[] {
    const { maintenance, wallNow } = this.#parts
    return maintenance()
      .list(wallNow())
      .map(({ window: { name, match }, span, isOpen }) => ({ name, match, span, isOpen }))
  }

  #alerts(limit: number): AlertAnswers['alerts'] {
    const { planner, current } = this.#parts
    const groups = new Map(planner.groups().map((group) => [group.key, group]))
    const rows = planner.alerts().toSorted((one, other) => one.alert.since - other.alert.since)
    const list = (row: AlertRow): ListedAlert => ({
      alert: isFiring(row) ? current(labelledNow(row)) : row.alert,
      phase: row.phase,
      groupKey: row.groupKey,
      isMuted: planner.isMuted(row),
      acknowledged: groups.get(row.groupKey)?.acknowledged ?? null,
    })
    return { alerts: rows.slice(0, limit).map(list), total: rows.length }
  }

  #deliveries(state: DeliveryRow['state'], limit: number): AlertAnswers['deliveries'] {
    const { store, queue } = this.#parts
    return {
      deliveries: store.latest(state, limit).map((row) => this.#delivery(row)),
      pending: queue.waiting,
    }
  }

  #delivery(row: DeliveryRow): ListedDelivery {
    const { store, now, wallNow } = this.#parts
    const notification = store.notification(row.sequence)
    const { receiver, groupKey, attempts, said } = row
    const wallOffset = wallNow() - now()
    return {
      id: notification?.id ?? '',
      receiver,
      title: notification === null ? '' : `${notification.rule}: ${notification.kind} ${notification.status}`,
      groupKey,
      attempts,
      createdAt: row.createdAt + wallOffset,
      finishedAt: row.finishedAt === null ? null : row.finishedAt + wallOffset,
      said,
    }
  }

  #silence({ id, from, ...silence }: NewSilence): AlertAnswers['silence'] {
    const { planner, wallNow, newId, changed } = this.#parts
    const at = wallNow()
    const made: Silence = { ...silence, id: id ?? newId(), from: from ?? at }
    if (id !== null && !planner.silences().some((one) => one.id === id))
      return { id: null, why: 'id: there is no silence with this id; without one, another is made' }
    if (made.to <= Math.max(at, made.from)) return { id: null, why: 'it ends before it begins' }
    try {
      if (!planner.silence(made, at)) return { id: null, why: 'there are too many silences' }
    } catch (error) {
      // A regular expression that a person has typed.
      if (!(error instanceof RangeError)) throw error
      return { id: null, why: error.message }
    }
    changed()
    return { id: made.id, why: '' }
  }

  #did(isDone: boolean): { readonly isDone: boolean } {
    if (isDone) this.#parts.changed()
    return { isDone }
  }
}
