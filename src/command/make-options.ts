import { isatty } from 'node:tty'
import {
  descriptorLimit,
  keptConnectionsPerPoller,
  POLLER_BYTES,
  memoryLimit,
  neededDescriptors,
  webRoom,
} from './capacity/limits.ts'
import { roomPerPoller } from './capacity/room.ts'
import type { ProgressKind } from '../print/create-progress.ts'
import { formatNamed } from '../print/text/formats.ts'
import type { FormatName } from '../print/text/formats.ts'
import { isTerminal } from '../runtime/terminal.ts'
import { unfitBeside } from '../settings/both-families.ts'
import { BODY_SETTINGS, NO_BODY, readsBody } from '../settings/reads-body.ts'
import { checkFlag } from '../settings/auth.ts'
import type { WebConfigFile } from '../config/web/web-config-file.ts'
import { alertStateOf } from './alert-state.ts'
import { checkConflicts, checkEffective } from './check-effective.ts'
import { clusterOptions } from './cluster-options.ts'
import { openClientCertificate, readClientTls } from './client-tls.ts'
import { FLAGS } from './flag-table.ts'
import type { Flags } from './flag-table.ts'
import { FlagsError, NothingToPollError } from './flags-error.ts'
import type { Options } from './options.ts'
import { outputFiles, screenFormat } from './output-target.ts'
import type { Layer } from './precedence.ts'

/** The most that history takes unless `--history-size` says otherwise, in bytes. */
const FILE_HISTORY = 1_000_000_000
const MEMORY_HISTORY = 32_000_000

/**
 * Makes the options from flags and arguments, and notices for the user. `settings` tells where each flag was set; `hasLists`: the
 * configuration has URLs or lists. Rejects with a FlagsError, or with a ListError for
 * a file that has mistakes.
 */
export async function makeOptions(
  flags: Flags,
  settings: Layer,
  urls: readonly string[],
  hasLists: boolean,
): Promise<{ options: Options; notices: string[] }> {
  const { once, files, check, plan, demo, poolSize } = flags.run
  checkConflicts(settings, FLAGS)
  if (check && plan) throw new FlagsError('check', 'it cannot be used with --plan')
  const servesProbes = flags.run.probeConfig !== null && !once && !plan
  const sharesList = flags.run.cluster !== null && !check && !plan
  if (urls.length + files.length === 0 && !hasLists && !demo && !servesProbes && !sharesList)
    throw new NothingToPollError()
  if (flags.url.method === 'HEAD' && readsBody(flags.url)) throw new FlagsError(bodyFlag(settings), NO_BODY)
  const unfit = unfitBeside(flags.url)
  if (unfit !== null) throw new FlagsError('ipv', unfit)
  checkAuth(flags.url)
  const polls = !check && !plan
  const screen = screenFormat(settings)
  const isAuto = flags.run.format === 'auto' && screen === null
  const format = screen ?? formatOf(flags.run)
  if (polls) checkFormat(screen === null ? 'format' : 'output', format, once)
  const outputs = polls ? outputFiles(flags.run.outputs, format, once) : []
  checkEffective(settings, { ...flags.run, format })
  // Connections to the web thread never take those of polls.
  const limit = descriptorLimit()
  const web = webRoom(limit)
  const setAside = flags.run.listen === null ? 0 : web.descriptors
  const descriptors = limit - setAside
  if (polls) checkDescriptors(descriptors, setAside, poolSize)
  const memory = memoryLimit()
  const isPoolGiven = settings.get('pool-size')?.source !== 'default'
  if (polls && isPoolGiven) checkMemory(memory, poolSize)
  const { concurrency, notice } = roomPerPoller(flags.run.concurrency, { descriptors, memory, poolSize })
  const tls = await readClientTls(flags.run.cacert)
  await openClientCertificate(flags.url)
  const webConfig = await openWebConfig(flags.run)
  const options: Options = {
    ...flags.run,
    recorder: recorderOf(flags.run),
    alertState: alertStateOf(flags.run),
    webConfig,
    webConnections: web.connections,
    cluster: check || plan ? null : await clusterOptions(flags.run),
    urls,
    descriptors,
    format,
    outputs,
    places: [{ format }, ...outputs].some((output) => formatNamed(output.format).places),
    fitsPool: once && !isPoolGiven,
    brief: once && isAuto && isTerminal(1),
    progress: once ? progressOf(format) : null,
    poll: {
      ...flags.url,
      ...flags.poller,
      concurrency,
      keptConnections: keptConnectionsPerPoller(descriptors, poolSize, concurrency, memory),
      tls,
    },
  }
  return { options, notices: notice === null ? [] : [notice] }
}

