import { pollForever } from './poll-forever.ts'

// The usual loop: `fetch` with a limit. Argument: the list.

pollForever(process.argv[2] as string, async (url) => {
  await fetch(url, { method: 'HEAD' })
})
