import { inputBytes, inputText } from '../../src/targets/input-file.ts'

// `read-input.ts FILE MAX [first]` prints FILE, of at most MAX bytes. With `first` it prints the first piece only and then waits to
// be killed. The tests don't do this in their own thread: a thread of ava closes descriptors of pipes a second time when it ends,
// and by then the numbers may belong to somebody else.

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
