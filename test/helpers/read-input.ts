// Reads the file of its first argument, up to as many bytes as its second one says, and prints it; with `first` as its third one
// only the first piece, and then it waits to be ended. A process of its own: a thread of ava closes descriptors of pipes once
// more when it ends, and they may be another's by then.
import { inputBytes, inputText } from '../../src/targets/input-file.ts'

const [path = '', max = '', first] = process.argv.slice(2)
try {
  if (first === undefined) process.stdout.write(await inputText(path, Number(max)))
  else {
    const bytes = inputBytes(path, Number(max))
    const piece = await bytes.next()
    await bytes.return(undefined)
    process.stdout.write(String(piece.value))
    setInterval(() => {}, 60_000)
  }
} catch (error) {
  process.stderr.write((error as Error).message)
  process.exitCode = 1
}
