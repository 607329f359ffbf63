import type { PlannedGroup } from './plan.ts'

type Settings = Omit<PlannedGroup, 'urls'>

/** The groups of `urls` URLs: one for each set of settings in use, and one with the settings of the flags. */
export function planGroups(
  { intervalMs, timeoutMs, keepAlive }: Settings,
  urls: number,
  inUse: Iterable<{ readonly overrides: Partial<Settings>; readonly uses: number }>,
): PlannedGroup[] {
  const groups: PlannedGroup[] = []
  let others = urls
  for (const { overrides, uses } of inUse) {
    groups.push({ intervalMs, timeoutMs, keepAlive, ...overrides, urls: uses })
    others -= uses
  }
  if (others > 0) groups.push({ intervalMs, timeoutMs, keepAlive, urls: others })
  return groups
}
