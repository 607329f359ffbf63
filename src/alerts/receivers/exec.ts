import { accessSync, constants, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseDuration } from '../../settings/durations.ts'
import type { SendResult } from '../notification.ts'
import { hide, secretParts } from './hide-secrets.ts'
import { oneLine } from './http-response.ts'
import { notificationJson } from './notification-json.ts'
import { listKey, mapKey, optionalKey, receiverType, requiredKey } from './receiver-type.ts'
import type { KeyValue } from './receiver-type.ts'
import { runCommand } from './run-command.ts'
import type { CommandEnd } from './run-command.ts'

/** How long a command may run unless the configuration says so, in ms. */
const DEFAULT_TIMEOUT_MS = 10_000

/** The longest that it can be. Notifications about the same group wait for it. */
const MAX_TIMEOUT_MS = 300_000

const MARGIN_MS = 2_000

/** Variables of this process that commands get. Others may hold secrets. */
const KEPT_VARIABLES = ['PATH', 'HOME', 'USER', 'LOGNAME', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR']

/** `try again later` in sysexits.h, as mail programs use it. */
const EX_TEMPFAIL = 75

/** Why a program can't be started now or later; others, such as EAGAIN, pass. */
const FINAL_CODES: ReadonlySet<string> = new Set(['ENOENT', 'EACCES', 'EPERM', 'ENOEXEC'])

/** A command that gets the notification as JSON on its standard input. */
export const EXEC = receiverType({
  name: 'exec',
  mainKey: 'command',
  keys: {
    command: requiredKey('a program, by its path or as a name in `PATH`', parseProgram),
    args: listKey('an argument', parseArgument),
    env: mapKey('the value of an environment variable', parseVariable, { isSecret: true }),
    timeout: optionalKey('a duration', ({ text }) => parseTimeout(text), DEFAULT_TIMEOUT_MS),
  },
  create({ command, args, env, timeout }, { receiver }) {
    const kept = KEPT_VARIABLES.flatMap((name) => {
      const value = process.env[name]
      return value === undefined ? [] : [[name, value] as const]
    })
    const secrets = env.flatMap(([, value]) => secretParts(value))
    return {
      // Its own time-out comes first, and leaves time to kill it.
      timeoutMs: timeout + MARGIN_MS,
      async send(notification, signal): Promise<SendResult> {
        const input = `${JSON.stringify(notificationJson(notification, receiver))}\n`
        const variables = {
          ...Object.fromEntries([...kept, ...env]),
          HEADCOUNT_RECEIVER: receiver,
          HEADCOUNT_STATUS: notification.status,
          HEADCOUNT_IDEMPOTENCY_KEY: notification.id,
        }
        const limit = AbortSignal.any([signal, AbortSignal.timeout(timeout)])
        const run = { program: command, args, directory: '/', env: variables, input }
        return resultOf(await runCommand(run, limit), (text) => oneLine(hide(text, secrets)))
      },
    }
  },
})

function resultOf(end: CommandEnd, shown: (text: string) => string): SendResult {
  if (end.type === 'failed') {
    const said = `it could not be started: ${end.code}`
    return FINAL_CODES.has(end.code) ? { type: 'refused', said } : { type: 'retry', said, retryAfterMs: null }
  }
  const output = shown(end.output)
  const after = output === '' ? '' : `: ${output}`
  if (end.type === 'timeout')
    return {
      type: 'retry',
      said: `it did not end in time, and ${end.isKilled ? 'was killed' : 'may not be killed by this user'}${after}`,
      retryAfterMs: null,
    }
  const { code, signal } = end
  if (code === 0) return { type: 'sent', said: `exit status 0${after}` }
  const said = code === null ? `ended by ${signal ?? 'a signal'}${after}` : `exit status ${code}${after}`
  // 64 to 78 are those of sysexits.h: but for one, they say that it would fail again.
  const isFinal = code !== null && code >= 64 && code <= 78 && code !== EX_TEMPFAIL
  return isFinal ? { type: 'refused', said } : { type: 'retry', said, retryAfterMs: null }
}

/** A path is relative to the configuration, and has to be there; a name is looked up when it is run. */
function parseProgram({ text, directory }: KeyValue): string {
  checkWord(text)
  if (text === '') throw new RangeError('it is empty')
  if (!text.includes('/')) return text
  const path = resolve(directory, text)
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true)
    throw new RangeError('there is no such program')
  try {
    accessSync(path, constants.X_OK)
  } catch {
    throw new RangeError('it is not executable: chmod +x')
  }
  return path
}

function parseArgument({ text }: KeyValue): string {
  checkWord(text)
  return text
}

function parseVariable({ name, text }: KeyValue): string {
  if (!/^[A-Za-z_]\w*$/.test(name)) throw new RangeError('a variable has letters, digits and underscores')
  checkWord(text)
  return text
}

function checkWord(text: string): void {
  if (text.includes('\0')) throw new RangeError('it holds a NUL character')
}

function parseTimeout(text: string): number {
  const ms = parseDuration(text)
  if (ms < 100 || ms > MAX_TIMEOUT_MS) throw new RangeError('from 100ms to 5m')
  return ms
}
