import os from 'node:os'
import { parseHosts } from './hosts.ts'
import type { Hosts } from './hosts.ts'
import { parseResolvConf } from './resolv-conf.ts'
import type { ResolvConf } from './resolv-conf.ts'
import { WatchedFile } from './watched-file.ts'

/** Minimum time between two checks of the files, in ms. */
export const CHECK_MS = 3_000

/** Paths of the system's files for name resolution. */
export interface NameFiles {
  readonly hosts: string
  readonly resolvConf: string
}

/** The present contents of the system's files for name resolution. They are checked when names are looked up, not by a timer. */
export class SystemFiles {
  readonly #hosts: WatchedFile<Hosts>
  readonly #resolvConf: WatchedFile<ResolvConf>
  readonly #onChange: (resolvConf: boolean) => void
  #checkAt = -Infinity
  #checking: Promise<void> | null = null

  /** `onChange` is called when a file has changed, with whether resolv.conf has. */
  constructor(paths: Partial<NameFiles>, onChange: (resolvConf: boolean) => void) {
    this.#hosts = new WatchedFile(paths.hosts ?? '/etc/hosts', parseHosts)
    this.#resolvConf = new WatchedFile(paths.resolvConf ?? '/etc/resolv.conf', (text) =>
      parseResolvConf(text, os.hostname()),
    )
    this.#onChange = onChange
  }

  get hosts(): Hosts {
    return this.#hosts.value
  }

  get resolvConf(): ResolvConf {
    return this.#resolvConf.value
  }

  /** Checks the files if that is due. Null if there is nothing to wait for. */
  check(now: number): Promise<void> | null {
    if (now >= this.#checkAt && this.#checking === null) {
      this.#checkAt = now + CHECK_MS
      this.#checking = Promise.all([this.#hosts.check(), this.#resolvConf.check()]).then(
        ([hosts, resolvConf]) => {
          this.#checking = null
          if (hosts || resolvConf) this.#onChange(resolvConf)
        },
      )
    }
    return this.#checking
  }
}
