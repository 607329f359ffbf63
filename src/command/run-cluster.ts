import { printText } from '../print/print-text.ts'
import type { ClusterOptions } from '../settings/cluster-options.ts'
import { parseClusterName } from '../settings/cluster-options.ts'
import { closestName } from '../settings/closest-name.ts'
import { quote } from '../settings/quote.ts'
import { readCommand } from './command.ts'
import { OF_THE_OTHER } from './export-request.ts'
import { subCommand } from './help/sub-commands.ts'
import { readSubCommandLine } from './sub-command-line.ts'

/** What is asked of a cluster. `node`: the machine that it is about; '' for none. */
export interface ClusterQuestion {
  readonly action: 'status' | 'drain' | 'resume' | 'doctor'
  readonly node: string
}

/** The answer, as text and as JSON, and the exit code: 2 if something is wrong. */
interface ClusterAnswer {
  readonly text: string
  readonly json: object
  readonly code: 0 | 1 | 2
}

/** Asks a cluster. Rejects with an error whose message is for people. */
type AskCluster = (options: ClusterOptions, question: ClusterQuestion) => Promise<ClusterAnswer>

/** Options need something to poll. It is not polled. */
const NOT_POLLED = 'http://localhost/'

/** The configuration may be that of a headcount that runs. */
const IGNORED = [...OF_THE_OTHER, 'once', 'alert-state', 'probe-config', 'demo']

/**
 * Does what `headcount cluster` is asked for. `argv`: what follows its name. Returns the exit code: 0; 1 if it cannot be done; 2 if `doctor`
 * finds something wrong; 3 for a mistake on the command line.
 */
export async function runCluster(
  argv: readonly string[],
  log: (lines: string) => void,
  ask: AskCluster,
): Promise<0 | 1 | 2 | 3> {
  const line = readSubCommandLine(subCommand('cluster'), argv)
  if (line.type === 'help') return (await printText(line.text, log)) ? 0 : 1
  const question = line.type === 'mistake' ? line.why : questionOf(line.words)
  if (line.type === 'mistake' || typeof question === 'string') {
    log(`error: cluster: ${question as string}\n`)
    return 3
  }
  const { flags } = line
  const options = await optionsOf(flags)
  if (typeof options === 'string') {
    log(options)
    return 3
  }
  try {
    const { text, json, code } = await ask(options, question)
    const shown = flags.get('format') === 'json' ? `${JSON.stringify(json)}\n` : text
    return (await printText(shown, log)) ? code : 1
  } catch (error) {
    log(`error: cluster: ${(error as Error).message}\n`)
    return 1
  }
}

/** A text: what is wrong. */
function questionOf([action = '', node = '', ...others]: readonly string[]): ClusterQuestion | string {
  const { words } = subCommand('cluster')
  if (!words.includes(action)) {
    const meant = closestName(action, words)
    const hint = meant === null ? `one of ${words.join(', ')} has to follow` : `was ${meant} meant?`
    return action === '' ? hint : `${quote(action)} is not known: ${hint}`
  }
  const asked = { action, node } as ClusterQuestion
  if (action === 'status' || action === 'doctor')
    return node === '' ? asked : `nothing follows ${action}: it is about all machines`
  if (node === '' || others.length > 0)
    return `name one machine: headcount cluster ${action} NODE --cluster URL`
  try {
    parseClusterName(node)
    return asked
  } catch (error) {
    return `${quote(node)}: ${(error as Error).message}`
  }
}

/** A text: what is wrong, with its line breaks. */
async function optionsOf(flags: ReadonlyMap<string, string>): Promise<ClusterOptions | string> {
  const argv = [...flags].flatMap(([name, text]) => (name === 'format' ? [] : [`--${name}`, text]))
  const request = await readCommand([...argv, NOT_POLLED], process.env, IGNORED)
  if (request.type === 'print') return request.text
  const { cluster } = request.options
  return cluster ?? 'error: cluster: say which: --cluster redis://HOST:PORT, or --config FILE\n'
}
