import type { components } from '../../generated/openapi.ts'
import type { Handlers } from '../../http/handler.ts'
import type { ImportReport, ImportService } from './service.ts'

export function importRoutes(imports: ImportService): Handlers<'importHistory'> {
  return {
    async importHistory({ body, caller }) {
      return { status: 200, items: toWireReports(imports.import(caller.accountId, body)) }
    },
  }
}

async function* toWireReports(reports: AsyncIterable<ImportReport>) {
  for await (const report of reports) yield toWireReport(report)
}

function toWireReport(report: ImportReport): components['schemas']['ImportReport'] {
  const { conversationId, newMessages, reason, sourceId, status, title } = report
  return {
    source_id: sourceId,
    title,
    status,
    ...(conversationId !== undefined && { conversation_id: conversationId }),
    ...(newMessages !== undefined && { new_messages: newMessages }),
    ...(reason !== undefined && { reason }),
  }
}
