import type { ReadAlerts } from '../../src/config/config.ts'
import { readAlerts } from '../../src/config/alerts/read-alerts.ts'

/** What reads the keys of alerts in a ConfigFile. */
export const loadAlerts = (): Promise<ReadAlerts> => Promise.resolve(readAlerts)
