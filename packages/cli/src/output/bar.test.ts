import { expect, test } from 'vitest'
import { bar } from './bar.ts'

test('a bar shows how much is done, and what is more than all is all', () => {
  expect(bar('Backing up', 0, 80)).toBe(`Backing up  ${'░'.repeat(30)}   0 %`)
  expect(bar('Backing up', 0.5, 80)).toBe(`Backing up  ${'█'.repeat(15)}${'░'.repeat(15)}  50 %`)
  expect(bar('Backing up', 1.2, 80)).toBe(`Backing up  ${'█'.repeat(30)} 100 %`)
})

test('a bar is shorter than its terminal, however narrow that is', () => {
  for (let columns = 1; columns < 100; columns += 1) {
    for (const fraction of [0, 0.33, 0.999, 1])
      expect(bar('Downloading', fraction, columns).length).toBeLessThan(columns)
  }
})
