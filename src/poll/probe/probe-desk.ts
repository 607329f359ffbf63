import type { MessagePort } from 'node:worker_threads'
import type { Resource, Url } from '../../resource/resource.ts'
import { unpolledResource } from '../../resource/resource.ts'
import type { ProbeModule } from '../../settings/probe-module.ts'
import type { ProbeReply, ProbeRequest } from '../../threads/probe-protocol.ts'
import { FairQueue } from '../fair-queue.ts'
import type { ReadyResource } from '../fair-queue.ts'
import { NO_ID } from '../probing.ts'
import type { Probing } from '../probing.ts'
import type { Judgement } from '../verdict/judge.ts'
import { moduleProber } from './module-prober.ts'
import type { ModuleProber } from './module-prober.ts'
import { ProbeRunner } from './probe-runner.ts'
import { unmadeText } from './report-text.ts'

/** The share of the polls in flight, and of those of one origin, that can be probes, so that those of the list stay on time. */
const MAX_SHARE = 1 / 2

/** Takes the probes of a poller, has each made when it is its turn, and sends the replies. */
export class ProbeDesk {
  readonly #probing: Probing
  readonly #runner: ProbeRunner
  readonly #modules = new Map<string, ModuleProber | string>()
  /** Bounded by the web thread. */
  readonly #waiting: FairQueue<ProbeRequest>
  readonly #most: number
  #admitted = 0
  #port: MessagePort | null = null
  #replies: ProbeReply[] = []

  constructor(probing: Probing) {
    this.#probing = probing
    this.#runner = new ProbeRunner(probing)
    const { concurrency, hostConcurrency } = probing.options
    this.#most = Math.ceil(concurrency * MAX_SHARE)
    this.#waiting = new FairQueue(Math.ceil(hostConcurrency * MAX_SHARE))
  }

  /** Sends replies to this port from now on. */
  setPort(replies: MessagePort): void {
    this.#port?.close()
    this.#port = replies
  }

  /** Uses these modules for the probes that come after this. Those in flight keep theirs. */
  setModules(modules: readonly ProbeModule[]): void {
    for (const former of this.#modules.values())
      if (typeof former !== 'string') this.#probing.prober.releaseProfile(former.profile)
    this.#modules.clear()
    for (const module of modules) this.#modules.set(module.name, this.#prepared(module))
  }

  /** Takes probes. */
  accept(requests: readonly ProbeRequest[]): void {
    for (const request of requests) this.#waiting.push(unpolledResource(NO_ID, request.url as Url), request)
    this.#admit()
  }

  #prepared(module: ProbeModule): ModuleProber | string {
    try {
      return moduleProber(module, this.#probing)
    } catch (error) {
      return (error as Error).message
    }
  }

  #admit(): void {
    while (this.#admitted < this.#most) {
      const ready = this.#waiting.next()
      if (ready === null) return
      const request = ready.profile
      const prober = this.#modules.get(request.module)
      if (prober === undefined || typeof prober === 'string') {
        this.#refuse(request, prober ?? 'the module is not known any more')
        this.#waiting.release(ready.origin)
      } else this.#enqueue(ready, prober)
    }
  }

  #enqueue({ resource, profile: request, origin }: ReadyResource<ProbeRequest>, prober: ModuleProber): void {
    const { now, enqueue } = this.#probing
    this.#admitted++
    enqueue(resource, async (): Promise<Judgement> => {
      const judgement =
        request.deadline > now()
          ? await this.#run(request, resource, prober)
          : this.#refuse(request, 'the deadline passed before its turn came')
      this.#admitted--
      this.#waiting.release(origin)
      this.#admit()
      return judgement
    })
  }

  /** Answers a probe that was not made: that says nothing of the target. */
  #refuse({ id }: ProbeRequest, why: string): Judgement {
    this.#reply({ id, metrics: unmadeText(), log: `${why}\n` })
    return { verdict: 'down', reason: 'timeout', detail: why }
  }

  async #run(request: ProbeRequest, resource: Resource, prober: ModuleProber): Promise<Judgement> {
    const { judgement, reply } = await this.#runner.run(request, resource, prober)
    this.#reply(reply)
    return judgement
  }

  /** Replies of one turn of the event loop go in one message. */
  #reply(reply: ProbeReply): void {
    if (this.#replies.length === 0)
      setImmediate(() => {
        this.#port?.postMessage(this.#replies)
        this.#replies = []
      })
    this.#replies.push(reply)
  }
}
