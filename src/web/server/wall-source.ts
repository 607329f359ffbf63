import { VERDICTS } from '../../resource/resource.ts'
import type { WallNews } from '../../api/wall-recorder.ts'
import type { FeedSource } from './event-feed.ts'
import { resetEvent } from './event-text.ts'
import type { MonitorClient } from './monitor-client.ts'
import { formatWallPosition, parseWallPosition } from './wall-position.ts'

/** The events of `/api/v1/wall/events`: the ids of URLs that have changed or were polled, with their verdicts. */
export function wallSource(monitor: Pick<MonitorClient, 'ask'>): FeedSource {
  return {
    // A client comes with the place of its wall, so that it never gets one from here.
    summary: async () => ({ line: (await monitor.ask({ type: 'summary' })).line, id: '' }),
    async after(place) {
      const after = parseWallPosition(place)
      const news = await monitor.ask({ type: 'wallNews', after })
      const id = formatWallPosition(news.position)
      if (news.mustReload) return { text: resetEvent(id), id, hasMore: false }
      return id === place ? null : { text: wallEvent(news, id), id, hasMore: news.hasMore }
    },
    order: (place) => parseWallPosition(place).change,
  }
}

function wallEvent({ ids, verdicts, counts }: WallNews, id: string): string {
  const data = {
    type: 'wall',
    counts: VERDICTS.map((verdict) => counts[verdict]),
    ids: encodeIds(ids, verdicts).toString('base64'),
  }
  return `event: wall\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`
}

/** For each id the distance to the one before, times 4, plus the verdict, as LEB128: two bytes for most. */
function encodeIds(ids: Uint32Array, verdicts: Uint8Array): Buffer {
  const bytes: number[] = []
  let before = -1
  for (const [n, id] of ids.entries()) {
    // An id is below 2^28.
    let code = (id - before) * 4 + (verdicts[n] ?? 0)
    for (; code >= 0x80; code = Math.floor(code / 0x80)) bytes.push((code % 0x80) + 0x80)
    bytes.push(code)
    before = id
  }
  return Buffer.from(bytes)
}
