import { createAlerter } from './supervisors/alerter/create-alerter.ts'
import { createCluster } from './cluster/create-cluster.ts'
import { ExitStatus } from './command/exit-status.ts'
import type { ExitCode } from './command/exit-status.ts'
import { maxDownText } from './command/max-down-text.ts'
import type { Options } from './command/options.ts'
import { endThreads } from './supervisors/monitor/end-threads.ts'
import { mainStats } from './supervisors/monitor/main-stats.ts'
import { monitorOptions } from './supervisors/monitor/launch-options.ts'
import { liveView } from './supervisors/monitor/live-view.ts'
import { monitorEvents } from './supervisors/monitor/monitor-events.ts'
import { MonitorSupervisor } from './supervisors/monitor/monitor-supervisor.ts'
import { Notices } from './supervisors/monitor/notices.ts'
import { reportSetAside } from './supervisors/monitor/report-set-aside.ts'
import { followFiles } from './supervisors/pollers/follow-files.ts'
import { PollerSupervisor } from './supervisors/pollers/poller-supervisor.ts'
import type { Progress } from './print/progress-bar.ts'
import { createRecorder } from './supervisors/recorder/create-recorder.ts'
import { listConsumer } from './reload/list-consumer.ts'
import { builtInModules, reloadAll, reloadModules } from './reload/reload-modules.ts'
import { counted } from './resource/counted.ts'
import { monotonicMs } from './runtime/clock.ts'
import { ExitDeadline, FLUSH_MS, startAborted } from './runtime/exit-deadline.ts'
import { endingText } from './runtime/ending-text.ts'
import { createObjectsYoung, letHeapsGrow } from './runtime/heap-flags.ts'
import type { Signals } from './runtime/signals.ts'
import { isTerminal, screenOptions, Terminal } from './runtime/terminal.ts'
import { Dispatcher } from './schedule/dispatcher.ts'
import { OnceResults } from './schedule/once-results.ts'
import { Schedule } from './schedule/schedule.ts'
import { countOf } from './settings/count-or-share.ts'
import { TokenStore } from './tokens/token-store.ts'
import { ReplayedPolls } from './supervisors/monitor/replayed-polls.ts'
import { createRelay } from './supervisors/web/create-relay.ts'
import { createWeb } from './supervisors/web/create-web.ts'
import { KnownSettling } from './state/known-settling.ts'
import type { Work } from './reload/work.ts'

/**
 * The main of the codewalk: starts the monitor, launches the Pollers, sends them Resources that are due, takes them back and lets
 * each sleep until it is due again. `stderr` writes lines to standard error.
 */
