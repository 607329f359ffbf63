import type { ReceiverConfig } from '../alerts/alert-rule.ts'
import { notSent } from '../alerts/notification.ts'
import type { Notification, SendResult } from '../alerts/notification.ts'
import type { SenderContext } from '../alerts/receivers/receiver-type.ts'
import { printText } from '../print/print-text.ts'
import type { Signals } from '../runtime/signals.ts'
import { closestName } from '../settings/closest-name.ts'
import { writeDuration } from '../settings/durations.ts'
import { quote, redactName } from '../settings/quote.ts'
import { readCommand } from './command.ts'
import { OF_THE_OTHER } from './export-request.ts'

interface TestRequest extends Omit<SenderContext, 'receiver'> {
  readonly receiver: ReceiverConfig
  readonly status: Notification['status']
}

const HELP = `Usage: headcount notify RECEIVER [-c FILE] [--status firing|resolved]

Sends a test to a receiver of the configuration, and says what comes back: exit code 0 if the receiver has taken it, 1 if not,
3 if there is no such receiver.

  -c, --config FILE   the configuration; without it, HEADCOUNT_CONFIG
  --status STATUS     whether the test fires (the default) or is over, which closes what a test has opened
`

/** The configuration may be that of a headcount that runs. */
const IGNORED = [...OF_THE_OTHER, 'alert-state', 'probe-config', 'cluster']

/** Options need something to poll, and a configuration may have receivers only. It is not polled. */
const NOT_POLLED = 'http://localhost/'

/** Does what `headcount notify` is asked for; returns the exit code. `argv`: what follows its name. */
export async function runNotify(
  argv: readonly string[],
  log: (lines: string) => void,
  onStop: Signals['onStop'],
): Promise<0 | 1 | 3> {
  if (argv.some((word) => word === '--help' || word === '-h')) return (await printText(HELP, log)) ? 0 : 1
  const asked = readArguments(argv)
  const found = 'why' in asked ? asked : await findReceiver(asked, log)
  if ('why' in found) {
    log(found.why)
    return 3
  }
  const { name, type } = found.receiver
  const result = await send(found, onStop)
  const lines = `${name} (${type}): ${describe(result)}\n`
  if (result.type === 'sent') return (await printText(lines, log)) ? 0 : 1
  log(lines)
  return 1
}

async function send(
  { receiver, status, ...context }: TestRequest,
  onStop: Signals['onStop'],
): Promise<SendResult> {
  const stop = new AbortController()
  onStop(() => stop.abort())
  const { sendTest } = await import('../alerts/receivers/send-test.ts')
  return sendTest(receiver, status, context, Date.now(), stop.signal)
}

interface Asked {
  readonly name: string
  readonly status: Notification['status']
  /** The rest of the command line, as a run has it. */
  readonly rest: readonly string[]
}

interface Mistake {
  readonly why: string
}

function mistake(why: string): Mistake {
  return { why: `error: notify: ${why}\n` }
}

function readArguments(argv: readonly string[]): Asked | Mistake {
  const names: string[] = []
  const rest: string[] = []
  let status = 'firing'
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at] as string
    const [, short, long, inline] = /^(?:(-c)|--(config|status)(?:=(.*))?)$/s.exec(word) ?? []
    if (short === undefined && long === undefined) {
      if (word.startsWith('-')) return mistake(`unknown flag ${quote(word)}: it has --config and --status`)
      names.push(word)
      continue
    }
    const value = inline ?? argv[++at]
    if (value === undefined) return mistake(`${word} needs a value`)
    if (long === 'status') status = value
    else rest.push('--config', value)
  }
  const [name, ...others] = names
  if (name === undefined) return mistake('name a receiver: headcount notify RECEIVER -c headcount.yml')
  if (others.length > 0) return mistake('one receiver at a time')
  if (status !== 'firing' && status !== 'resolved') return mistake('--status: firing or resolved')
  return { name, status, rest }
}

async function findReceiver(
  { name, status, rest }: Asked,
  log: (lines: string) => void,
): Promise<TestRequest | Mistake> {
  const argv = [...rest, '--once', '--format', 'quiet', NOT_POLLED]
  const request = await readCommand(argv, process.env, IGNORED)
  if (request.type === 'print') return { why: request.text }
  const { config, options, notices } = request
  if (config === null) return mistake('name the configuration: headcount notify RECEIVER -c headcount.yml')
  for (const notice of notices) log(`${notice}\n`)
  const receivers = config.config.alerts?.receivers ?? []
  const receiver = receivers.find((one) => one.name === name)
  const { poll } = options
  if (receiver !== undefined) return { receiver, status, userAgent: poll.userAgent, ca: poll.tls.ca }
  const known = receivers.map((one) => one.name)
  if (known.length === 0) return mistake(`${redactName(config.path)} has no receivers`)
  const closest = closestName(name, known)
  const hint = closest === null ? `there are ${known.slice(0, 20).join(', ')}` : `was ${closest} meant?`
  return mistake(`there is no receiver ${quote(name)}: ${hint}`)
}

function describe(result: SendResult): string {
  switch (result.type) {
    case 'sent':
      return `sent: ${result.said}`
    case 'retry': {
      const { retryAfterMs, addresses = null } = result
      const when = retryAfterMs === null ? '' : ` after ${writeDuration(Math.round(retryAfterMs))}`
      return `${notSent(addresses)}, it would be tried again${when}: ${result.said}`
    }
    case 'refused':
      return `not sent, it would not be tried again: ${result.said}`
    default: {
      const never: never = result
      return never
    }
  }
}
