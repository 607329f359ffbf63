import { setFlagsFromString } from 'node:v8'

// V8 uses compiled code that was stored, as that of Node's own modules, only while its flags are those it was compiled with. With a flag
// changed before its threads are started, a run with one URL takes some 40 ms longer (docs/benchmarks.md).

/**
 * Has V8 create all objects in the young generation of its heap. Otherwise it creates those of a kind that often grew old in the old one, and
 * when their kind no longer does, what they point to is kept until all of the heap is collected. Polls that look up names cost a tenth less
 * so. It holds for all threads. Call it when they have started.
 */
export function createObjectsYoung(): void {
  setFlagsFromString('--no-allocation-site-pretenuring')
}

let areSmall = false

/**
 * Has V8 leave the young generation of each thread at its size, which is 1 MB for a new thread. Otherwise it grows to tens of MB in threads that
 * do as little as it takes to read a list or to poll 10,000 URLs a minute. It holds for all threads until `letHeapsGrow`. A run that ends soon
 * starts faster without, and a machine of a cluster, whose threads also do what other machines need, takes 3 % less CPU without.
 */
export function keepHeapsSmall(): void {
  areSmall = true
  setFlagsFromString('--semi-space-growth-factor=1')
}

/** Has V8 choose the size of the young generations again, up to the limit of each thread. */
export function letHeapsGrow(): void {
  if (!areSmall) return
  areSmall = false
  setFlagsFromString('--semi-space-growth-factor=2')
}
