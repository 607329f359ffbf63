/** What only the thread of a role is started with. */
const ROLES = [
  ['control', 'monitor'],
  ['requests', 'web'],
  ['commands', 'recorder'],
  ['alerts', 'alerter'],
  ['launch', 'cluster'],
] as const

/** What a thread of the program is for. */
export type ThreadRole = (typeof ROLES)[number][1] | 'poller'

/** The role of the thread that was started with this data. */
export function roleOf(workerData: unknown): ThreadRole {
  const data = (workerData ?? {}) as Record<string, unknown>
  return ROLES.find(([key]) => data[key] !== undefined)?.[1] ?? 'poller'
}
