export interface Count {
  passed: number
  failed: number
}

export function sum(counts: readonly Count[]): Count {
  return counts.reduce((total, { passed, failed }) => ({
    passed: total.passed + passed,
    failed: total.failed + failed,
  }))
}
