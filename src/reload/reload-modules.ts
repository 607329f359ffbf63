import type { ProbeConfig } from '../config/blackbox/probe-config.ts'
import { ListError } from '../targets/read-targets.ts'

/** Modules that can be read again. */
interface Reloadable {
  /** Resolves with what the user should know, each a line. Rejects with a ListError, and keeps the previous ones. */
  reload(): Promise<readonly string[]>
}

/** The modules of /probe without a file of them. */
export async function builtInModules(): Promise<ProbeConfig> {
  return (await import('../config/blackbox/probe-config.ts')).ProbeConfig.open(null)
}

/** Reads modules again. Resolves with why they were rejected, if they were; it is logged too. `log` takes lines. */
export async function reloadModules(
  modules: Reloadable | null,
  log: (lines: string) => void,
): Promise<readonly string[]> {
  try {
    for (const notice of (await modules?.reload()) ?? []) log(`${notice}\n`)
    return []
  } catch (error) {
    if (!(error instanceof ListError)) throw error
    log(`${error.message}; the previous modules stay in use\n`)
    return [error.message]
  }
}

/** Lists that can be read again. */
interface ReloadableLists {
  readonly canChange: boolean
  /** Resolves with why each one was rejected that was. */
  readAgain(): Promise<readonly string[]>
}

/** Reads lists and modules again. Resolves with why some were rejected, and with what was read, as the subject of a sentence. */
export async function reloadAll(
  lists: ReloadableLists,
  modules: Reloadable | null,
  log: (lines: string) => void,
): Promise<{ readonly rejected: readonly string[]; readonly subject: string }> {
  const rejected = [...(await lists.readAgain()), ...(await reloadModules(modules, log))]
  return { rejected, subject: reloadSubject(lists.canChange, modules !== null) }
}

function reloadSubject(readsLists: boolean, readsModules: boolean): string {
  if (!readsModules) return readsLists ? 'the lists' : 'no lists'
  return readsLists ? 'the lists and the modules of /probe' : 'the modules of /probe'
}
