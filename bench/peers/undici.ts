import { request } from 'undici'
import { pollForever } from './poll-forever.ts'

// undici with its defaults. Argument: the list.

pollForever(process.argv[2] as string, async (url) => {
  const { body } = await request(url, { method: 'HEAD' })
  await body.dump()
})
