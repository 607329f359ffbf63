import sax from 'sax'

/** What an element may have: attributes, those that it must have marked with `!`, and children; `#text` is text. */
interface Rule {
  readonly attributes: string
  readonly children: string
}

/**
 * What is valid by both readings of JUnit XML that Jenkins' xUnit plugin has had, said in our words: the schema
 * src/main/resources/org/jenkinsci/plugins/xunit/types/model/xsd/junit-10.xsd of https://github.com/jenkinsci/xunit-plugin, of which the later
 * version follows Maven Surefire. GitLab's reader (lib/gitlab/ci/parsers/test/junit.rb) takes all of it, and shows the text of a
 * failure or an error, not its message.
 */
const RULES: Readonly<Record<string, Rule>> = {
  testsuites: { attributes: 'name time tests failures errors', children: 'testsuite' },
  testsuite: {
    attributes:
      'name! tests! failures! errors! group time skipped timestamp hostname id package file log url',
    children: 'testsuite properties testcase system-out system-err',
  },
  properties: { attributes: '', children: 'property' },
  property: { attributes: 'name! value!', children: '' },
  testcase: {
    attributes: 'name! time classname group',
    children: 'skipped error failure system-out system-err',
  },
  failure: { attributes: 'type message', children: '#text' },
  error: { attributes: 'type message', children: '#text' },
  skipped: { attributes: 'type message', children: '#text' },
  'system-out': { attributes: '', children: '#text' },
  'system-err': { attributes: '', children: '#text' },
}

/** Times in seconds, as Surefire writes them. */
const TIME = /^(\d+(,\d{3})*)?(\.\d*)?$/

/** What is wrong with a report; empty when nothing is. */
export function junitFaults(xml: string): string[] {
  const faults: string[] = []
  const open: string[] = []
  const parser = sax.parser(true, {})
  const place = () => `line ${parser.line + 1}: ${open.join('/')}`
  const allows = (child: string) =>
    (RULES[open.at(-1) ?? '']?.children ?? 'testsuites').split(' ').includes(child)
  const handlers: Partial<sax.SAXParser> = {
    onerror({ message }) {
      throw new Error(message)
    },
    ontext(text) {
      if (text.trim() !== '' && !allows('#text')) faults.push(`${place()}: text is not allowed`)
    },
    onopentag({ name, attributes }) {
      if (!allows(name)) faults.push(`${place()}: <${name}> is not allowed`)
      open.push(name)
      const rules = (RULES[name]?.attributes ?? '').split(' ')
      for (const [attribute, value] of Object.entries(attributes)) {
        if (!rules.some((rule) => rule.replace('!', '') === attribute))
          faults.push(`${place()}: ${attribute}`)
        if (attribute === 'time' && !TIME.test(String(value)))
          faults.push(`${place()}: time="${String(value)}"`)
      }
      for (const rule of rules)
        if (rule.endsWith('!') && !(rule.slice(0, -1) in attributes))
          faults.push(`${place()}: no ${rule.slice(0, -1)}`)
    },
    onclosetag: () => void open.pop(),
  }
  Object.assign(parser, handlers)
  parser.write(xml).close()
  return faults
}
