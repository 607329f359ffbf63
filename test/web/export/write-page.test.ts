import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { writePage } from '../../../src/web/export/write-page.ts'
import { pageAssets } from '../../../src/web/public/page-assets.ts'
import { pageHtml } from '../../../src/web/public/page-html.ts'
import { pageView } from '../../../src/web/public/page-view.ts'
import { directoryOf } from '../../helpers/directory.ts'
import { PAGE } from '../../helpers/status-server.ts'

function folderWith(t: ExecutionContext, index: string) {
  const directory = directoryOf(t)
  const path = join(directory, 'shop', 'index.html')
  mkdirSync(join(directory, 'shop'))
  writeFileSync(path, index)
  return { directory, path }
}

test('a page that cannot be written leaves no half of a file', async (t) => {
  const directory = directoryOf(t)
  // A file cannot take the place of a folder.
  mkdirSync(join(directory, 'shop', 'assets', 'a.css', 'in'), { recursive: true })
  const files = [{ name: 'assets/a.css', bytes: Buffer.from('x') }]
  await t.throwsAsync(writePage(directory, 'shop', Buffer.from('page'), files), {
    message: /EISDIR|ENOTEMPTY/,
  })
  t.deepEqual(readdirSync(join(directory, 'shop', 'assets')), ['a.css'])
  t.deepEqual(readdirSync(join(directory, 'shop')), ['assets'])
})

test('an index.html of somebody else stays, and nothing is written beside it', async (t) => {
  const { directory, path } = folderWith(t, '<!doctype html><title>Mine</title>')
  await t.throwsAsync(writePage(directory, 'shop', Buffer.from('page'), []), {
    message: 'shop/index.html: headcount has not written it: move it away, or write to another directory',
  })
  t.is(readFileSync(path, 'utf8'), '<!doctype html><title>Mine</title>')
  t.deepEqual(readdirSync(join(directory, 'shop')), ['index.html'])
  const folder = directoryOf(t)
  mkdirSync(join(folder, 'shop', 'index.html'), { recursive: true })
  await t.throwsAsync(writePage(folder, 'shop', Buffer.from('page'), []), {
    message: 'shop/index.html: it is not a file',
  })
})

test('a page of headcount is replaced, and an empty file', async (t) => {
  const html = Buffer.from(pageHtml(pageView(PAGE, [], 0, new Set()), null, pageAssets(PAGE)))
  for (const before of ['', html.toString()]) {
    const { directory, path } = folderWith(t, before)
    await writePage(directory, 'shop', html, [])
    await writePage(directory, 'shop', Buffer.from('new'), [])
    t.is(readFileSync(path, 'utf8'), 'new')
    t.false(existsSync(`${path}.headcount-new`))
  }
})
