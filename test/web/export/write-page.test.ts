import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { writePage } from '../../../src/web/export/write-page.ts'
import { directoryOf } from '../../helpers/directory.ts'

test('a page that cannot be written leaves no half of a file', async (t) => {
  const directory = directoryOf(t)
  // A file cannot take the place of a folder.
  mkdirSync(join(directory, 'shop', 'index.html', 'in'), { recursive: true })
  await t.throwsAsync(writePage(directory, 'shop', Buffer.from('page'), []), { message: /EISDIR|ENOTEMPTY/ })
  t.deepEqual(readdirSync(join(directory, 'shop')).toSorted(), ['assets', 'index.html'])
})
