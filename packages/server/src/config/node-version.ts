/** Why this version of Node cannot run the server; undefined if it can. */
export function findNodeFault(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const isEnough = major > 22 || (major === 22 && minor >= 12)
  return isEnough ? undefined : `vektor-server needs Node 22.12 or newer, and this is ${version}: install a newer one.`
}
