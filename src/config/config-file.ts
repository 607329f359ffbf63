import { fileFingerprint } from '../settings/file-fingerprint.ts'
import { FileUses } from '../settings/file-uses.ts'
import { requestFiles } from '../settings/request-files.ts'
import { configText } from '../targets/config-text.ts'
import type { PublicPage } from '../settings/public-page.ts'
import { isPipe } from '../targets/input-file.ts'
import { ListError } from '../targets/read-targets.ts'
import { readConfig } from './read-config.ts'
import { ALERT_KEYS } from './config.ts'
import type { Config, ConfigFlag, ConfigProblem, ReadAlerts } from './config.ts'

/** Loads what reads the keys of alerts. */
type LoadAlerts = () => Promise<ReadAlerts>

/** A version of the file without problems, or the first one. */
interface Version {
  readonly config: Config
  /** The files that its settings name. */
  readonly uses: FileUses
  /** Changes the clients and identities that it defines otherwise than the version before. */
  readonly redefine: () => void
}

/** The configuration file of a run. */
export class ConfigFile {
  readonly path: string
  /** Problems found at the start. The rest of the configuration applies. */
  readonly problems: readonly ConfigProblem[]
  /** Environment variables that it uses. */
  readonly envNames: ReadonlySet<string>
  /** Whether it can be read again; false for a pipe. */
  readonly isReloadable: boolean
  readonly #flags: readonly ConfigFlag[]
  readonly #loadAlerts: LoadAlerts
  /** The last version without problems, which may be rejected, and its text. */
  #latest: Version
  #text: string
  /** The fingerprints of the files that its values come from, as they were before the last reading. */
  #files = ''
  /** The version that URLs and lists are polled with. */
  #taken: Version
  /** The version that everything else is about. */
  #accepted: Config
  readonly #versions = new WeakMap<Config, Version>()
  #followPages: (pages: readonly PublicPage[]) => void = () => {}
  readonly #alertFollowers: ((config: Config) => void)[] = []

  private constructor(
    path: string,
    flags: readonly ConfigFlag[],
    text: string,
    loadAlerts: LoadAlerts,
    readAlerts: ReadAlerts | null,
  ) {
    this.path = path
    this.#flags = flags
    this.#text = text
    this.#loadAlerts = loadAlerts
    this.isReloadable = !isPipe(path)
    const { result, uses } = requestFiles.readings.record(() =>
      readConfig(text, path, flags, process.env, readAlerts),
    )
    const { config, problems, envNames, redefine } = result
    redefine()
    this.#latest = { config, uses, redefine }
    this.#versions.set(config, this.#latest)
    this.#taken = this.#latest
    this.#accepted = config
    this.problems = problems
    this.envNames = envNames
  }

  /** Reads the configuration at `path`. Rejects with a ListError if the file can't be read. */
  static async open(path: string, flags: readonly ConfigFlag[], loadAlerts: LoadAlerts): Promise<ConfigFile> {
    const text = await configText(path, 'read')
    const file = new ConfigFile(path, flags, text, loadAlerts, await alertsReader(text, loadAlerts))
    file.#files = await fingerprints(file.config)
    return file
  }

  /** The version in use: the last one that was taken, or the first one. */
  get config(): Config {
    return this.#taken.config
  }

  /** The files that settings of the version in use name, and those of the last one, which may come into use. */
  get uses(): FileUses {
    return new FileUses([...this.#taken.uses, ...this.#latest.uses])
  }

  /** Whether it has anything to poll, or may have once its problems are fixed. */
  get isList(): boolean {
    if (this.problems.length > 0) return true
    return this.config.groups.some(({ targets, files }) => targets.length + files.length > 0)
  }

  /** Has `follow` called with the public pages whenever another version is accepted. */
  followPages(follow: (pages: readonly PublicPage[]) => void): void {
    this.#followPages = follow
  }

  /** Has `follow` too called whenever another version is accepted, for its alerts, its maintenance windows and its warnings. */
  followAlerts(follow: (config: Config) => void): void {
    this.#alertFollowers.push(follow)
  }

  /** Reads the file again. Rejects with a ListError that lists all problems, if there are any. What it says counts when it is taken. */
  async reload(): Promise<Config> {
    const latest = this.#latest.config
    if (!this.isReloadable) return latest
    // The file may have become a FIFO, whose writer may never come: that would block the reload of all lists.
    const text = await configText(this.path, 'read at the start')
    const files = await fingerprints(latest)
    if (text === this.#text && files === this.#files) return latest
    const readAlerts = await alertsReader(text, this.#loadAlerts)
    const { result, uses } = requestFiles.readings.record(() =>
      readConfig(text, this.path, this.#flags, process.env, readAlerts),
    )
    const { config, problems, redefine } = result
    const [first, ...others] = problems
    if (first !== undefined) {
      const why = [first.why, ...others.map((other) => `${other.position}: ${other.why}`)].join('\n')
      throw new ListError(first.position, why)
    }
    this.#text = text
    this.#latest = { config, uses, redefine }
    this.#versions.set(config, this.#latest)
    this.#files = await fingerprints(config)
    return config
  }

  /** The URLs of a version that was read are taken: its lists are read with it from now on. */
  take(config: Config): void {
    this.#taken = this.#versions.get(config) as Version
  }

  /** The lists of a version that was taken are read: all of it is in use now. One whose URLs are refused, since most of them are gone, changes nothing else either. */
  accept(config: Config): void {
    if (config === this.#accepted) return
    this.#accepted = config
    this.#versions.get(config)?.redefine()
    this.#followPages(config.pages)
    for (const follow of this.#alertFollowers) follow(config)
  }
}

async function fingerprints({ files }: Config): Promise<string> {
  return (await Promise.all(files.map((path) => fileFingerprint(path)))).join()
}

/** Loaded only for a text that may need it. */
function alertsReader(text: string, load: LoadAlerts): Promise<ReadAlerts> | null {
  return ALERT_KEYS.some((key) => text.includes(key)) ? load() : null
}
