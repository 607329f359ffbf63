import { Output } from '../../src/print/output.ts'
import type { OutputCommand, OutputReply } from '../helpers/piped-output.ts'

// Writes to standard output through an Output what its parent sends (test/helpers/piped-output.ts).

const codes: string[] = []
const output = new Output(1, (code) => codes.push(code), { maxBuffered: Number(process.argv[2]) })

process.on('message', ({ write, flush }: OutputCommand) => void answer(write, flush))

async function answer(write: OutputCommand['write'], flush: OutputCommand['flush']): Promise<void> {
  for (const text of write) output.write(text)
  const out = flush === 'no' ? null : await output.flush(flush)
  process.send?.({ out, codes, dropped: output.dropped } satisfies OutputReply)
}