export async function main(
  given: Work,
  options: Options,
  signals: Signals,
  stderr: (lines: string) => void,
  progress: Progress | null = null,
): Promise<ExitCode> {
  const { poolSize, once, poll, durationMs, listen, otlp } = options
  const screen = options.format === 'table' ? screenOptions(!options.files.includes('-')) : null
  const notices = new Notices(stderr, screen === null ? null : () => monitor)
  const log = (lines: string) => notices.log(lines)
  // Lines on a live view disappear with it.
  const exitStatus = new ExitStatus(once, screen === null ? { log } : { logAtExit: stderr })
  const failed = (error: Error) => exitStatus.fail(error)

  const cluster = await createCluster(given, options, { log, failed })
  const { table, profiles, lists, inputs, probes, pages, pageExport } = cluster?.work ?? given

  // Start the monitor. It knows every URL before its first State. No hook is called before all of this is set up.
  const events = monitorEvents(
    exitStatus,
    log,
    () => signals.interrupt(),
    () => {
      for (const one of [replayed, notices, web, recorder, alerter]) one?.monitorStarted()
    },
  )
  const settling = new KnownSettling(table, profiles, once)
  const replayed = new ReplayedPolls(table, settling)
  const shown = screen === null ? null : await import('./settings/shown-settings.ts')
  const recorder = await createRecorder(table, pages, options.recorder, {
    feed: (port) => monitor.send({ type: 'recorder', port }),
    settled: (id, verdict) => settling.settledBefore(id, verdict),
    started() {
      for (const one of [web, alerter]) one?.recorderStarted()
    },
    log,
  })
  // Tell people what the rules of the configuration are about, if it has any.
  const alerter = await createAlerter(cluster, { table, lists, pages }, options, {
    feed: (port) => monitor.send({ type: 'alerter', port }),
    askRecorder: recorder === null ? null : (port) => recorder.answer(port, 'alerter'),
    started: () => web?.alerterStarted(),
    log,
  })
  // Answer over HTTP and push metrics, if that is asked for. Nothing waits for it.
  const web = await createWeb(table, options, {
    takeProbes: (port) => relay?.connectWeb(port),
    askMonitor: (port) => monitor.send({ type: 'questions', port }),
    askRecorder: recorder === null ? null : (port) => recorder.answer(port, 'web'),
    askAlerter: alerter === null ? null : (port) => alerter.answer(port),
    reload: () => reloadAll(lists, probes, log),
    log,
    pages,
    profiles,
  })
  const settings = shown?.shownSettings(table, profiles, poll) ?? null
  const places = cluster === null ? lists.places : null
  const known = { settling, before: replayed.before, settings, earlier: recorder, places }
  const run = shown?.runSettings(poll) ?? []
  const input = { ...options, listen: listen ?? pageExport, alerts: alerter, settings: run }
  const monitor = new MonitorSupervisor(table, known, monitorOptions(input, inputs(), screen), events)
  if (probes !== null) signals.onHangUp(() => void reloadModules(probes, log))
  if (options.outputs.length > 0) signals.onHangUp(() => monitor.send({ type: 'reopen', inputs: inputs() }))
  const terminal = screen === null ? null : new Terminal(screen, liveView(monitor, notices))
  // Always the first thread, for tools outside. It gets the URLs when the recorder has put back what an earlier run knew of them.
  const monitorStarts = monitor.start(() => recorder?.start() ?? Promise.resolve())
  monitorStarts.catch(() => {}) // `starts` reports it.

  // Launch the Pollers. The Resources that one returns sleep until they are due; those of a dead one are due at once.
  const pollers = new PollerSupervisor(poolSize, poll, profiles, {
    launched(poller, status) {
      monitor.listen(poller, cluster?.statesOf(poller, status) ?? status)
      relay?.started(poller)
    },
    returned(resources, isSwitched) {
      if (isSwitched) replayed.returned(resources)
      settling.returned(resources)
      dispatcher.returned(resources)
      cluster?.returned(resources)
    },
    notices: log,
    renew: (client, refused) => tokens.renew(client, refused),
    lost(poller, reason, suspectsInFlight) {
      relay?.lost(poller)
      const { count, setAside } = dispatcher.close(poller, suspectsInFlight)
      log(`poller ${poller} was lost (${reason}); it had ${counted(count, 'Resource')}, due again now\n`)
      if (setAside.length > 0)
        monitor.send({ type: 'states', batch: reportSetAside(setAside, poller, table, log) })
    },
    replaced: (poller) => dispatcher.open(poller),
    failed,
  })
  const relay = await createRelay(web, () => probes ?? builtInModules(), table, poolSize, pollers)
  const users = [given.profiles, profiles, pages, probes]
  const stopFollowing = followFiles(pollers, users, (line) => log(`${line}\n`))
  const fetching = { userAgent: poll.userAgent, ca: poll.tls.ca }
  const tokens = new TokenStore(fetching, (all) => pollers.setFiles(all), monotonicMs)
  const starts = Promise.all([monitorStarts, pollers.start(), web?.start(), alerter?.start()]).catch(failed)
  if (!(await Promise.race([starts, startAborted(signals)]))) {
    exitStatus.stop()
    terminal?.close(false)
    return exitStatus.code(false)
  }
  createObjectsYoung()

  // Send Resources that are due to the Pollers.
  const mostDown = countOf(options.maxDown, table.size)
  const ends = { ...options, mostFailed: options.failFast ? mostDown : null }
  const results = once ? new OnceResults(table.limit, ends, settling, () => exitStatus.done()) : null
  const scheduled = { ...options, ...poll, pollers: poolSize, results }
  const schedule = new Schedule(table, scheduled, monotonicMs(), (profile) => profiles.cadence(profile))
  const dispatcher = new Dispatcher(schedule, poolSize, monotonicMs, {
    send: (poller, batch) => pollers.send(poller, batch),
    polledOnce: once ? () => exitStatus.done() : null,
    busy: letHeapsGrow,
  })
  pollers.enableRestart()
  const stats = () => mainStats({ dispatcher, pollers, lists, cluster, web })
  const switchStatusPorts = () => cluster?.newMonitorPorts() ?? replayed.switchPorts(pollers)
  monitor.enableRestart({ stats, polls: () => schedule.polls - replayed.polls, switchStatusPorts })
  web?.setPolling()
  alerter?.configure({ link: options.externalUrl ?? web?.address ?? '' })
  const consumer =
    cluster?.start(schedule, dispatcher, pollers, monitor) ?? listConsumer(monitor, dispatcher, settling)
  if (lists.canChange) lists.follow(consumer, (line) => log(`${line}\n`))

  // Poll until there is a reason to end.
  progress?.start(() => table.size - schedule.unfinished)
  const timer = durationMs === null ? undefined : setTimeout(() => exitStatus.stop(), durationMs)
  signals.onPrint(() => monitor.send({ type: 'print', stats: stats() }))
  signals.onStop(() => exitStatus.stop())
  const reason = await exitStatus.reason
  const isDone = reason === 'done'
  // Tells a person at a terminal why nothing seems to happen.
  if (screen !== null || (reason === 'stopped' && isTerminal(2)))
    log(endingText(signals.stopRequested, screen))

  // Finish the polls in flight. Then the monitor prints the last state.
  const flushMs = (recorder ?? alerter) === null ? 0 : FLUSH_MS
  const changesNothing = isDone && schedule.unfinished > 0 // --fail-fast
  const timeoutMs = changesNothing ? 0 : profiles.longestTimeoutMs
  const deadline = new ExitDeadline(timeoutMs, monotonicMs, flushMs, isDone)
  if (isDone) void exitStatus.stopped.then(() => deadline.hurry())
  dispatcher.stop()
  lists.close()
  tokens.close()
  stopFollowing()
  await Promise.race([Promise.all([pollers.stop(deadline.pollersMs), cluster?.stop()]), deadline.hurried])
  const holders = { monitor, pageExport, progress, web, recorder, alerter }
  const counts = await endThreads(holders, otlp !== null, deadline, (error) => {
    if (reason !== 'failed') exitStatus.fail(error)
  })
  clearTimeout(timer)
  terminal?.close(counts !== null)
  if (isDone && counts !== null) log(maxDownText(options.maxDown, counts.up, table.size))
  return exitStatus.code(counts === null ? null : table.size - counts.up <= mostDown)
}
