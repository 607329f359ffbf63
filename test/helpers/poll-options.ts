import { readCommand } from '../../src/command/command.ts'
import type { PollOptions } from '../../src/settings/poll-options.ts'

/** How URLs are polled with these flags. */
export async function pollOptions(...flags: string[]): Promise<PollOptions> {
  const asked = await readCommand([...flags, 'http://127.0.0.1/'])
  if (asked.type !== 'run') throw new Error(asked.text)
  return asked.options.poll
}
