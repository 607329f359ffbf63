import { parseLabels } from '../../resource/labels.ts'
import { LEVELS } from './change-printer.ts'
import type { Change, ChangeFormat } from './change-printer.ts'
import { escapeJson } from './escape.ts'
import { isoDate } from '../../resource/iso-date.ts'
import { jsonEscape, UNPRINTABLE } from '../../resource/unprintable.ts'
import type { Summary } from './summary.ts'

type Value = string | number | null | undefined

/** What needs quotes, as in go-logfmt: blanks and control characters, `=`, `"`, and what is not valid or does something to a terminal. */
const PLAIN = /^[!#-<>-~]+$/

/** What a name can't have: what would end it or is unprintable, and a backslash, which begins an escape here. */
const NO_NAME = new RegExp(`[\\s"=\\\\]|\\p{Surrogate}|${UNPRINTABLE.source}`, 'gu')

/** Lines of `name=value`, as Heroku, Grafana Loki and Go's slog have them. */
export const logfmt: ChangeFormat = {
  change({ at, latest, labels, before, poll }: Change) {
    const wasKnown = before.verdict !== 'pending'
    return line({
      time: isoDate(at),
      level: LEVELS[latest.verdict],
      msg: 'change',
      verdict: latest.verdict,
      url: latest.url,
      reason: latest.reason,
      status: latest.status === 0 ? null : latest.status,
      text: latest.text === '' ? null : latest.text,
      was: wasKnown ? before.verdict : null,
      was_since: wasKnown && before.since !== 0 ? isoDate(before.since) : null,
      method: poll?.method === '' ? null : poll?.method,
      duration_ms: poll?.durationMs.toFixed(1),
      address: poll?.address === '' ? null : poll?.address,
      ...Object.fromEntries(
        Object.entries(parseLabels(labels)).map(([name, value]) => [
          `label.${name.replace(NO_NAME, jsonEscape)}`,
          value,
        ]),
      ),
    })
  },

  summary({ at, urls, counts, polls, pollsPerSecond, dropped, mainStats }: Summary) {
    const { up, down, unknown, pending } = counts
    return line({
      time: isoDate(at),
      level: 'info',
      msg: 'summary',
      urls,
      up,
      down,
      unknown,
      pending,
      polls,
      polls_per_second: pollsPerSecond.toFixed(1),
      skipped: mainStats.skipped,
      dropped,
    })
  },
}

/** The fields that have a value, in their order, with the line break. */
function line(fields: Readonly<Record<string, Value>>): string {
  const parts = Object.entries(fields).flatMap(([name, value]) =>
    value === null || value === undefined ? [] : [`${name}=${quoted(String(value))}`],
  )
  return `${parts.join(' ')}\n`
}

function quoted(value: string): string {
  return PLAIN.test(value) ? value : escapeJson(JSON.stringify(value))
}
