import { Output } from '../../src/print/output.ts'
import type { OutputCommand, OutputReply } from './piped-output.ts'

// Has standard output as an Output, and does with it what its parent asks.

const codes: string[] = []
const output = new Output(1, (code) => codes.push(code), { maxBuffered: Number(process.argv[2]) })

process.on('message', ({ write, flush }: OutputCommand) => void answer(write, flush))

async function answer(write: OutputCommand['write'], flush: OutputCommand['flush']): Promise<void> {
  for (const text of write) output.write(text)
  const out = flush === 'no' ? null : await output.flush(flush)
  process.send?.({ out, codes, dropped: output.dropped } satisfies OutputReply)
}
