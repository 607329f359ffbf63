import type { ClusterNode } from '../share/cluster-node.ts'
import type { Effect } from '../share/effect.ts'
import type { Exchange } from './exchange.ts'
import type { ClusterEvent } from './messages.ts'
import type { OwnStatus } from './own-status.ts'
import type { PlanView } from './plan-view.ts'

/** What effects are carried out with. */
interface EffectParts {
  /** What tokens of this thread begin with. */
  readonly tokens: string
  readonly node: ClusterNode
  readonly exchange: Exchange
  readonly view: PlanView
  readonly own: Pick<OwnStatus, 'offset'>
  readonly now: () => number
  readonly post: (event: ClusterEvent) => void
}

/** Carries out what ClusterNode decides: with the engine, and by telling main. */
export class Effects {
  readonly #parts: EffectParts
  #takes = 0

  constructor(parts: EffectParts) {
    this.#parts = parts
  }

  do(effects: readonly Effect[]): void {
    for (const effect of effects) this.#doOne(effect)
  }

  #doOne(effect: Effect): void {
    const { exchange, post } = this.#parts
    switch (effect.type) {
      case 'take':
        return void this.#take()
      case 'lend':
        return // Told together with what is known of it, by `#take`.
      case 'drop':
        exchange.drop(effect.batches)
        return post(effect)
      case 'recall':
      case 'lease':
        return post(effect)
      case 'release':
      case 'finish':
        return exchange.handBack(effect)
      default:
        effect satisfies never
    }
  }

  async #take(): Promise<void> {
    const { tokens, node, exchange, view, own, now, post } = this.#parts
    const token = `${tokens}:${++this.#takes}`
    const sentAt = now()
    const taken = await exchange.take(token).catch(() => null)
    if (taken === null) return node.nothingToTake()
    for (const effect of node.taken(taken, sentAt, now())) {
      if (effect.type === 'lend')
        post({ ...effect, facts: view.facts(taken.batch, taken.records), offset: own.offset })
      else this.#doOne(effect)
    }
  }
}
