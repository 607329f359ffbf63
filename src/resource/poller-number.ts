declare const brand: unique symbol

/** A poller's number as people, messages and States see it, from 1. Where main keeps an array of pollers, it has an index, from 0. */
export type PollerNumber = number & { readonly [brand]: 'PollerNumber' }

/** The number of the poller with this index, from 0. */
export function pollerNumber(index: number): PollerNumber {
  return (index + 1) as PollerNumber
}
