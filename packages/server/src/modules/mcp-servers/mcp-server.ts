/** A server of the Model Context Protocol, as it may be shown: the secrets of its entry have been left behind. */
export interface McpServer {
  /** As the file has it, with its variables unreplaced. */
  url: string
  /** Its share among those of the same name. */
  weight: number
  /** Those of one name are replicas of each other. */
  name?: string
  /** The tools that models are offered; all of them, if it does not say. */
  tools?: readonly string[]
  /** Their values are masked. */
  headers?: Readonly<Record<string, string>>
  /** Why it cannot be asked. */
  reason?: string
}