/** The history that is kept; null: none. A run that ends by itself keeps none in memory: nobody could ask for it. */
export function recorderOf({ history: file, historySize, listen, once }: Flags['run']): Options['recorder'] {
  if (file === null && (listen === null || once)) return null
  const sizeLimit = historySize ?? (file === null ? MEMORY_HISTORY : FILE_HISTORY)
  return { file, sizeLimit, restores: file !== null && !once }
}

/** Read where it is used, and by `--check`. Rejects with a ListError. */
async function openWebConfig({ webConfig, listen, check }: Flags['run']): Promise<WebConfigFile | null> {
  if (webConfig === null || (listen === null && !check)) return null
  const { WebConfigFile: File } = await import('../config/web/web-config-file.ts')
  return File.open(webConfig)
}

/** A flag that needs the body of the answer. */
function bodyFlag(settings: Layer): string {
  const isSet = (name: string) => settings.get(name)?.source !== 'default'
  return BODY_SETTINGS.find(isSet) ?? 'method'
}

function formatOf({ format, once }: Flags['run']): FormatName {
  if (format !== 'auto') return format
  return !once && isTerminal(1) ? 'table' : 'log'
}

/** On a terminal that shows results before the end too, a bar would be torn apart. */
function progressOf(format: FormatName): ProgressKind {
  if (format === 'quiet') return null
  if (!isTerminal(2)) return 'lines'
  return formatNamed(format).printsLast || !isTerminal(1) ? 'bar' : null
}

/** `flag`: what says the format. */
function checkFormat(flag: 'format' | 'output', format: FormatName, once: boolean): void {
  const row = formatNamed(format)
  if (row.once === 'required' && !once)
    throw new FlagsError(flag, `${format} is one document and needs --once`)
  if (row.once === 'forbidden' && once) throw new FlagsError(flag, `${format} cannot be used with --once`)
  if (format !== 'table' || isTerminal(1)) return
  const why =
    isatty(1) && process.env['TERM'] === 'dumb'
      ? 'table needs a terminal that can move its cursor, and TERM is dumb'
      : 'table needs a terminal as standard output'
  throw new FlagsError(flag, why)
}

function checkDescriptors(descriptors: number, setAside: number, poolSize: number): void {
  const needed = neededDescriptors(poolSize)
  if (descriptors >= needed) return
  throw new FlagsError(
    null,
    `${descriptors + setAside} descriptors are too few: --pool-size ${poolSize} needs at least ${needed + setAside}; raise the limit ` +
      '(ulimit -n, or LimitNOFILE= under systemd)',
  )
}

/** Threads for which there is no memory would take all of it before anybody could end the program. */
function checkMemory(memory: number, poolSize: number): void {
  const needed = POLLER_BYTES * poolSize
  if (needed <= memory || poolSize === 1) return
  const size = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`
  const why = `needs at least ${size(needed)} of memory, and there are ${size(memory)}`
  throw new FlagsError('pool-size', `${poolSize} ${why}`)
}

/** Flags are read before the configuration, which defines OAuth2 clients and AWS identities. */
function checkAuth({ auth }: Flags['url']): void {
  if (auth === null) return
  try {
    checkFlag(auth)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new FlagsError('auth', error.message, error)
  }
}
