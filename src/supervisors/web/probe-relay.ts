import { MessageChannel } from 'node:worker_threads'
import type { MessagePort } from 'node:worker_threads'
import { fnv1a } from '../../resource/fnv.ts'
import { originOf } from '../../resource/origin-of.ts'
import { pollerNumbers } from '../../resource/poller-number.ts'
import type { PollerNumber } from '../../resource/poller-number.ts'
import type { Url } from '../../resource/resource.ts'
import { BusyMeter } from '../../resource/busy-meter.ts'
import { monotonicMs } from '../../runtime/clock.ts'
import type { ProbeModule } from '../../settings/probe-module.ts'
import type {
  ProbeEvent,
  ProbeMessage,
  ProbePending,
  ProbeRequest,
  ServedModules,
} from '../../threads/probe-protocol.ts'

/** The last requests of each poller are remembered, in case it dies: so many. */
const MAX_REMEMBERED = 8_192

/** The pollers, as probes use them. */
export interface ProbePollers {
  readonly count: number
  /** False: there is no such poller at present. */
  post(poller: PollerNumber, message: ProbePending, transfer?: MessagePort[]): boolean
  /** Many probes were asked for within ten seconds. It is called again as long as they are. */
  busy(): void
}

/** The modules of a run. */
export interface ProbeModules {
  readonly modules: readonly ProbeModule[]
  readonly served: ServedModules
  /** A module is used: what it needs for that is provided. */
  readonly use: (name: string) => void
}

/** Passes the probes that the web thread asks for to the pollers of their origins. Replies go from there to the web thread. */
export class ProbeRelay {
  readonly #pollers: ProbePollers
  readonly #originNumber: (origin: string) => number | null
  #modules: ProbeModules
  #web: MessagePort | null = null
  /** Ids of the requests that each poller got last. */
  readonly #sent = new Map<PollerNumber, number[]>()
  /** Requests that came while there was no poller: at the start, or while the only one is replaced. Bounded by the web thread. */
  #waiting: ProbeRequest[] = []
  readonly #meter = new BusyMeter(0)

  /** `originNumber`: the number of an origin of the list; null for others. */
  constructor(pollers: ProbePollers, originNumber: (origin: string) => number | null, modules: ProbeModules) {
    this.#pollers = pollers
    this.#originNumber = originNumber
    this.#modules = modules
  }

  /** There is a new web thread, which sends and receives on this port. */
  connectWeb(port: MessagePort): void {
    this.#web?.close()
    this.#web = port
    // It begins to count the ids of its requests anew.
    this.#sent.clear()
    this.#waiting = []
    port.on('message', (message: ProbeMessage) => this.#handle(message))
    // Polls keep the process running, not this port.
    port.unref()
    this.#tell({ type: 'modules', served: this.#modules.served })
    for (const poller of pollerNumbers(this.#pollers.count)) this.#connect(poller)
  }

  /** There is a new poller. */
  started(poller: PollerNumber): void {
    this.#connect(poller)
    const waiting = this.#waiting
    this.#waiting = []
    this.#relay(waiting)
  }

  /** A poller is lost. The requests that it had get no replies. */
  lost(poller: PollerNumber): void {
    this.#tell({ type: 'lost', ids: this.#sent.get(poller) ?? [] })
    this.#sent.delete(poller)
  }

  /** Uses these modules from now on. */
  setModules(modules: ProbeModules): void {
    this.#modules = modules
    for (const poller of pollerNumbers(this.#pollers.count)) this.#sendModules(poller)
    this.#tell({ type: 'modules', served: modules.served })
  }

  #connect(poller: PollerNumber): void {
    if (this.#web === null) return
    const { port1, port2 } = new MessageChannel()
    if (!this.#pollers.post(poller, { type: 'probePort', replies: port1 }, [port1])) return
    this.#sendModules(poller)
    this.#web.postMessage({ type: 'poller', replies: port2 } satisfies ProbeEvent, [port2])
  }

  #sendModules(poller: PollerNumber): void {
    this.#pollers.post(poller, { type: 'probeModules', modules: this.#modules.modules })
  }

  #handle(message: ProbeMessage): void {
    switch (message.type) {
      case 'probes':
        if (this.#meter.add(message.requests.length, monotonicMs())) this.#pollers.busy()
        return this.#relay(message.requests)
      case 'cancel':
        // The web thread gives up those whose deadline has passed, too.
        this.#waiting = this.#waiting.filter(({ id }) => !message.ids.includes(id))
        for (const poller of pollerNumbers(this.#pollers.count))
          this.#pollers.post(poller, { type: 'cancelProbes', ids: message.ids })
        break
      default:
        message satisfies never
    }
  }

  #relay(requests: readonly ProbeRequest[]): void {
    for (const { module } of requests) this.#modules.use(module)
    const byPoller = Map.groupBy(requests, (request) => this.#pollerOf(request))
    for (const [poller, some] of byPoller) {
      const ids = some.map(({ id }) => id)
      const taker = this.#send(poller, some)
      if (taker === undefined) this.#waiting.push(...some)
      else this.#remember(taker, ids)
    }
  }

  /** While the poller of an origin is replaced, another one serves it. Returns the one that does; undefined: there is none. */
  #send(poller: PollerNumber, requests: readonly ProbeRequest[]): PollerNumber | undefined {
    const others = pollerNumbers(this.#pollers.count).filter((one) => one !== poller)
    return [poller, ...others].find((one) => this.#pollers.post(one, { type: 'probes', requests }))
  }

  #remember(poller: PollerNumber, ids: readonly number[]): void {
    const known = this.#sent.get(poller) ?? []
    known.push(...ids)
    this.#sent.set(poller, known.length > 2 * MAX_REMEMBERED ? known.slice(-MAX_REMEMBERED) : known)
  }

  #pollerOf({ url }: ProbeRequest): PollerNumber {
    const origin = originOf(url as Url)
    const number = this.#originNumber(origin) ?? fnv1a(origin)
    const { count } = this.#pollers
    return pollerNumbers(count)[number % count] as PollerNumber
  }

  #tell(event: ProbeEvent): void {
    this.#web?.postMessage(event)
  }
}
