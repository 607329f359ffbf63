import { formatSpan } from '../text/times.ts'

/** When a silence or a window ends, or begins if it is not open. Times are in ms since the epoch. */
export function spanText(isOpen: boolean, from: number, to: number, now: number): string {
  return isOpen
    ? `ends in ${formatSpan(Math.max(0, to - now))}`
    : `begins in ${formatSpan(Math.max(0, from - now))}`
}
