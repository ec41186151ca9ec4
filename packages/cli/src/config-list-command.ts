import type { Vektor } from '@vektor/sdk'
import { BaseCommand, type GlobalFlags } from './base-command.ts'
import { configFaultRows } from './output/config-rows.ts'

/** Lists something that the files of the config folder say, and does not keep quiet about files that are broken. */
export abstract class ConfigListCommand extends BaseCommand {
  protected async tellFaults(flags: GlobalFlags, { system }: Pick<Vektor, 'system'>): Promise<void> {
    // Neither is told in words.
    if (flags.json || flags.quiet) return
    // What was asked for has been printed: that there is more to say must not fail it.
    const status = await system.status().catch(() => undefined)
    const faults = status?.config.faults ?? []
    if (faults.length === 0) return
    this.tell(flags, 'Files are broken; what they said last is in force:')
    for (const row of configFaultRows(faults)) this.tell(flags, `  ${row}`)
  }
}
