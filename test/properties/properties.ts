import type { Property } from '../helpers/property.ts'
import { ALERT_PROPERTIES } from './alerts.ts'
import { BODY_PROPERTIES } from './bodies.ts'
import { CHARSET_PROPERTIES } from './charsets.ts'
import { HISTORY_PROPERTIES } from './history.ts'
import { PATTERN_PROPERTIES } from './patterns.ts'
import { REDIRECT_PROPERTIES } from './redirects.ts'
import { SETTING_PROPERTIES } from './settings.ts'
import { UPTIME_PROPERTIES } from './uptime.ts'
import { VERDICT_PROPERTIES } from './verdicts.ts'

/** What holds for all values. */
export const PROPERTIES: readonly Property[] = [
  ...ALERT_PROPERTIES,
  ...SETTING_PROPERTIES,
  ...PATTERN_PROPERTIES,
  ...CHARSET_PROPERTIES,
  ...BODY_PROPERTIES,
  ...REDIRECT_PROPERTIES,
  ...VERDICT_PROPERTIES,
  ...UPTIME_PROPERTIES,
  ...HISTORY_PROPERTIES,
]
