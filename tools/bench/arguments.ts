/** What begins with `--` is for the benchmarks themselves; the rest says which. */
export function parseArguments(given: readonly string[]): { wanted: string[]; options: string[] } {
  const isOption = (argument: string) => argument.startsWith('--')
  return { wanted: given.filter((argument) => !isOption(argument)), options: given.filter(isOption) }
}
