declare const brand: unique symbol

/** The number of a poller, from 1, as in every message, State and line of output. */
export type PollerNumber = number & { readonly [brand]: 'PollerNumber' }

/** The number of the poller at a place of an array, from 0. */
export function pollerNumber(index: number): PollerNumber {
  return (index + 1) as PollerNumber
}

/** The place of a poller in an array, from 0. */
export function pollerIndex(number: PollerNumber): number {
  return number - 1
}

/** The numbers of `count` pollers. */
export function pollerNumbers(count: number): PollerNumber[] {
  return Array.from({ length: count }, (_, index) => pollerNumber(index))
}
