/** Something that is wrong with a file of the config folder. It never holds what stands under a secret's name. */
export interface ConfigFault {
  /** Where the file is in the folder. */
  path: string
  /** Absent where the file itself is what is wrong. */
  line?: number
  /** One sentence, saying what to write instead. */
  detail: string
}

/** As whoever edits the file likes to read it; `folder` is where it is. */
export function faultText({ path, line, detail }: ConfigFault, pathOf: (path: string) => string): string {
  return `${pathOf(path)}${line === undefined ? '' : `:${line}`}: ${detail}`
}
