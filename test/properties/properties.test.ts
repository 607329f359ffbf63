import test from 'ava'
import { holds } from '../helpers/property.ts'
import { PROPERTIES } from './properties.ts'

for (const property of PROPERTIES) test(property.title, (t) => holds(t, property))
