import { setTimeout as sleep } from 'node:timers/promises'

/** Waits until `condition` holds; throws when it does not within a time that no machine needs. */
export async function waitUntil(condition: () => boolean, withinMs = 20_000): Promise<void> {
  const end = performance.now() + withinMs
  while (!condition()) {
    if (performance.now() > end) throw new Error(`not within ${withinMs} ms: ${String(condition)}`)
    await sleep(5)
  }
}
