import { Readable } from 'node:stream'
import test from 'ava'
import type { Url } from '../../src/resource/resource.ts'
import { JoinedUrls } from '../../src/reload/joined-urls.ts'
import { readTargets } from '../../src/targets/read-targets.ts'

/** What is said of URLs as arguments and of a list on standard input. */
async function saidOf(urls: readonly string[], list: string): Promise<string[]> {
  const said: string[] = []
  const joined = new JoinedUrls((line) => said.push(line))
  await readTargets(
    { urls, files: ['-'], stdin: Readable.from([Buffer.from(list)]) },
    { target: ({ url }, place) => joined.add(url, place), invalid: (line) => said.push(line) },
  )
  joined.end()
  return said
}

const WHY =
  'a comma and another URL are taken as part of this URL: separate URLs with a line break, or a space as arguments; %2C is a comma that is meant'

test('two URLs that a comma joins are warned of where they are, without their text', async (t) => {
  const list = 'http://a.example/x,y,z\nhttp://a.example/,HTTPS://me:secret@b.example/ interval=5s\n'
  t.deepEqual(await saidOf(['http://a.example/,http://b.example/'], list), [
    `argument 1: ${WHY}`,
    `stdin:2: ${WHY}`,
  ])
})

test('a comma that is meant, and what a server or a sitemap names, is no reason', async (t) => {
  t.deepEqual(await saidOf([], 'http://a.example/%2Chttp://b.example/\nhttp://a.example/?q=1,2,http\n'), [])
  const joined = new JoinedUrls((line) => t.fail(line))
  joined.add('http://a.example/,http://b.example/' as Url, undefined)
})

test('a list that is full of them is said once', async (t) => {
  const said = await saidOf([], 'http://a.example/,http://b.example/\n'.repeat(1_000))
  t.is(said.length, 11)
  t.is(said.at(-1), 'and 990 more with another URL after a comma')
})
