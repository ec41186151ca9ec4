import { Content } from '../../http/content.ts'
import type { Handlers } from '../../http/handler.ts'
import type { Secret } from '../../secret.ts'
import { requireMetricsAccess } from './metrics-access.ts'
import type { StatusReporter } from './reporter.ts'
import type { StatusService } from './service.ts'
import { toWire } from './wire.ts'

export interface StatusRouteOptions {
  status: StatusService
  reporter: StatusReporter
  /** Lets Prometheus in from other machines. */
  metricsToken: Secret | undefined
}

type StatusOperation = 'getHealth' | 'getReadiness' | 'getStatus' | 'getMetrics'

export function statusRoutes({ status, reporter, metricsToken }: StatusRouteOptions): Handlers<StatusOperation> {
  return {
    async getHealth() {
      return { status: 200, body: { status: 'ok' } }
    },

    async getReadiness() {
      await status.requireReady()
      return { status: 200, body: { status: 'ok', checks: { database: 'ok', migrations: 'ok', disk: 'ok' } } }
    },

    async getStatus() {
      return { status: 200, body: toWire(await reporter.report()) }
    },

    async getMetrics({ request }) {
      requireMetricsAccess(request, metricsToken)
      const text = await reporter.metrics()
      return { status: 200, content: new Content('text/plain; version=0.0.4; charset=utf-8', text) }
    },
  }
}
