/** The name of the file that `headcount init` writes. */
export const CONFIG_NAME = 'headcount.yml'

/**
 * What `headcount init` writes. A setting that is commented out begins with `#` and no space, and holds when that is taken away; other
 * comments have a space.
 */
export const INITIAL_CONFIG = `# A configuration of headcount. Poll what it says:  headcount -c headcount.yml
# Look for mistakes, and poll nothing:              headcount -c headcount.yml --check
# Every flag of headcount --help can stand here by its long name (--file as \`files\`): \`pool-size: 4\`.
# It is read again when it changes; changes of flags need a restart.

# Time between polls of the same URL, and the deadline of a poll: 250ms, 1.5s, 2m, 1h.
interval: 60s
timeout: 10s

# While a URL does not answer, each failure makes the time to its next poll 10s longer, by no more than this in all.
#max-backoff: 10m

# Statuses that count as up: 200 to 299, as 2xx. headcount asks with HEAD, and with GET before a bad status counts.
accept: [200..=299]

# Sent with each request. \${NAME} is an environment variable, \${NAME:-text} has a default.
#headers:
#  Authorization: Bearer \${TOKEN:-none}

# A page, a JSON API and metrics for Prometheus, at http://127.0.0.1:9115/.
#listen: 9115

# Incidents, uptime and response times, over restarts. As a service of systemd: /var/lib/headcount/history.db
#history: history.db

# Who is told when a URL goes down, and when it is up again. Try a receiver:  headcount notify mail -c headcount.yml
# What was sent, over restarts. Not needed with history: it is kept beside that then, in history.db.alerts.
#alert-state: alerts.db
#receivers:
#  mail:
#    email:
#      to: ops@example.org
#      from: headcount <headcount@example.org>
#      server: smtp://localhost
#  chat:
#    webhook: https://chat.example/hook
#alerts:
#  - name: down
#    to: [mail, chat]
#    down: { after: 2m }  # or after: 5, polls in a row. Sent 10s later, with what else goes down meanwhile: group-wait

# The URLs. Settings and labels of one URL follow it on its line.
urls:
  - https://example.com/
#  - https://example.org/login interval=10s accept=200,401 label.team=web
#  - tcp://db.example:5432
#  - dns://1.1.1.1/example.com?type=A

# Lists: files with one URL per line, sitemaps, lists of Prometheus.
#files:
#  - https://example.com/sitemap.xml

# URLs that share settings.
#groups:
#  - labels: { team: shop }
#    interval: 10s
#    body: Welcome
#    urls:
#      - https://shop.example/
#      - https://shop.example/cart max-time=2s
`
