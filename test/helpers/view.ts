import type { ResourceId } from '../../src/resource/resource.ts'
import { NOT_UP } from '../../src/state/recent-polls.ts'
import type { ListPage, Page, Row, View } from '../../src/print/table/view.ts'

/** The time of all views: 2026-01-02 12:00:00. */
export const NOW = Date.UTC(2026, 0, 2, 12)

/** A row of the table, up unless said otherwise. */
export function rowWith(
  id: number,
  latest: Partial<Row['latest']> = {},
  past: Partial<Row['recentPolls']> = {},
): Row {
  return {
    id: id as ResourceId,
    latest: {
      url: `https://a.example/${id}`,
      verdict: 'up',
      reason: 'ok',
      status: 200,
      errCount: 0,
      text: 'OK',
      ...latest,
    },
    recentPolls: {
      at: NOW - 8_000,
      changedAt: NOW - 200_000,
      durationMs: 41.2,
      upShare: 1,
      expiresAt: 0,
      lastDurations: [40, 41, 80, NOT_UP, 320],
      ...past,
    },
  }
}

/** A list page with these rows. */
export function listPage(rows: readonly Row[], some: Partial<ListPage> = {}): ListPage {
  return {
    type: 'list',
    sort: 'worst',
    search: '',
    typing: false,
    only: null,
    group: null,
    hasLabels: true,
    headings: new Map(),
    searchProgress: 1,
    matches: rows.length,
    rows,
    first: 0,
    selected: 0,
    ...some,
  }
}

/** A view with a value of its own in each field. */
export function viewWith(page: Page, some: Partial<View['stats']> = {}): View {
  return {
    at: NOW,
    page,
    keys: true,
    stats: {
      urls: 1_234,
      counts: { up: 1_200, down: 30, unknown: 1, pending: 3 },
      pollsPerSecond: 245.31,
      inFlight: 37,
      due: 2,
      lateMs: 1.24,
      skipped: 0,
      invalidLines: 0,
      refusedLists: 0,
      address: null,
      rssBytes: 152_400_000,
      pollers: [0.123, 0.08],
      duration: { p50: 12, p90: 40, p99: 1_234, p999: 2_000, max: 9_870 },
      histogram: [0, 0, 1, 4, 8, 2, 0, 0, 1, 0, 0, 0, 0, 0, 3],
      outcomes: [
        ['200', 9_812],
        ['timeout', 5],
      ],
      errors: ['https://a.example/3: timeout: no answer in time (wait)'],
      ...some,
    },
  }
}
