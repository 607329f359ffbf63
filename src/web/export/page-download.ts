import type { Url } from '../../resource/resource.ts'
import { redactUrl } from '../../resource/redact-url.ts'
import { fetchList } from '../../targets/fetch.ts'
import { limitBytes } from '../../targets/input-file.ts'
import { ListError } from '../../targets/read-targets.ts'
import { writePage } from './write-page.ts'

/** The largest file that is taken, in bytes: a page of 10,000 services. */
const MAX_BYTES = 32 << 20

/** The most files of a page. */
const MAX_FILES = 20

/** A file takes this long at most, in ms. */
const DEADLINE_MS = 30_000

/** How a page names the files that it loads: nothing outside of its folder. */
const LINK = /(?:href|src)="(assets\/\w[\w.-]*)"/g

/**
 * Takes pages from a headcount that runs at `from`, and writes them. Credentials in the address are sent. Rejects with a ListError for what
 * cannot be fetched, and as `writeFile` does.
 */
export async function downloadPages(
  from: string,
  names: readonly string[],
  directory: string,
  userAgent: string,
): Promise<void> {
  const get = (path: string): Promise<Buffer> => {
    const url = `${from}/status/${path}` as Url
    const shown = redactUrl(url)
    const options = { userAgent, deadlineMs: DEADLINE_MS, ca: null }
    return fetchList(url, shown, {}, options, async ({ chunks }) => {
      const pieces: Buffer[] = []
      for await (const chunk of limitBytes(MAX_BYTES, chunks)) pieces.push(chunk)
      return Buffer.concat(pieces)
    })
  }
  for (const name of names) {
    const html = await get(encodeURIComponent(name))
    const links = [...new Set([...html.toString().matchAll(LINK)].map(([, link]) => link as string))]
    if (links.length === 0 || links.length > MAX_FILES)
      throw new ListError(redactUrl(`${from}/status/${name}` as Url), 'it is not a page of headcount')
    const files = []
    for (const link of links) files.push({ name: link, bytes: await get(link) })
    await writePage(directory, name, html, files)
  }
}
