/** The table of imports in `docs/architecture.md`, as rules. `tools/check/architecture.test.ts` shows that each can fail. */

const TESTS = String.raw`\.test\.tsx?$|^packages/[^/]+/(test|bench)/`
const SERVER = '^packages/server/src'
const npm = (...names) => `(^|/)node_modules/(${names.join('|')})/`

/** @type {import('dependency-cruiser').IForbiddenRuleType[]} */
const forbidden = [
  {
    name: 'no-cycles',
    comment: 'Two files that import each other are one file in two places.',
    from: {},
    to: { circular: true },
  },
  {
    name: 'everything-resolves',
    comment: 'An import that leads nowhere hides from every other rule.',
    from: {},
    to: { couldNotResolve: true },
  },
  {
    name: 'cli-never-sees-server',
    comment: 'The command line knows the server by its contract, through the SDK.',
    from: { path: '^packages/cli/' },
    to: { path: `^packages/server/|${npm('@vektor/server')}` },
  },
  {
    name: 'cli-sees-sdk-from-outside',
    comment: 'What the command line needs, every user of the SDK can have.',
    from: { path: '^packages/cli/' },
    to: { path: '^packages/sdk/', pathNot: '^packages/sdk/(src/(index|stream|archive)[.]ts$|dist/|package[.]json$)' },
  },
  {
    name: 'sdk-and-server-stand-alone',
    comment: 'Only the contract joins them: each has generated types of its own.',
    from: { path: '^packages/(sdk|server)/' },
    to: { path: `^packages/|${npm('@vektor')}`, pathNot: '^packages/$1/' },
  },
  {
    name: 'tools-run-what-is-built',
    comment: 'The tools and examples use the packages as anybody else would.',
    from: { path: '^(tools|examples)/' },
    to: { path: '^packages/', pathNot: '^packages/sdk/(src/(index|stream|archive)[.]ts$|dist/)' },
  },
  {
    name: 'sdk-runs-everywhere',
    comment: 'Browsers and edge runtimes have no modules of Node.',
    from: { path: '^packages/sdk/src/', pathNot: TESTS },
    to: { dependencyTypes: ['core'] },
  },
  {
    name: 'modules-meet-at-index',
    comment: "A module's inside is its own: what others may use is in its index.ts.",
    from: { path: `${SERVER}/modules/([^/]+)/`, pathNot: TESTS },
    to: { path: `${SERVER}/modules/`, pathNot: `${SERVER}/modules/($1/|[^/]+/index[.]ts$)` },
  },
  {
    name: 'foundation-knows-no-modules',
    comment: 'What every module stands on cannot stand on one of them.',
    from: { path: `${SERVER}/(http|sse|database|storage|providers|mcp|jobs|config)/`, pathNot: TESTS },
    to: { path: `${SERVER}/modules/` },
  },
  {
    name: 'wire-types-stop-at-routes',
    comment: 'Inside are domain types: routes and wire.ts translate.',
    from: {
      path: `${SERVER}/`,
      pathNot: `${TESTS}|${SERVER}/(http/|generated/|(app|main)[.]ts$)|/(routes|wire)[.]ts$`,
    },
    to: { path: `${SERVER}/generated/` },
  },
  {
    name: 'knex-only-in-repositories',
    comment: 'Whoever has a query builder writes queries.',
    from: { path: `${SERVER}/`, pathNot: `${TESTS}|${SERVER}/database/|/[a-z-]*repository[.]ts$` },
    to: { path: npm('knex', 'sqlite3', 'pg') },
  },
  {
    name: 'routes-know-no-storage',
    comment: 'A route asks its service.',
    from: { path: `${SERVER}/modules/[^/]+/(routes|wire)[.]ts$` },
    to: { path: `${SERVER}/(database|providers)/|repository[.]ts$` },
  },
  {
    name: 'services-know-no-http',
    comment:
      'A service can be called by anything: a route, a job, a test. It may be what http/ asks for who is calling.',
    from: { path: `${SERVER}/(modules|providers|database|storage|jobs)/`, pathNot: `${TESTS}|/(routes|wire)[.]ts$` },
    to: {
      path: `${SERVER}/(http|sse)/|${npm('express', '@types/express', 'helmet')}`,
      pathNot: `${SERVER}/http/authenticator[.]ts$`,
    },
  },
  {
    name: 'only-main-starts-the-app',
    comment: 'app.ts puts everything together, so nothing that it puts together can need it.',
    from: { path: `${SERVER}/`, pathNot: `${TESTS}|${SERVER}/(main|command-line|commands|serve)[.]ts$` },
    to: { path: `${SERVER}/(app|main|serve)[.]ts$` },
  },
  {
    name: 'no-test-code-in-product',
    comment: 'Tests and benches know the product, never the other way round.',
    from: { path: '^packages/[^/]+/src/', pathNot: TESTS },
    to: { path: TESTS },
  },
  {
    name: 'no-development-dependency-in-product',
    comment:
      'What is published must be installed with it. The command line is bundled, so it has no dependencies at all.',
    from: { path: '^packages/(sdk|server)/src/', pathNot: TESTS },
    to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'], pathNot: npm('@types') },
  },
]

module.exports = {
  forbidden: forbidden.map((rule) => ({ ...rule, severity: 'error' })),
  options: {
    tsPreCompilationDeps: true,
    combinedDependencies: false,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|coverage)/' },
    enhancedResolveOptions: {
      conditionNames: ['vektor-source', 'node', 'import', 'require', 'types', 'default'],
      exportsFields: ['exports'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.cjs', '.json', '.d.ts'],
    },
  },
}
