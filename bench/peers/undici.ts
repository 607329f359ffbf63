import { request } from 'undici'
import { pollForever } from './loop.ts'

// undici as it comes. Argument: the list.

pollForever(process.argv[2] as string, async (url) => {
  const { body } = await request(url, { method: 'HEAD' })
  await body.dump()
})
