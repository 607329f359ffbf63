import { request } from 'undici'
import { pollForever } from './poll-forever.ts'

// undici as it comes. Argument: the list.

pollForever(process.argv[2] as string, async (url) => {
  const { body } = await request(url, { method: 'HEAD' })
  await body.dump()
})
