import type { ReceiverConfig } from '../alert-rule.ts'
import type { Sender } from '../sender.ts'
import { ALERTMANAGER } from './alertmanager.ts'
import { DISCORD } from './discord.ts'
import { EMAIL } from './email.ts'
import { EXEC } from './exec.ts'
import { NTFY } from './ntfy.ts'
import { OPSGENIE } from './opsgenie.ts'
import { PAGERDUTY } from './pagerduty.ts'
import { PUSHOVER } from './pushover.ts'
import type { ReceiverType, SenderContext } from './receiver-type.ts'
import { SLACK } from './slack.ts'
import { TEAMS } from './teams.ts'
import { TELEGRAM } from './telegram.ts'
import { WEBHOOK } from './webhook.ts'

/** All types of receivers, in the order of the docs. */
export const RECEIVER_TYPES: readonly ReceiverType[] = [
  WEBHOOK,
  EMAIL,
  SLACK,
  TEAMS,
  DISCORD,
  TELEGRAM,
  NTFY,
  PUSHOVER,
  PAGERDUTY,
  OPSGENIE,
  ALERTMANAGER,
  EXEC,
]

/** What sends to a receiver of the configuration, which has been checked. */
export function createSender(
  { name, type, settings }: ReceiverConfig,
  context: Omit<SenderContext, 'receiver'>,
): Sender {
  const row = RECEIVER_TYPES.find((one) => one.name === type)
  if (row === undefined) throw new Error(`receiver ${name}: there is no type ${type}`)
  return row.create(settings, { ...context, receiver: name })
}
