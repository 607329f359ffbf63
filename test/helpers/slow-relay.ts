import { registerHooks } from 'node:module'

// Loaded with --import, from source: main waits for the relay of probes for longer than other threads take to start.

registerHooks({
  load(url, context, next) {
    const loaded = next(url, context)
    if (!url.endsWith('/start-relay.ts')) return loaded
    const text = Buffer.from(loaded.source as Uint8Array).toString()
    return { ...loaded, source: `await new Promise((resolve) => setTimeout(resolve, 3_000))\n${text}` }
  },
})
