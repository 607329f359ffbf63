import { FileUses } from '../../settings/file-uses.ts'
import { oauth2Clients } from '../../settings/oauth2-clients.ts'
import { BUILT_IN_MODULE } from '../../settings/probe-module.ts'
import type { ProbeModule } from '../../settings/probe-module.ts'
import { redactName } from '../../settings/quote.ts'
import { requestFiles } from '../../settings/request-files.ts'
import { configText } from '../../targets/config-text.ts'
import { ListError } from '../../targets/read-targets.ts'
import { modulesText, moduleText } from './module-text.ts'
import { readModules } from './read-modules.ts'
import type { Modules, UnservedProber } from './read-modules.ts'

const HTTP = { type: 'scalar', offset: 0, text: BUILT_IN_MODULE.prober, textOffset: null } as const

/** Without a file. */
const BUILT_IN: Modules = {
  served: new Map([[BUILT_IN_MODULE.name, BUILT_IN_MODULE]]),
  unserved: new Map(),
  trees: new Map([
    [BUILT_IN_MODULE.name, { type: 'map', offset: 0, entries: [{ key: 'prober', offset: 0, value: HTTP }] }],
  ]),
  clients: new Map(),
  problems: [],
  notices: [],
}

/** Forgets the clients that are not among `kept`. */
function removeOthers(clients: Modules['clients'], kept: Modules['clients']): void {
  for (const name of clients.keys()) if (!kept.has(name)) oauth2Clients.remove(name)
}

/** The modules of `/probe`: those of the file of `--probe-config`, or the one that is built in. */
export class ProbeConfig {
  readonly #path: string | null
  /** Problems of the file at the start, each a line with its place. With one of them, there are no modules. */
  readonly problems: readonly string[]
  #modules: Modules
  #uses: FileUses
  #listener: () => void = () => {}

  private constructor(path: string | null, modules: Modules, uses: FileUses) {
    this.#path = path
    this.#uses = uses
    this.problems = modules.problems
    this.#modules = modules
    if (modules.problems.length === 0) this.#defineClients(modules)
  }

  /** Reads the file. Rejects with a ListError if that can't be done. `path`: null for none. */
  static async open(path: string | null): Promise<ProbeConfig> {
    if (path === null) return new ProbeConfig(path, BUILT_IN, new FileUses())
    const text = await configText(path, 'read')
    const { result, uses } = requestFiles.readings.record(() => readModules(text, path))
    return new ProbeConfig(path, result, uses)
  }

  /** What the user should know of the modules in use, each a line. */
  get notices(): readonly string[] {
    return this.#modules.notices
  }

  /** The files that the modules name. */
  get uses(): FileUses {
    return this.#uses
  }

  /** All modules that are served. */
  modules(): ProbeModule[] {
    return [...this.#modules.served.values()]
  }

  /** The modules that are not, by their names, and their probers. */
  get unserved(): ReadonlyMap<string, UnservedProber> {
    return this.#modules.unserved
  }

  /** A module, whose OAuth2 client gets a token from now on; what headcount does not have for it; or null: it is unknown. */
  module(name: string): ProbeModule | { readonly unserved: UnservedProber } | null {
    const module = this.#modules.served.get(name)
    if (module !== undefined) {
      const { rules } = module
      if (rules.prober === 'http' && rules.auth?.type === 'oauth2') oauth2Clients.use(rules.auth.client)
      return module
    }
    const unserved = this.#modules.unserved.get(name)
    return unserved === undefined ? null : { unserved }
  }

  /** The modules in use as YAML, or one of them without its name. Secrets are hidden. '' if it is unknown. */
  yaml(name: string | null = null): string {
    const { trees } = this.#modules
    if (name === null) return modulesText(trees)
    const tree = trees.get(name)
    return tree === undefined ? '' : moduleText(tree)
  }

  /** Calls `listener` when a reload has changed the modules. */
  follow(listener: () => void): void {
    this.#listener = listener
  }

  /**
   * Reads the file again. Resolves with the notices that are new. Rejects with a ListError, and keeps the modules, if it can't be read
   * or has a problem.
   */
  async reload(): Promise<readonly string[]> {
    const path = this.#path
    if (path === null) return []
    const before = this.#modules.notices
    const text = await configText(path, 'read at the start')
    const { result: modules, uses } = requestFiles.readings.record(() => readModules(text, path))
    const [first, ...others] = modules.problems
    if (first !== undefined) {
      const [, place = '', why = ''] = /^(.*?:\d+:\d+): (.*)$/s.exec(first) ?? []
      throw new ListError(place, [why, ...others].join('\n'))
    }
    this.#replaceClients(modules)
    this.#modules = modules
    this.#uses = uses
    this.#listener()
    return modules.notices.filter((notice) => !before.includes(notice))
  }

  /** Throws a ListError, and keeps the former ones, if they are too many. */
  #replaceClients(modules: Modules): void {
    const { clients } = this.#modules
    removeOthers(clients, modules.clients)
    try {
      this.#defineClients(modules)
    } catch (error) {
      removeOthers(modules.clients, clients)
      this.#defineClients(this.#modules)
      throw error
    }
  }

  #defineClients({ clients }: Modules): void {
    try {
      for (const [name, client] of clients) oauth2Clients.define(name, client)
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      throw new ListError(redactName(this.#path ?? ''), `oauth2: ${error.message}`, error)
    }
  }
}
