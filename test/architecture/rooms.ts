/** A folder of `src/`, or `workers/`: what it is for, and what its files may import. */
export interface Room {
  readonly name: string
  /** Its one job. */
  readonly job: string
  /** Rooms that it may import, separated by spaces: each of them stands above it in the table. */
  readonly imports: string
  /** `pure`: no `node:` module. Else `node`, and the packages it may import, each with the one file that does. */
  readonly outside: string
}

const room = (name: string, job: string, imports: string, outside: string): Room => ({
  name,
  job,
  imports,
  outside,
})

/** What each folder may import; `src/cli.ts`, `run.ts` and `main.ts` may import all of them. Lowest first. */
// prettier-ignore
export const ROOMS: readonly Room[] = [
  room('resource', 'the Resource record, its packed table, the batch that crosses threads', '', 'pure'),
  room('state', 'State, the status map, history', 'resource', 'pure'),
  room('sqlite', 'files of SQLite: opened alone, migrated, set aside when damaged', '', 'node'),
  room('history', 'the store of the history: incidents, sums, uptime in one SQLite file', 'resource sqlite state', 'node'),
  room('schedule', 'due times, spreading, back-off, who holds a Resource', 'resource', 'pure'),
  room('runtime', 'clock, signals, CPU, terminal: what the operating system gives', '', 'node'),
  room('command/capacity', 'descriptors, ports, memory, --plan', 'resource', 'node'),
  room('settings', 'per-URL settings: names, parsers, merging, profiles', 'resource', 'node yaml:yaml-document.ts jsonc-parser:json-document.ts re2js:pattern.ts json-p3:json-path.ts leven:closest-name.ts'),
  room('alerts', 'alert rules, alerts and notifications, as types', '', 'pure'),
  room('alerts/engine', 'polls to alerts that begin and end, by rules', 'alerts resource state', 'pure'),
  room('alerts/receivers', 'where notifications are sent to, a file for each type of receiver', 'alerts resource settings', 'node undici:undici.ts nodemailer/lib/mail-composer:smtp-client.ts nodemailer/lib/smtp-connection:smtp-client.ts'),
  room('alerts/plan', 'changes of alerts to notifications: groups, waits, mutes, repeats, escalations', 'alerts settings', 'croner:cron.ts'),
  room('targets', 'lists (lines, file_sd, http_sd, sitemaps) to Targets', 'resource settings', 'node undici:fetch.ts sax:xml-reader.ts'),
  room('config', 'the YAML configuration, checked', 'alerts settings targets', 'node yaml:yaml-tree.ts'),
  room('alerts/simulation', 'what rules would send, of polls in a file', 'alerts alerts/engine alerts/plan resource settings', 'node'),
  room('config/alerts', 'receivers, alert rules, maintenance and heartbeat of the configuration, checked', 'alerts alerts/engine alerts/plan alerts/receivers alerts/simulation config settings', 'node'),
  room('config/web', 'the file of --web-config: TLS, passwords, headers; read again when it changes', 'config settings targets', 'node'),
  room('print/text', 'States, summaries and errors as text', 'resource runtime state', 'node'),
  room('print/table', 'the live table', 'print/text resource runtime state', 'node string-width:width.ts'),
  room('print', 'the StateMonitor, output formats, output files', 'print/table print/text resource runtime state', 'node'),
  room('history/tool', 'headcount history: backup, check, export, import', 'history resource sqlite', 'node'),
  room('alerts/store', 'what fires, what was told and what must be told yet, in one SQLite file', 'alerts sqlite alerts/plan', 'node'),
  room('alerts/delivery', 'sends what the store has: retries, rate limits, fallbacks, dead letters; the heartbeat', 'alerts sqlite alerts/store', 'node'),
  room('alerts/run', 'what the alerter thread does: polls to notifications, and answers', 'alerts alerts/engine alerts/receivers alerts/plan alerts/store alerts/delivery resource settings state', 'node'),
  room('config/blackbox', 'the modules of a blackbox.yml, checked', 'config settings targets', 'node'),
  room('command/help', 'help, the manual page, completion: made from the table of flags', 'settings', 'pure'),
  room('command', 'the table of flags, command line, environment, exit status', 'alerts alerts/receivers config/blackbox command/capacity config command/help print print/text resource runtime settings targets config/alerts config/web', 'node commander:command-line.ts'),
  room('demo', 'the site that --demo serves', '', 'node'),
  room('poll/attempt', 'one attempt: its deadline, its stalls, its failures', 'resource state', 'node'),
  room('poll/dns', 'host name to addresses', 'poll/attempt state', 'node'),
  room('poll/dial', 'addresses to a connected socket, with TLS', 'poll/attempt poll/dns runtime settings state', 'node'),
  room('poll/http', 'HTTP/1 requests and responses, redirects, connection pool', 'poll/attempt poll/dial settings state', 'node'),
  room('poll/http/http2', 'HTTP/2 frames, HPACK, requests and responses', 'poll/attempt poll/http', 'node'),
  room('poll/checks', 'what an answer must be like: its headers, body, time', 'poll/attempt poll/http settings state', 'node'),
  room('poll/verdict', 'what an attempt means: verdict, recheck, uplink, local faults', 'poll/attempt poll/checks poll/dial poll/http resource settings state', 'node'),
  room('poll/schemes', 'polls without HTTP, a file for each scheme', 'poll/attempt poll/checks poll/dial poll/dns poll/http poll/http/http2 poll/verdict resource runtime settings state', 'node'),
  room('poll', 'the Poller: one poll, from start to State', 'poll/attempt poll/checks poll/http poll/http/http2 poll/schemes poll/verdict resource runtime settings state', 'node'),
  room('metrics', 'what /metrics says: the table of metrics, what the monitor records for them, their text', 'print/text resource state', 'node'),
  room('history/record', 'what the recorder thread does: States into the history, answers from it', 'history resource sqlite state', 'node'),
  room('api', 'what the API says of URLs: what the monitor records for it, its searches', 'print/text resource state', 'node'),
  room('web', 'what --listen serves and --otlp pushes', '', 'pure'),
  room('web/public', 'public status pages as HTML, with the files that they load', 'resource settings api', 'node hono/html:markup.ts'),
  room('threads', 'every message between threads and its handler; restarts', 'alerts alerts/run print/text history/record resource runtime settings state api config/web metrics', 'node comlink:requests.ts'),
  room('web/probe', 'probes for /probe: what they find, and its metrics', 'poll poll/attempt poll/dial poll/dns poll/http poll/http/http2 poll/verdict resource runtime settings state threads', 'node tough-cookie:cookies.ts'),
  room('web/server', 'the web thread: HTTP within limits, and its paths', 'alerts alerts/plan alerts/run web/probe print/text history/record resource runtime settings threads api config/web metrics web/public', 'node hono:app.ts @hono/node-server:http-server.ts bcryptjs:password-check.ts'),
  room('web/otlp', 'the metrics pushed to a collector of OpenTelemetry', 'resource runtime settings metrics web/server', 'node @opentelemetry/api:open-telemetry.ts @opentelemetry/exporter-metrics-otlp-proto:open-telemetry.ts @opentelemetry/resources:open-telemetry.ts @opentelemetry/sdk-metrics:open-telemetry.ts'),
  room('web/export', 'headcount export-page: public pages written to a folder', 'resource settings targets web/public web/server', 'node'),
  room('supervisors', "main's side of each thread: starts it, sends to it, starts it again when it dies", '', 'pure'),
  room('supervisors/web', "main's side of the web thread", 'config resource runtime settings threads config/web metrics', 'node'),
  room('supervisors/pollers', "main's side of the poller threads", 'resource runtime settings threads', 'node piscina:poller-pool.ts'),
  room('supervisors/monitor', "main's side of the monitor thread", 'print/text resource runtime state threads', 'node'),
  room('supervisors/recorder', "main's side of the recorder thread", 'resource runtime state threads', 'node'),
  room('supervisors/alerter', "main's side of the alerter thread", 'resource runtime threads', 'node'),
  room('reload', 'lists that change, applied as differences', 'config/blackbox config config/alerts print/text resource settings targets', 'node'),
  room('cluster/share', 'machines that share a list: batches, leases, fair shares, slots', 'resource', 'pure'),
  room('cluster/engine', 'the cluster thread: BullMQ on Valkey, scripts, the plan, the stream of results', 'print/text resource settings state threads cluster/share', 'node bullmq:batch-queue.ts ioredis:redis.ts'),
  room('cluster', 'machines that share one list: the cluster thread, and the side of main', 'reload resource runtime schedule settings threads cluster/share cluster/engine', 'node'),
  room('tokens', 'OAuth2 tokens: one for each client, renewed before it ends', 'settings', 'node'),
  room('workers', 'what runs in a thread: wiring only', 'alerts/run alerts/store history poll sqlite cluster/engine web/probe print print/table print/text history/record runtime threads api config/web metrics web/otlp web/server', 'node'),
]
