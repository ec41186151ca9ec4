/** Milliseconds that pass, for one of `times`. */
export async function timePerCall(times: number, work: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  for (let time = 0; time < times; time += 1) await work()
  return (performance.now() - began) / times
}
