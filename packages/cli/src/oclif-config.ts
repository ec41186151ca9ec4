import type { Interfaces } from '@oclif/core'
import { description, name, version } from './package.ts'

/** What oclif looks for in a package.json, with paths as they are in the built folder. */
export const oclifConfig: Interfaces.PJSON = {
  name,
  version,
  description,
  type: 'module',
  oclif: {
    bin: 'vektor',
    dirname: 'vektor',
    topicSeparator: ' ',
    commands: { strategy: 'pattern', target: './commands', globPatterns: ['**/*.js'] },
    helpClass: { target: './help.js', identifier: 'VektorHelp' },
  },
}
