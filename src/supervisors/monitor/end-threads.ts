import { setTimeout as sleep } from 'node:timers/promises'
import type { MessagePort } from 'node:worker_threads'
import { EXIT_GRACE_MS } from '../../runtime/exit-deadline.ts'
import type { ExitDeadline } from '../../runtime/exit-deadline.ts'
import type { Counts } from '../../state/latest-state.ts'
import { portTo } from '../../threads/port-to.ts'
import type { MonitorSupervisor } from './monitor-supervisor.ts'

/** A thread that gets what the monitor has passed on. `isDone`: the run has its results, and there is time for that. */
interface ResultThread {
  stop(isDone: boolean, patienceMs: number): Promise<void>
}

/** Who has the results of a run, or shows how far it is; null: nobody. */
interface ResultHolders {
  readonly monitor: Pick<MonitorSupervisor, 'send' | 'stop'>
  readonly pageExport: { write(questions: MessagePort): Promise<void> } | null | undefined
  readonly progress: { end(stalledMs: number): Promise<void> } | null
  readonly web: ResultThread | null
  readonly recorder: ResultThread | null
  readonly alerter: ResultThread | null
}

/**
 * Ends the threads that have the results, when the pollers have ended. A run that is complete waits for a slow reader of them without limit,
 * and some seconds for the others, until it is hurried. `isPushed`: the web thread pushes metrics. Resolves with how many URLs have which
 * verdict; null, and `failed` is called, when the last state could not be printed.
 */
export async function endThreads(
  { monitor, pageExport, progress, web, recorder, alerter }: ResultHolders,
  isPushed: boolean,
  deadline: ExitDeadline,
  failed: (error: Error) => void,
): Promise<Counts | null> {
  const { hurried } = deadline
  if (deadline.isPatient)
    await Promise.race([
      pageExport?.write(portTo((port) => monitor.send({ type: 'questions', port }))),
      hurried,
    ])
  const webStops = web?.stop(deadline.isPatient, deadline.webMs)
  // The last push asks the monitor.
  if (isPushed) await Promise.race([webStops, hurried])
  await Promise.race([progress?.end(EXIT_GRACE_MS), hurried])
  const counts = await monitor.stop(deadline).catch((error: Error) => {
    failed(error)
    return null
  })
  const others = [recorder, alerter].map((thread) => thread?.stop(deadline.isPatient, deadline.recorderMs))
  await Promise.race([Promise.all([webStops, ...others]), hurried.then(() => sleep(deadline.leftMs))])
  return counts
}
