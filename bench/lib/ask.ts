import { setTimeout as sleep } from 'node:timers/promises'
import { median } from './numbers.ts'

/** Pause between two requests, in ms. */
const PAUSE_MS = 50

/** Asks a URL some times, one after the other, as Prometheus does. Resolves with the median of the times, in ms. */
export async function medianMs(url: string, times: number): Promise<number> {
  const took: number[] = []
  for (let n = 0; n < times; n++) {
    const began = performance.now()
    const response = await fetch(url, { headers: { 'accept-encoding': 'gzip' } })
    await response.arrayBuffer()
    took.push(performance.now() - began)
    if (!response.ok) throw new Error(`${url} answers ${response.status}`)
    await sleep(PAUSE_MS)
  }
  return median(took)
}
