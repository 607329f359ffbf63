import type { FeedSource } from './event-feed.ts'
import { formatPosition, parsePosition, resetEvent, rowEvents } from './event-text.ts'
import type { MonitorClient } from './monitor-client.ts'

/** URLs in one question. */
const URLS_PER_QUESTION = 200

/** The events of `/api/v1/events`: URLs that have changed, in JSON. */
export function changeSource(monitor: Pick<MonitorClient, 'ask'>): FeedSource {
  return {
    async summary() {
      const { line, position } = await monitor.ask({ type: 'summary' })
      return { line, id: formatPosition(position) }
    },
    async after(place) {
      const after = parsePosition(place)
      const answer = await monitor.ask({ type: 'changes', after, limit: URLS_PER_QUESTION })
      const { rows, position, mustReload } = answer
      const id = formatPosition(position)
      if (id === place && !mustReload) return null
      return { text: mustReload ? resetEvent(id) : rowEvents(rows, id), id, hasMore: true }
    },
    order: (place) => parsePosition(place).number,
  }
}
