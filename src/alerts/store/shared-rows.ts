import type { Silence } from '../alert-rule.ts'
import type { Notification } from '../notification.ts'
import type { AlertRow, GroupRow, PlannerMarks } from '../plan/planner-state.ts'
import { fromJson, toJson } from './alert-json.ts'
import { deliveryKey } from './delivery-row.ts'
import type { DeliveryRow } from './delivery-row.ts'
import { Unsaved } from './unsaved.ts'

/** Rows of an alert state by name, as JSON, for whoever goes on with it. Null: the row is removed. */
export type SharedFields = readonly (readonly [name: string, text: string | null])[]

/** The state of alerts that several machines share: one at a time has it. */
export interface SharedState {
  /** All rows, as the machine before has left them. */
  readonly seed: SharedFields
  /** These rows were written. */
  written(fields: SharedFields): void
}

/** Names a delivery in the tables. */
type Delivered = Pick<DeliveryRow, 'sequence' | 'receiver' | 'state'>

/**
 * What of a transaction others need. Of a notification that is not to be sent any more they need nothing. `deliveriesOf`: those of a
 * notification, after the transaction.
 */
export function sharedFields(
  unsaved: Unsaved,
  deliveriesOf: (sequence: number) => readonly Delivered[],
): SharedFields {
  const fields = new Map<string, string | null>()
  const put = (name: string, row: unknown) => fields.set(name, row === null ? null : toJson(row))
  for (const [key, fallback] of unsaved.fallbacks) put(`fallback ${key}`, fallback)
  for (const [receiver, until] of unsaved.pauses) put(`pause ${receiver}`, until)
  for (const [sequence, notification] of unsaved.notifications) put(`notification ${sequence}`, notification)
  for (const row of unsaved.deliveries.values()) put(`delivery ${deliveryKey(row)}`, row)
  for (const sequence of new Set(Array.from(unsaved.deliveries.values(), (row) => row.sequence))) {
    const all = deliveriesOf(sequence)
    if (all.some(({ state }) => state === 'pending')) continue
    put(`notification ${sequence}`, null)
    for (const row of all) put(`delivery ${deliveryKey(row)}`, null)
  }
  if (unsaved.marks !== null) put('marks', unsaved.marks)
  // After what is to be sent: whoever finds a part of a long change rather tells something twice than not at all.
  for (const [key, row] of unsaved.alerts) put(`alert ${key}`, row)
  for (const [key, row] of unsaved.groups) put(`group ${key}`, row)
  for (const [key, row] of unsaved.silences) put(`silence ${key}`, row)
  return [...fields]
}

/** The field with the name of the state, from which ids of notifications are made. */
export function instanceField(instance: string): SharedFields[number] {
  return ['instance', toJson(instance)]
}

/** The rows of shared fields, and the name of the state; null: it has none yet. Throws a DamagedBlob. */
export function rowsOf(fields: SharedFields): { readonly rows: Unsaved; readonly instance: string | null } {
  const rows = new Unsaved()
  let instance: string | null = null
  for (const [name, text] of fields) {
    if (text === null) continue
    const at = name.indexOf(' ')
    const [kind, key] = at < 0 ? [name, ''] : [name.slice(0, at), name.slice(at + 1)]
    const row = fromJson(text)
    switch (kind) {
      case 'alert':
        rows.alerts.set(key, row as AlertRow)
        break
      case 'group':
        rows.groups.set(key, row as GroupRow)
        break
      case 'silence':
        rows.silences.set(key, row as Silence)
        break
      case 'fallback':
        rows.fallbacks.set(key, String(row))
        break
      case 'pause':
        rows.pauses.set(key, Number(row))
        break
      case 'notification':
        rows.notifications.set(Number(key), row as Notification)
        break
      case 'delivery':
        // An earlier version writes no addresses.
        rows.delivery({ addresses: null, ...(row as Omit<DeliveryRow, 'addresses'>) })
        break
      case 'marks':
        rows.marks = row as PlannerMarks
        break
      case 'instance':
        instance = String(row)
        break
      default: // Of a newer version, which keeps it.
    }
  }
  return { rows, instance }
}
