/** Prometheus gives up at its time-out: a reply has to be there this long before, in s. */
const OFFSET_S = 0.5

/** The time for a probe when nobody sets one, in s. */
const DEFAULT_S = 120

/**
 * The time for a probe, in s: that of its module, or what Prometheus allows, if that is shorter; two minutes at most. `header`: of
 * X-Prometheus-Scrape-Timeout-Seconds. NaN if it is no number as Go reads them.
 */
export function probeTimeoutS(header: string, moduleS: number): number {
  const asked = header === '' ? 0 : numberOf(header)
  const most = (asked === 0 ? DEFAULT_S : asked) - OFFSET_S
  const seconds = (moduleS > 0 && moduleS < most) || most < 0 ? moduleS : most
  return Math.min(seconds, DEFAULT_S)
}

function numberOf(text: string): number {
  const infinity = INFINITY.exec(text)
  if (infinity !== null) return infinity[1] === '-' ? -Infinity : Infinity
  const number = NUMBER.test(text) ? Number(text) : Number.NaN
  return Number.isFinite(number) ? number : Number.NaN
}

const INFINITY = /^([+-]?)inf(?:inity)?$/i

const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i
