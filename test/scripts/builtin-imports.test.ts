import test from 'ava'
import { withoutBuiltinImports } from '../../scripts/builtin-imports.ts'

test('imports of Node’s modules become what they need of them, others stay', (t) => {
  const code = [
    'import { a, b as c } from "node:fs";',
    'import net from "node:net";',
    'import os, { d } from "node:os";',
    'import { e } from "./chunk.js";',
    'import * as all from "node:path";',
    'const text = \'import { x } from "node:fs";\';',
  ]
  t.deepEqual(withoutBuiltinImports(code.join('\n')).split('\n'), [
    'const { a, b: c } = process.getBuiltinModule("node:fs");',
    'const net = process.getBuiltinModule("node:net");',
    'const os = process.getBuiltinModule("node:os"); const { d } = process.getBuiltinModule("node:os");',
    ...code.slice(3),
  ])
  t.is(
    withoutBuiltinImports('import {\n  a,\n  b as c\n} from "node:fs";\n'),
    'const {\n  a,\n  b: c\n} = process.getBuiltinModule("node:fs");\n',
  )
})
