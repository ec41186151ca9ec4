import type { components } from '../../generated/openapi.ts'
import type { Handlers } from '../../http/handler.ts'
import { type Adapter, adapterPath } from './adapter.ts'
import type { AdapterService } from './service.ts'

export function adapterRoutes(
  adapters: AdapterService,
): Handlers<'listAdapters' | 'saveAdapter' | 'getAdapter' | 'deleteAdapter'> {
  return {
    async listAdapters() {
      return { status: 200, body: (await adapters.list()).map(toWire) }
    },
    async saveAdapter({ body }) {
      await adapters.save(body)
      return { status: 201, body: { detail: 'Adaptador guardado' } }
    },
    async getAdapter({ params }) {
      const adapter = await adapters.get(params.name)
      return { status: 200, body: { ...toWire(adapter), settings: { ...adapter.settings } } }
    },
    async deleteAdapter({ params }) {
      await adapters.delete(params.name)
      return { status: 204 }
    },
  }
}

/** Nothing is delivered to adapters yet, whatever their type. */
function toWire({ name, settings: { type } }: Adapter): components['schemas']['Adapter'] {
  return { name, path: adapterPath(name), ...(typeof type === 'string' && { type }), active: false }
}
