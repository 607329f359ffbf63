import type { MessagePort } from 'node:worker_threads'
import type { Resource, Url } from '../../resource/resource.ts'
import { unpolledResource } from '../../resource/resource.ts'
import type { ProbeModule } from '../../settings/probe-module.ts'
import { LOCAL_CAUSES } from '../../state/local-causes.ts'
import type { ProbeReply, ProbeRequest } from '../../threads/probe-protocol.ts'
import { FairQueue } from '../../poll/fair-queue.ts'
import type { ReadyResource } from '../../poll/fair-queue.ts'
import { NO_ID } from '../../poll/probing.ts'
import type { Probing } from '../../poll/probing.ts'
import type { Judgement } from '../../poll/verdict/judge.ts'
import { moduleProber } from './module-prober.ts'
import type { ModuleProber } from './module-prober.ts'
import { PendingProbe } from './pending-probe.ts'
import { ProbeRunner } from './probe-runner.ts'
import { unmadeText } from './report-text.ts'

/** The share of the polls in flight, and of those of one origin, that can be probes, so that those of the list stay on time. */
const MAX_SHARE = 1 / 2

/** Takes the probes of a poller, has each made when it is its turn, and sends the replies. */
export class ProbeDesk {
  readonly #probing: Probing
  readonly #runner: ProbeRunner
  readonly #modules = new Map<string, ModuleProber | string>()
  /** Those without a reply, by id. Bounded by the web thread, which says when nobody waits for one any more. */
  readonly #pending = new Map<number, PendingProbe>()
  readonly #waiting: FairQueue<PendingProbe>
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

  /** Sends replies to this port from now on. Probes that came before are given up: another thread wants their replies. */
  setPort(replies: MessagePort): void {
    this.#port?.close()
    this.#port = replies
    this.#replies = []
    this.cancel([...this.#pending.keys()])
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
    for (const request of requests) {
      const probe = new PendingProbe(request, this.#probing.now)
      this.#pending.set(request.id, probe)
      this.#waiting.push(unpolledResource(NO_ID, request.url as Url), probe)
    }
    this.#admit()
  }

  /** Gives up these probes, if it has them: those that wait are not made, those in flight end. They get no replies. */
  cancel(ids: readonly number[]): void {
    const cancelled = ids.flatMap((id) => this.#pending.get(id) ?? [])
    if (cancelled.length === 0) return
    for (const probe of cancelled) {
      probe.cancel()
      this.#pending.delete(probe.request.id)
    }
    this.#waiting.remove((probe) => probe.isCancelled)
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
      const probe = ready.profile
      const prober = this.#modules.get(probe.request.module)
      if (prober === undefined || typeof prober === 'string') {
        this.#refuse(probe, prober ?? 'the module is not known any more')
        this.#waiting.release(ready.origin)
      } else this.#enqueue(ready, prober)
    }
  }

  #enqueue({ resource, profile: probe, origin }: ReadyResource<PendingProbe>, prober: ModuleProber): void {
    const { now, enqueue } = this.#probing
    this.#admitted++
    enqueue(resource, async (): Promise<Judgement> => {
      const isInTime = probe.request.deadline > now() && !probe.isCancelled
      const judgement = isInTime
        ? await this.#run(probe, resource, prober)
        : this.#refuse(probe, 'the deadline passed before its turn came')
      this.#admitted--
      this.#waiting.release(origin)
      this.#admit()
      return judgement
    })
  }

  /** Answers a probe that was not made: that says nothing of the target. */
  #refuse(probe: PendingProbe, why: string): Judgement {
    this.#reply(probe, { id: probe.request.id, metrics: unmadeText(), log: `${why}\n` })
    return { verdict: 'down', reason: 'timeout', detail: why }
  }

  async #run(probe: PendingProbe, resource: Resource, prober: ModuleProber): Promise<Judgement> {
    try {
      const outcome = await this.#runner.run(probe, resource, prober)
      if (outcome === null) return this.#refuse(probe, 'nobody waits for it')
      this.#reply(probe, outcome.reply)
      return outcome.judgement
    } catch (error) {
      // A bug in headcount must not end the polls and probes of others.
      return this.#refuse(probe, `${LOCAL_CAUSES['unknown-error'].text}: ${String(error)}`)
    }
  }

  /** Replies of one turn of the event loop go in one message. */
  #reply({ isCancelled }: PendingProbe, reply: ProbeReply): void {
    if (isCancelled) return
    this.#pending.delete(reply.id)
    if (this.#replies.length === 0) setImmediate(() => this.#flush())
    this.#replies.push(reply)
  }

  #flush(): void {
    if (this.#replies.length > 0) this.#port?.postMessage(this.#replies)
    this.#replies = []
  }
}
