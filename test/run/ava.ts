// ava, with a report in TAP that names the tests that hang. As it is, its report crashes when tests take too long or call
// process.exit, because such an error does not come from a thread of tests (lib/reporters/tap.js, writeTimeout).
interface Report {
  writeTest(event: { err?: unknown }, flags: unknown): void
}

const ava = new URL('../../node_modules/ava/', import.meta.url)
const { default: TapReport } = (await import(new URL('lib/reporters/tap.js', ava).href)) as {
  default: { prototype: Report }
}
const { writeTest } = TapReport.prototype
TapReport.prototype.writeTest = function writeAnyTest(this: Report, event, flags) {
  const { err } = event
  const isPlain = err instanceof Error && !('originalError' in err)
  const { name, stack } = isPlain ? err : {}
  Reflect.apply(writeTest, this, [
    isPlain ? { ...event, err: { type: 'native', originalError: err, name, stack } } : event,
    flags,
  ])
}

await import(new URL('entrypoints/cli.js', ava).href)
