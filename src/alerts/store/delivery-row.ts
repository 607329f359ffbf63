import type { AddressProgress } from '../notification.ts'

/** What has become of a delivery: it is to be sent, it was sent, a later one was sent in its place, another receiver was given it, or nobody could be told. */
export type DeliveryState = 'pending' | 'sent' | 'replaced' | 'fallback' | 'dead'

/** A notification for one receiver. Times are in ms since the epoch. */
export interface DeliveryRow {
  /** Of the notification. */
  readonly sequence: number
  readonly receiver: string
  readonly groupKey: string
  readonly state: DeliveryState
  /** Attempts that failed. */
  readonly attempts: number
  /** No attempt before. */
  readonly dueAt: number
  readonly createdAt: number
  /** Null while it is pending. */
  readonly finishedAt: number | null
  /** What came of the last attempt, for people; '' before it. */
  readonly said: string
  /** Of one that is pending: who of its addresses has it; null: nobody, or it has none. */
  readonly addresses: AddressProgress | null
}

export function deliveryKey({ sequence, receiver }: Pick<DeliveryRow, 'sequence' | 'receiver'>): string {
  return `${sequence} ${receiver}`
}

/** The key under which it is kept who was told of a group in place of a receiver. */
export function routeKey({ groupKey, receiver }: Pick<DeliveryRow, 'groupKey' | 'receiver'>): string {
  return `${groupKey} ${receiver}`
}

/** A delivery before its first attempt. */
export function pendingRow(
  { sequence, receiver, groupKey }: Pick<DeliveryRow, 'sequence' | 'receiver' | 'groupKey'>,
  now: number,
): DeliveryRow {
  const ahead = { state: 'pending', attempts: 0, dueAt: now, createdAt: now } as const
  return { sequence, receiver, groupKey, ...ahead, finishedAt: null, said: '', addresses: null }
}

/** A delivery in place of another that could not be made: who has the notification does not get it again. */
export function standInRow(row: DeliveryRow, receiver: string, now: number): DeliveryRow {
  const taken = Object.entries(row.addresses ?? {}).filter(([, progress]) => progress === 'taken')
  const addresses = taken.length === 0 ? null : Object.fromEntries(taken)
  return { ...pendingRow({ ...row, receiver }, now), addresses }
}
