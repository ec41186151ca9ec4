/** The size of the screen; a terminal that tells none (0 by 0, as under `script` or `docker exec -t`) has the usual one. */
export function screenSize({ columns, rows }: Pick<NodeJS.WriteStream, 'columns' | 'rows'>) {
  return { columns: columns || 80, rows: rows || 24 }
}
