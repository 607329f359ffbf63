import type { ShownState } from '../../state/shown-state.ts'
import { timeCell } from './cells.ts'
import { padEndTo, padStartTo } from './width.ts'

/** Columns before the bar: the name of the phase and its time. */
const NAME_WIDTH = 9
const TIME_WIDTH = 7

/** The phases of a poll in their order, a line each: its name, how long it took, and a bar that begins where the one before ends. */
export function waterfallLines({ phasesMs, durationMs }: ShownState, columns: number): string[] {
  const { dns, proxy, connect, tls, wait } = phasesMs
  const phases = [
    ['dns', dns],
    ['proxy', proxy ?? 0],
    ['connect', connect],
    ['tls', tls],
    ['wait', wait],
  ] as const
  const reached = phases.filter(([, ms]) => ms > 0)
  const whole = Math.max(
    durationMs,
    reached.reduce((sum, [, ms]) => sum + ms, 0),
  )
  const width = Math.max(1, columns - NAME_WIDTH - TIME_WIDTH - 2)
  const column = (ms: number) => Math.round((ms / whole) * (width - 1))
  let before = 0
  return reached.map(([name, ms]) => {
    const bar = '█'.repeat(Math.max(1, column(before + ms) - column(before)))
    const line = `${padEndTo(name, NAME_WIDTH)}${padStartTo(timeCell(ms), TIME_WIDTH)}  ${' '.repeat(column(before))}${bar}`
    before += ms
    return line
  })
}
