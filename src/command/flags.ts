import { createSecureContext } from 'node:tls'
import { isatty } from 'node:tty'
import {
  DEFAULT_CONCURRENCY,
  descriptorLimit,
  keptConnectionsPerPoller,
  localPorts,
  memoryLimit,
  maxPollsByMemory,
  neededDescriptors,
  maxPollsByPorts,
  maxPollsByDescriptors,
} from '../capacity/limits.ts'
import type { Options } from './options.ts'
import { ONE_DOCUMENT_FORMATS } from '../print/text/monitor-options.ts'
import type { Format } from '../print/text/monitor-options.ts'
import type { Url } from '../resource/resource.ts'
import type { Layer } from './precedence.ts'
import { inputText, MAX_PEM_BYTES } from '../targets/input-file.ts'
import { redactName } from '../settings/quote.ts'
import { describeError } from '../targets/read-targets.ts'
import { isTerminal } from '../runtime/terminal.ts'
import { checkEffective, FlagsError } from './check-effective.ts'

/** The flags, each checked on its own. Times in ms. */
export interface Flags {
  file: string[]
  poolSize: number
  interval: number
  errorBackoff: number
  maxBackoff: number
  statusInterval: number
  timeout: number
  duration?: number
  concurrency?: number
  hostConcurrency: number
  method: 'HEAD' | 'GET'
  getFallback: boolean
  maxRedirects: number
  accept: [number, number][]
  header: [string, string][]
  userAgent: string
  keepAlive: boolean
  insecure: boolean
  cacert?: string
  cert?: string
  key?: string
  ipv4: boolean
  ipv6: boolean
  resolver: string[]
  canary: Url[]
  denyPrivate: boolean
  http2: boolean
  recheck: boolean
  once: boolean
  changes: boolean
  verbose: boolean
  format: 'auto' | Format
  output?: string
  refresh: number
  allowShrink: boolean
  demo: boolean
  check: boolean
  plan: boolean
}

/** With --once, these print nothing before the end, so that a line on the terminal is in nobody's way. */
const PRINTED_LAST: ReadonlySet<Flags['format']> = new Set(['auto', 'log', ...ONE_DOCUMENT_FORMATS])

/**
 * The options that flags and arguments make, and what there is to say of them first; `settings`: where the flags come from;
 * `isListed`: there are URLs besides theirs. Rejects with a FlagsError.
 */
