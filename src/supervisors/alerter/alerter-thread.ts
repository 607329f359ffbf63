import type { MessagePort } from 'node:worker_threads'
import type { AlerterLaunch, AlerterMessage, AlerterOptions } from '../../threads/alerter-protocol.ts'
import { FileThread } from '../../threads/file-thread.ts'
import type { FileThreadHooks } from '../../threads/file-thread.ts'

/** How much longer than it may send for an alerter is waited for at its end, in ms: it kills commands that do not end, half a second later, and writes. */
const CLOSING_MS = 900

/** Main's side of one alerter thread. */
export class AlerterThread extends FileThread<AlerterMessage> {
  /** `shared`: where the state of alerts is that machines share; null: it is in the file of the options. */
  constructor(options: AlerterOptions, hooks: FileThreadHooks, shared: MessagePort | null) {
    const ports = shared === null ? [] : [shared]
    super('alerter', (alerts) => ({ options, alerts, shared }) satisfies AlerterLaunch, hooks, ports)
  }

  /** Registers URLs, packed by `packUrls`. */
  async register(urls: ArrayBuffer, isFirst: boolean): Promise<void> {
    await this.send({ type: 'urls', urls, isFirst })
  }

  /** All URLs are registered: has the thread take what a monitor sends on this port. `isComplete`: no list is still to be read. */
  async setMonitor(port: MessagePort, isComplete: boolean): Promise<void> {
    await this.send({ type: 'monitor', port, isComplete })
  }

  /** Each list was read, and the monitor knows its URLs. */
  listsComplete(): void {
    this.post({ type: 'listsComplete' })
  }

  /** Has the thread ask a recorder on this port. */
  setRecorder(questions: MessagePort): void {
    this.post({ type: 'recorder', questions })
  }

  /** Has the thread answer questions on this port. */
  answer(questions: MessagePort): void {
    this.post({ type: 'questions', port: questions })
  }

  /** Has the thread use this configuration from now on, and link to this status page. */
  configure({ config, link }: Pick<AlerterOptions, 'config' | 'link'>): void {
    this.post({ type: 'config', config, link })
  }

  /** Resolves when the thread has answered. Rejects when it has ended or ends before. */
  async ping(): Promise<void> {
    await this.send({ type: 'ping' })
  }

  /** Has the thread write what it has got and send for `patienceMs` at most, then ends it. Returns whether it was done in time. */
  stop(patienceMs: number): Promise<boolean> {
    return this.finish({ type: 'stop', patienceMs }, patienceMs + CLOSING_MS)
  }
}
