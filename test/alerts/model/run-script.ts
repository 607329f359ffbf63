import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Alert } from '../../../src/alerts/alert.ts'
import type { Silence } from '../../../src/alerts/alert-rule.ts'
import { START } from '../../helpers/alert-samples.ts'
import { Machine } from './machine.ts'
import type { Arrival } from './machine.ts'
import { Reference } from './reference.ts'
import { ALERTS } from './world.ts'
import type { Script, Step } from './world.ts'

const S = 1_000
/** So long after the last step everything must have been told, in seconds: receivers that refused are tried again. */
const CALM = 3 * 3_600

/** Runs a script on the machine and on the reference. Throws if they tell other things. */
export async function runScript(script: Script, root: string): Promise<void> {
  const directory = mkdtempSync(join(root, 'model-'))
  try {
    const run = new Run(script, directory)
    for (const step of script.steps) await run.step(step)
    await run.end()
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

class Run {
  readonly #script: Script
  readonly #directory: string
  readonly #windows
  readonly #reference: Reference
  readonly #arrivals: Arrival[] = []
  /** How often the machine died while a notification was with its receiver, by receiver and id. */
  readonly #cutOff = new Map<string, number>()
  /** What is true of each alert, whatever the machine knows. */
  readonly #firing = new Set<Alert>()
  #machine: Machine
  #now = START
  /** What the reference learns when the turn is written. */
  #steps: ((now: number) => void)[] = []
  #referenceAt = START
  #attempts = 0
  #deaths = 0
  #isCalm = false
  #clock = 0
  #unseen = 0
  /** When what a new machine knows is polled. */
  #pollsAt = Infinity

  constructor(script: Script, directory: string) {
    this.#script = script
    this.#directory = directory
    this.#windows = script.windows.map(({ dc, from, seconds }) => ({
      dc,
      from: START + from * S,
      to: START + (from + seconds) * S,
    }))
    this.#reference = new Reference(this.#windows)
    this.#machine = this.#start(join(directory, 'alerts.db'))
  }

  async step(step: Step): Promise<void> {
    switch (step.type) {
      case 'fire':
        this.#fire(ALERTS[step.alert] as Alert)
        break
      case 'end':
        this.#end(ALERTS[step.alert] as Alert, step.how)
        break
      case 'wait':
        await this.#wait(step.seconds)
        return
      case 'silence':
        this.#silence(step)
        break
      case 'end silence':
        this.#endSilence()
        break
      case 'acknowledge': {
        const alert = ALERTS[step.alert] as Alert
        this.#machine.planner.acknowledge(alert.key, 'me', this.#now)
        this.#steps.push(() => this.#reference.acknowledge(alert))
        break
      }
      case 'kill':
        this.#clock = step.clock * S
        this.#unseen = step.unseen * S
        if (step.when === 'now') await this.#kill()
        else this.#machine.fate = step.when
        return
    }
    await this.#turn()
  }

  /** Waits until all receivers have taken all, and compares. */
  async end(): Promise<void> {
    this.#isCalm = true
    this.#tellTruth()
    this.#machine.fate = null
    for (const alert of this.#firing) this.#end(alert, 'resolved')
    await this.#turn()
    await this.#wait(CALM)
    const { planner, queue, store } = this.#machine
    if (planner.alerts().length + planner.groups().length + queue.waiting > 0)
      throw new Error('not all is over')
    if (store.loadPending().length > 0) throw new Error('not all is marked')
    const replaced = store
      .latest('replaced', 1e6)
      .map(({ receiver, sequence }) => ({ receiver, id: store.notification(sequence)?.id ?? '' }))
    store.close()
    this.#compare(replaced)
  }

  #fire(alert: Alert): void {
    // A change is no state: it can come again and again.
    if (alert.kind !== 'changed') this.#firing.add(alert)
    this.#machine.planner.apply([{ type: 'fired', alert }], this.#now)
    this.#steps.push((now) => this.#reference.fire(alert, now))
  }

  #end(alert: Alert, how: 'resolved' | 'unwatched'): void {
    if (!this.#firing.delete(alert)) return
    this.#machine.planner.apply([{ type: how, alert: { ...alert, resolvedAt: this.#now } }], this.#now)
    this.#steps.push((now) => this.#reference.end(alert, how, now))
  }

  #silence({ label, value, seconds }: Extract<Step, { type: 'silence' }>): void {
    const silence: Silence = {
      id: `${label} ${value}`,
      urls: [],
      match: [{ label, isPositive: true, values: [value], pattern: null }],
      author: 'me',
      comment: '',
      from: this.#now,
      to: this.#now + seconds * S,
    }
    this.#machine.planner.silence(silence)
    this.#steps.push(() => this.#reference.muting.silences.set(silence.id, silence))
  }

  #endSilence(): void {
    const [silence] = this.#machine.planner.silences()
    if (silence === undefined) return
    this.#machine.planner.endSilence(silence.id)
    this.#steps.push(() => this.#reference.muting.silences.delete(silence.id))
  }

  async #wait(seconds: number): Promise<void> {
    for (let left = seconds * S; left > 0;) {
      const due = Math.min(this.#machine.nextDue, this.#pollsAt)
      const next = Math.min(Math.max(due - this.#now, 0), left)
      left -= next
      this.#now += next
      await this.#turn()
    }
  }

  async #turn(): Promise<void> {
    const machine = this.#machine
    if (this.#now >= this.#pollsAt) this.#tellTruth()
    if (await machine.turn(this.#now)) this.#advanceReference()
    this.#steps = []
    if (machine.isDead) await this.#kill()
  }

  #advanceReference(): void {
    while (this.#referenceAt + S < this.#now) this.#reference.second((this.#referenceAt += S))
    for (const step of this.#steps) step(this.#now)
    this.#reference.second(this.#now)
    this.#referenceAt = this.#now
  }

  /** The machine dies, the clock is set, another one goes on with its files. */
  async #kill(): Promise<void> {
    this.#deaths += 1
    const file = this.#machine.die(join(this.#directory, `${this.#deaths}`))
    this.#now += this.#clock
    this.#clock = 0
    this.#referenceAt = this.#now
    this.#machine = this.#start(file)
    const { savedAt } = this.#machine.store.loadPlan().marks ?? {}
    this.#reference.shift(savedAt === undefined ? 0 : this.#now - savedAt)
    this.#reference.restart(this.#now)
    this.#pollsAt = this.#now + this.#unseen
    await this.#turn()
  }

  /** The next polls find what the machine does not know. */
  #tellTruth(): void {
    this.#pollsAt = Infinity
    const known = new Map(this.#machine.planner.firing().map((alert) => [alert.key, alert]))
    for (const alert of ALERTS) {
      const isKnown = known.has(alert.key)
      if (this.#firing.has(alert) === isKnown) continue
      this.#firing.add(alert)
      if (isKnown) this.#end(alert, 'resolved')
      else this.#fire(alert)
    }
    for (const alert of this.#machine.planner.firing()) {
      this.#machine.planner.apply([{ type: 'seen', alert }], this.#now)
      this.#steps.push((now) => this.#reference.see(alert, now))
    }
  }

  #start(file: string): Machine {
    return new Machine(file, this.#windows, this.#now, (arrival) => this.#arrived(arrival))
  }

  #arrived(arrival: Arrival): boolean {
    const { answers } = this.#script
    const isTaken = this.#isCalm || (answers[this.#attempts++ % answers.length] ?? true)
    if (!isTaken) return false
    this.#arrivals.push(arrival)
    if (this.#machine.fate === 'sending') {
      const key = keyOf(arrival)
      this.#cutOff.set(key, (this.#cutOff.get(key) ?? 0) + 1)
    }
    return true
  }

  /** `repeats`: those that were not sent, since something later was. */
  #compare(repeats: readonly { readonly receiver: string; readonly id: string }[]): void {
    const seen = new Map<string, number>()
    const first: Arrival[] = []
    for (const arrival of this.#arrivals) {
      const times = (seen.get(keyOf(arrival)) ?? 0) + 1
      seen.set(keyOf(arrival), times)
      if (times === 1) first.push(arrival)
      else if (times > 1 + (this.#cutOff.get(keyOf(arrival)) ?? 0))
        throw new Error(`told twice: ${lineOf(arrival)}`)
    }
    // What `backup` was told counts as told to `chat`, unless that has taken it too.
    const isChats = ({ receiver, id }: { readonly receiver: string; readonly id: string }) =>
      receiver !== 'backup' || !seen.has(`chat ${id}`)
    const told = first
      .filter(({ receiver, notification: { id } }) => isChats({ receiver, id }))
      .map((arrival) => (arrival.receiver === 'backup' ? { ...arrival, receiver: 'chat' } : arrival))
    const others = told.filter(({ receiver }) => receiver !== 'chat')
    // Of `chat` and `backup` together no order is promised.
    const chats = told.filter(({ receiver }) => receiver === 'chat')
    chats.sort((one, other) => one.sequence - other.sequence)
    const replaced = repeats.filter(isChats).length
    const sent = sorted(
      [...others, ...chats].map((arrival) => ({ receiver: arrival.receiver, text: textOf(arrival) })),
    )
    const expected = sorted(this.#reference.sent)
    const left = [...sent]
    const missing = expected.filter((line) => line !== left[0] || left.shift() === undefined)
    if (left.length > 0 || missing.length !== replaced || missing.some((line) => !line.includes(' repeat ')))
      throw new Error(`sent:\n${sent.join('\n')}\nexpected, but for ${replaced}:\n${expected.join('\n')}`)
  }
}

const keyOf = ({ receiver, notification }: Arrival): string => `${receiver} ${notification.id}`

function textOf({ notification: { rule, cause, alerts, firing } }: Arrival): string {
  return `${rule} ${cause} ${alerts.map(({ url }) => url).join(' ')} (${firing})`
}

const lineOf = (arrival: Arrival): string => `${arrival.receiver}: ${textOf(arrival)}`

/** In the order of each receiver and group, which is the one that is promised. */
function sorted(lines: readonly { readonly receiver: string; readonly text: string }[]): string[] {
  const laneOf = ({ receiver, text }: { readonly receiver: string; readonly text: string }) =>
    `${receiver} ${text.split(' ')[0]} ${/\/\/(.)/.exec(text)?.[1]}`
  const lanes = Map.groupBy(lines, laneOf)
  return [...lanes.keys()]
    .toSorted()
    .flatMap((lane) => (lanes.get(lane) ?? []).map(({ text }) => `${lane}: ${text}`))
}
