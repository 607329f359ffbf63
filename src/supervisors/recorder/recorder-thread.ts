import type { MessagePort } from 'node:worker_threads'
import { FileThread } from '../../threads/file-thread.ts'
import type { HistoryAsker } from '../../threads/history-question-handler.ts'
import type { FileThreadHooks } from '../../threads/file-thread.ts'
import type {
  EarlierStates,
  KnowsUrls,
  MaintenanceWindow,
  RecorderLaunch,
  RecorderMessage,
  RecorderOptions,
} from '../../threads/recorder-protocol.ts'

/** Main's side of one recorder thread. */
export class RecorderThread extends FileThread<RecorderMessage> {
  constructor(options: RecorderOptions, maintenance: readonly MaintenanceWindow[], hooks: FileThreadHooks) {
    super('recorder', (commands) => ({ options, maintenance, commands }) satisfies RecorderLaunch, hooks)
  }

  /** Whether an earlier run has left anything. */
  async knowsUrls(): Promise<boolean> {
    return ((await this.send({ type: 'knowsUrls' })) as KnowsUrls).knowsUrls
  }

  /** Registers URLs, packed by `packUrls`. Resolves with what an earlier run knew of them, packed, if that is asked for. */
  async register(urls: ArrayBuffer, isFirst: boolean, wantsEarlier: boolean): Promise<ArrayBuffer | null> {
    const reply = await this.send({ type: 'urls', urls, isFirst, wantsEarlier })
    return wantsEarlier ? (reply as EarlierStates).earlier : null
  }

  /** Has the thread record what a monitor sends on this port. */
  async setMonitor(port: MessagePort): Promise<void> {
    await this.send({ type: 'monitor', port })
  }

  /** Has the thread answer questions on this port. */
  answer(questions: MessagePort, asker: HistoryAsker): void {
    this.post({ type: 'questions', port: questions, asker })
  }

  /** These maintenance windows apply from now on. */
  maintain(windows: readonly MaintenanceWindow[]): void {
    this.post({ type: 'maintenance', windows })
  }

  /** Resolves when the thread has answered. Rejects when it has ended or ends before. */
  async ping(): Promise<void> {
    await this.send({ type: 'ping' })
  }

  /** Has the thread write what it has got, then ends it. Returns whether that was done within `patienceMs`. */
  stop(patienceMs: number): Promise<boolean> {
    return this.finish({ type: 'stop' }, patienceMs)
  }
}