export async function optionsOf(
  flags: Flags,
  settings: Layer,
  urls: readonly string[],
  isListed: boolean,
): Promise<{ options: Options; notices: string[] }> {
  const [lone, other] = flags.cert === undefined ? ['key', 'cert'] : ['cert', 'key']
  if ((flags.cert === undefined) !== (flags.key === undefined))
    throw new FlagsError(lone, `it needs --${other} beside it`)
  // A configuration that says both was told of it.
  if (flags.ipv4 && flags.ipv6 && settings.get('ipv4')?.source !== 'configuration')
    throw new FlagsError(
      'ipv4',
      'it cannot be used with --ipv6: with neither of them, both families are used',
    )
  if (flags.check && flags.plan) throw new FlagsError('check', 'it cannot be used with --plan: one at a time')
  if (urls.length + flags.file.length === 0 && !isListed && !flags.demo) {
    throw new FlagsError(
      null,
      'nothing to poll: give URLs, a list with -f, a configuration with -c, or --demo',
    )
  }
  const polls = !flags.check && !flags.plan
  const format = flags.format === 'auto' ? (!flags.once && isTerminal(1) ? 'table' : 'log') : flags.format
  if (polls) checkFormat(flags)
  checkEffective(settings, { ...flags, format })
  const notices: string[] = []
  const descriptors = descriptorLimit()
  const needed = neededDescriptors(flags.poolSize)
  if (polls && descriptors < needed) {
    throw new FlagsError(
      null,
      `${descriptors} descriptors are too few: ${flags.poolSize} pollers need ${needed} at least; raise the limit ` +
        '(ulimit -n, LimitNOFILE= under systemd)',
    )
  }
  const memory = memoryLimit()
  const ports = localPorts()
  const [room, of] = scarcest([
    [maxPollsByDescriptors(descriptors, flags.poolSize), `${descriptors} descriptors (ulimit -n)`],
    [maxPollsByPorts(ports, flags.poolSize), `${ports} local ports (net.ipv4.ip_local_port_range)`],
    [maxPollsByMemory(memory, flags.poolSize), `${Math.round(memory / 1e6)} MB of memory`],
  ])
  const concurrency = flags.concurrency ?? Math.min(DEFAULT_CONCURRENCY, room)
  if (concurrency > room || room < DEFAULT_CONCURRENCY) {
    notices.push(
      `${of} are enough for ${room} polls in flight in each of ` +
        `${flags.poolSize} pollers; --concurrency is ${concurrency}`,
    )
  }
  const options: Options = {
    urls,
    files: flags.file,
    poolSize: flags.poolSize,
    descriptors,
    intervalMs: flags.interval,
    errorBackoffMs: flags.errorBackoff,
    maxBackoffMs: flags.maxBackoff,
    statusIntervalMs: flags.statusInterval,
    durationMs: flags.duration ?? null,
    format,
    brief: flags.once && flags.format === 'auto' && isTerminal(1),
    progress: flags.once && PRINTED_LAST.has(flags.format) && isTerminal(1) && isTerminal(2),
    output: flags.output ?? null,
    refreshMs: flags.refresh,
    allowShrink: flags.allowShrink,
    changes: flags.changes,
    verbose: flags.verbose,
    once: flags.once,
    check: flags.check,
    plan: flags.plan,
    demo: flags.demo,
    poll: {
      timeoutMs: flags.timeout,
      method: flags.method,
      getFallback: flags.getFallback,
      maxRedirects: flags.maxRedirects,
      accept: flags.accept,
      headers: flags.header,
      userAgent: flags.userAgent,
      keepAlive: flags.keepAlive,
      keptConnections: keptConnectionsPerPoller(descriptors, flags.poolSize, concurrency, memory),
      insecure: flags.insecure,
      tls: await tlsTexts(flags),
      family: flags.ipv4 ? 4 : flags.ipv6 ? 6 : 0,
      canaries: flags.canary,
      resolvers: flags.resolver,
      denyPrivate: flags.denyPrivate,
      http2: flags.http2,
      recheck: flags.recheck,
      intervalMs: flags.interval,
      concurrency,
      hostConcurrency: flags.hostConcurrency,
    },
  }
  return { options, notices }
}

/** The least room, and what there is too little of. */
function scarcest(rooms: [room: number, of: string][]): [room: number, of: string] {
  return rooms.reduce((least, each) => (each[0] < least[0] ? each : least))
}

function checkFormat({ format, once }: Flags): void {
  if (!once && format !== 'auto' && ONE_DOCUMENT_FORMATS.includes(format))
    throw new FlagsError('format', `${format} is one document: it goes with --once`)
  if (format !== 'table') return
  if (once) throw new FlagsError('format', 'table never ends: it goes without --once')
  if (isTerminal(1)) return
  const why =
    isatty(1) && process.env['TERM'] === 'dumb'
      ? 'table needs a terminal that can move its cursor, and TERM is dumb'
      : 'table needs a terminal as standard output'
  throw new FlagsError('format', why)
}

/** Reads the PEM files and sees whether they are of use, before the first poll. */
async function tlsTexts(flags: Flags): Promise<Options['poll']['tls']> {
  const text = async (flag: 'cacert' | 'cert' | 'key') => {
    const path = flags[flag]
    if (path === undefined) return null
    try {
      const pem = await inputText(path, MAX_PEM_BYTES)
      if (!pem.includes('-----BEGIN ')) throw new Error('no PEM in it')
      return pem
    } catch (error) {
      throw new FlagsError(flag, `${redactName(path)}: ${describeError(error)}`, error)
    }
  }
  const tls = { ca: await text('cacert'), cert: await text('cert'), key: await text('key') }
  try {
    createSecureContext(Object.fromEntries(Object.entries(tls).filter(([, pem]) => pem !== null)))
  } catch (error) {
    throw new FlagsError(null, `--cacert, --cert or --key: ${(error as Error).message}`, error)
  }
  return tls
}
