/** What the first argument can be in place of a URL. */
export interface SubCommand {
  readonly name: string
  /** What follows its name: `[FILE]`. */
  readonly usage: string
  /** What it does, as in the help of a flag. */
  readonly help: string
  /** What its first argument can be, if that is one of a few words. */
  readonly words: readonly string[]
  /** Its own flags. */
  readonly flags: readonly SubCommandFlag[]
  /** Whether its other arguments are files or directories. */
  readonly takesFiles: boolean
  /** Whether the flags of a run follow too. */
  readonly takesRunFlags: boolean
}

/** A flag of a sub-command. All take a value. */
interface SubCommandFlag {
  readonly name: string
  readonly help: string
  /** What its value can be, if that is one of a few words. */
  readonly choices: readonly string[] | null
}

const flag = (name: string, help: string, choices: readonly string[] | null = null): SubCommandFlag => ({
  name,
  help,
  choices,
})

/** Of the sub-commands that ask a headcount that runs. */
const SERVER = flag(
  'server',
  'the headcount to ask: its URL, or @FILE with that; default http://127.0.0.1:9115',
)

const PLAIN = { words: [], flags: [], takesFiles: false, takesRunFlags: false }

/** The shells that completion is written for. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const

export type Shell = (typeof SHELLS)[number]

/** The sub-commands. Help, the man page, completion and the hints after a mistyped name are made from the rows; `src/run.ts` runs them. */
export const SUB_COMMANDS: readonly SubCommand[] = [
  {
    ...PLAIN,
    name: 'init',
    usage: '[FILE]',
    help: 'write a configuration with comments to start from: headcount.yml',
    takesFiles: true,
  },
  {
    ...PLAIN,
    name: 'history',
    usage: 'backup|check|export|import FILE',
    help: 'copy, check, export and import a file of --history',
    words: ['backup', 'check', 'export', 'import'],
    flags: [
      flag('format', 'the format of an export', ['jsonl', 'csv']),
      flag('table', 'the table of an export as CSV', ['uptime', 'incidents', 'sums', 'polls']),
      flag('step', 'the step of the table sums', ['5m', '1h', '1d']),
      flag('from', 'export from this time on'),
      flag('to', 'export until this time'),
    ],
    takesFiles: true,
  },
  {
    ...PLAIN,
    name: 'export-page',
    usage: 'DIR [--page NAME]... [--from URL]',
    help: 'write the public status pages as files',
    flags: [
      flag('page', 'only this page; repeatable'),
      flag('from', 'take the pages from a headcount that runs at this URL'),
    ],
    takesFiles: true,
    takesRunFlags: true,
  },
  {
    ...PLAIN,
    name: 'alerts',
    usage: '[--server URL] | --test FILE...',
    help: 'what fires; or test the rules of alerts: what they would send, of polls in a file',
    flags: [
      SERVER,
      flag('format', 'text, or the JSON of the API', ['text', 'json']),
      flag('test', 'a file of tests of rules: nothing is asked or sent'),
    ],
    takesFiles: true,
  },
  {
    ...PLAIN,
    name: 'notify',
    usage: 'RECEIVER [--config FILE]',
    help: 'send a test to a receiver of the configuration, and say what comes back',
    flags: [
      flag('config', 'the configuration that has the receiver'),
      flag('status', 'whether the test fires, or is over', ['firing', 'resolved']),
    ],
  },
  {
    ...PLAIN,
    name: 'silence',
    usage: '[LABEL=VALUE... [--url URL] --for TIME] [--end ID]',
    help: 'list silences, begin one, or end one: alerts that nobody is told of for a time',
    flags: [
      flag('url', 'only alerts of this URL, with or without labels'),
      flag('for', 'how long it lasts, such as 30m, 2h or 14d'),
      flag('author', 'who asks for it; without it, your login name'),
      flag('comment', 'why'),
      flag('end', 'end the silence with this id'),
      SERVER,
      flag('format', 'text, or the JSON of the API', ['text', 'json']),
    ],
  },
  {
    ...PLAIN,
    name: 'cluster',
    usage: 'status|drain NODE|resume NODE|doctor --cluster URL',
    help: 'what the machines of a cluster do; have one hand everything over; what is wrong with the server',
    words: ['status', 'drain', 'resume', 'doctor'],
    flags: [
      flag('cluster', 'the server of the cluster, as for a machine'),
      flag('cluster-name', 'the name of the cluster; default headcount'),
      flag('cluster-auth', 'a file with USER:PASSWORD, or a password alone'),
      flag('cluster-cacert', 'trust only these certificates of the server'),
      flag('cluster-cert', 'a certificate for the server'),
      flag('cluster-key', 'its private key'),
      flag('config', 'the configuration of a machine, which may say all of that'),
      flag('format', 'text, or JSON', ['text', 'json']),
    ],
  },
  {
    ...PLAIN,
    name: 'completion',
    usage: SHELLS.join('|'),
    help: 'print the completion of the command line for a shell',
    words: SHELLS,
  },
  { ...PLAIN, name: 'man', usage: '', help: 'print the manual page: headcount man | man -l -' },
]

/** The row of a sub-command. */
export function subCommand(name: string): SubCommand {
  return SUB_COMMANDS.find((one) => one.name === name) as SubCommand
}

/** The help of a sub-command: its usage, what it does, its flags. */
export function usageText({ name, usage, help, flags }: SubCommand): string {
  const width = Math.max(0, ...flags.map((one) => one.name.length))
  const lines = flags.map((one) => `  --${one.name.padEnd(width)}  ${one.help}\n`)
  const list = lines.length === 0 ? '' : `\n${lines.join('')}`
  return `Usage: headcount ${`${name} ${usage}`.trimEnd()}\n\n${help}\n${list}`
}

/** The sub-commands that need nothing but the table of flags. */
const HELPERS = ['init', 'completion', 'man'] as const

export type Helper = (typeof HELPERS)[number]

/** The one of them that an argument names; null: none. */
export function helperNamed(argument: string | undefined): Helper | null {
  return HELPERS.find((name) => name === argument) ?? null
}
