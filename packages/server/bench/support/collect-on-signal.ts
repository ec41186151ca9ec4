/** Loaded before a server whose memory is measured: garbage that nobody has collected yet says nothing about it. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const collect: () => void = runInNewContext('gc')
process.on('SIGUSR2', () => {
  collect()
  const { heapUsed, external } = process.memoryUsage()
  console.log(JSON.stringify({ msg: 'collected', liveMegabytes: (heapUsed + external) / 2 ** 20 }))
})
