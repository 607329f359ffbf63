/**
 * Durations are kept as steps of a logarithmic scale: step `n` begins at 0.1 ms × 1.07^n. A step is given back as its geometric mean, so
 * that what is read is within DURATION_ERROR of what was recorded, from 0.1 ms to 48 minutes; outside, it is the nearest of the two.
 */
const MIN_MS = 0.1
const GROWTH = Math.log(1.07)
/** Steps of the sums: a byte each. */
export const STEPS = 255
/** Parts of a step that a single poll is kept to, so that its duration is within 0.02 %. */
const PARTS = 256

/** The relative error of durations in sums: √1.07 - 1. */
export const DURATION_ERROR = 0.0345

/** The duration of a poll, in ms, in 16 bits: its step in the upper 8. */
export function encodeDuration(ms: number): number {
  if (!(ms > MIN_MS)) return 0
  return Math.min(Math.floor((Math.log(ms / MIN_MS) / GROWTH) * PARTS), STEPS * PARTS - 1)
}

/** The duration of a single poll, in ms. */
export function decodeDuration(code: number): number {
  return round(MIN_MS * Math.exp(((code + 0.5) / PARTS) * GROWTH))
}

/** The step of a duration in 16 bits. */
export function stepOf(code: number): number {
  return code >> 8
}

/** The duration of a phase, in ms, in 8 bits: its step plus 1; 0 if it was not reached. */
export function encodePhase(ms: number): number {
  return ms > 0 ? stepOf(encodeDuration(ms)) + 1 : 0
}

/** The duration of a phase, in ms. */
export function decodePhase(code: number): number {
  return code === 0 ? 0 : Number(stepMs(code - 1).toPrecision(3))
}

const STEP_MS = Float64Array.from({ length: STEPS }, (_, step) => MIN_MS * Math.exp((step + 0.5) * GROWTH))

/** The duration that a step stands for, in ms. */
export function stepMs(step: number): number {
  return STEP_MS[step] as number
}

/** A code holds no more digits. */
function round(ms: number): number {
  return Number(ms.toPrecision(6))
}
