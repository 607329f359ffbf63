import type { ReadAlerts } from '../config.ts'
import { checkInhibitions } from './check-inhibitions.ts'
import { readHeartbeat } from './heartbeat.ts'
import { readMaintenance } from './maintenance.ts'
import { readReceivers } from './receivers.ts'
import { readRules } from './rules.ts'

/** Reads the keys of a configuration that say who is told of what, and reports mistakes. */
export const readAlerts: ReadAlerts = (reader, trees, directory) => {
  const { receivers, names } = readReceivers(reader, trees.receivers, directory)
  const { rules, offsets } = readRules(reader, trees.alerts, names)
  checkInhibitions(reader, rules, offsets)
  const maintenance = readMaintenance(reader, trees.maintenance, Date.now())
  const heartbeat = readHeartbeat(reader, trees.heartbeat, directory)
  return { alerts: { receivers, rules, maintenance, heartbeat }, ruleOffsets: offsets }
}
